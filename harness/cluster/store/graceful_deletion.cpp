#include "cluster/store/graceful_deletion.hpp"

#include <algorithm>

namespace holdfast::cluster {
namespace {

constexpr std::int64_t default_grace_seconds = 30;

bool has_finalizers(json const& object) {
  auto const& finalizers = member(object, "metadata", "finalizers");
  return finalizers.is_array() && !finalizers.empty();
}

/// A namespace's own finaliser stands in its spec.
bool has_content_to_clear(resource_kind const& kind, json const& object) {
  if (&kind != &kinds::name_space) return false;
  auto const& finalizers = member(object, "spec", "finalizers");
  return finalizers.is_array() && !finalizers.empty();
}

std::int64_t grace_of(resource_kind const& kind, json const& object, deletion const& how) {
  if (&kind != &kinds::pod) return 0;
  auto const& phase = text_at(object, "status", "phase");
  // Nobody runs it, so nobody would say when it has ended.
  if (text_at(object, "spec", "nodeName").empty() || phase == "Succeeded" || phase == "Failed") return 0;
  if (how.grace_seconds) return std::max<std::int64_t>(0, *how.grace_seconds);
  return integer_at(object, default_grace_seconds, "spec", "terminationGracePeriodSeconds");
}

void add_finalizer(json& object, char const* name) {
  auto& finalizers = object["metadata"]["finalizers"];
  if (std::ranges::find(finalizers, name) == finalizers.end()) finalizers.push_back(name);
}

/// The earlier of the end that stands there and the one asked for.
void set_end(json& object, std::int64_t grace, wall_time now) {
  auto& meta = object["metadata"];
  auto const end = now + std::chrono::seconds{grace};
  auto const before = parse_stamp(text_at(object, "metadata", "deletionTimestamp"));
  if (before && *before <= end) return;
  meta["deletionTimestamp"] = stamp_of(end);
  meta["deletionGracePeriodSeconds"] = grace;
}

}  // namespace

bool may_go(resource_kind const& kind, json const& object) {
  return !has_finalizers(object) && !has_content_to_clear(kind, object) &&
         integer_at(object, 0, "metadata", "deletionGracePeriodSeconds") == 0;
}

deletion_step deletion_step_of(resource_kind const& kind, json const& object, deletion const& how, wall_time now) {
  deletion_step step{.object = object};
  if (how.dependents == propagation::foreground) add_finalizer(step.object, foreground_finalizer);
  if (how.dependents == propagation::orphan) add_finalizer(step.object, orphan_finalizer);
  set_end(step.object, grace_of(kind, object, how), now);
  if (may_go(kind, step.object)) {
    step.removes = true;
    return step;
  }
  if (&kind == &kinds::name_space) step.object["status"]["phase"] = "Terminating";
  step.changes = step.object != object;
  return step;
}

}  // namespace holdfast::cluster
