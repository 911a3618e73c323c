#include "cluster/controllers/cached_workload.hpp"

#include <charconv>
#include <chrono>
#include <utility>

#include "cluster/controllers/condition_json.hpp"
#include "cluster/objects/validation.hpp"

namespace holdfast::cluster {
namespace {

std::int32_t count_at(json const& object, std::int32_t otherwise, auto const&... keys) {
  return static_cast<std::int32_t>(integer_at(object, otherwise, keys...));
}

std::optional<std::int64_t> number_in_annotation(json const& object, char const* name) {
  auto const& text = text_at(object, "metadata", "annotations", name);
  std::int64_t number = 0;
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<std::int32_t> count_in_annotation(json const& object, char const* name) {
  auto const number = number_in_annotation(object, name);
  if (!number) return std::nullopt;
  return static_cast<std::int32_t>(*number);
}

/// nlohmann's objects are sorted by key, so that equal templates have equal texts.
std::string canonical_template(json const& object) {
  auto copy = member(object, "spec", "template");
  if (member(copy, "metadata", "labels").is_object()) copy["metadata"]["labels"].erase(template_hash_label);
  return copy.dump(-1, ' ', false, json::error_handler_t::replace);
}

void read_workload(cached_workload& workload, object_ptr object) {
  workload.object = std::move(object);
  auto const& value = *workload.object;
  workload.key = key_of(value);
  workload.uid = uid_of(value);
  workload.labels = labels_of(value);
  workload.selector = selector_of(member(value, "spec", "selector"));
  workload.replicas = count_at(value, 1, "spec", "replicas");
  workload.min_ready = std::chrono::seconds{integer_at(value, 0, "spec", "minReadySeconds")};
  workload.template_text = canonical_template(value);
  workload.generation = integer_at(value, 0, "metadata", "generation");
  workload.observed_generation = integer_at(value, 0, "status", "observedGeneration");
}

replica_set_status counted_from(json const& object) {
  return {.replicas = count_at(object, 0, "status", "replicas"),
          .ready = count_at(object, 0, "status", "readyReplicas"),
          .available = count_at(object, 0, "status", "availableReplicas"),
          .terminating = count_at(object, 0, "status", "terminatingReplicas")};
}

std::optional<int_or_percent> part_from(json const& value) {
  if (value.is_number_integer()) return int_or_percent{value.get<std::int32_t>(), false};
  auto const* const text = value.get_ptr<std::string const*>();
  if (text == nullptr) return std::nullopt;
  auto const part = parse_int_or_percent(*text);
  if (!part) return std::nullopt;
  return *part;
}

/// Kubernetes: no deadline at all is written as the largest number.
std::optional<nanoseconds> deadline_from(json const& spec) {
  constexpr std::int64_t never = 2'147'483'647;
  auto const seconds = integer_at(spec, 600, "progressDeadlineSeconds");
  if (seconds == never) return std::nullopt;
  return std::chrono::seconds{seconds};
}

rollout_spec rollout_spec_from(json const& object) {
  auto const& spec = member(object, "spec");
  bool const is_recreate = text_at(spec, "strategy", "type") == "Recreate";
  auto const& paused = member(spec, "paused");
  return {.replicas = count_at(spec, 1, "replicas"),
          .strategy = is_recreate ? rollout_strategy::recreate : rollout_strategy::rolling_update,
          .max_surge = part_from(member(spec, "strategy", "rollingUpdate", "maxSurge")),
          .max_unavailable = part_from(member(spec, "strategy", "rollingUpdate", "maxUnavailable")),
          .is_paused = paused.is_boolean() && paused.get<bool>(),
          .progress_deadline = deadline_from(spec),
          .revision_history_limit = count_at(spec, 10, "revisionHistoryLimit")};
}

}  // namespace

replica_set_ptr cached_replica_set_of(object_ptr object, cluster_clock const& clock) {
  auto cached = std::make_shared<cached_replica_set>();
  read_workload(*cached, std::move(object));
  auto const& value = *cached->object;
  cached->controller_uid = controller_uid_of(value);
  cached->conditions = conditions_from(member(value, "status", "conditions"), clock);
  cached->set = {
      .name = cached->key.name,
      .replicas = cached->replicas,
      .status = counted_from(value),
      .revision = number_in_annotation(value, revision_annotation).value_or(0),
      .sized_for = count_in_annotation(value, desired_replicas_annotation),
      .max_total = count_in_annotation(value, max_replicas_annotation),
      .created = clock.platform_of_stamp(text_at(value, "metadata", "creationTimestamp")).value_or(time_point{}),
      .is_observed = cached->observed_generation >= cached->generation};
  return cached;
}

deployment_ptr cached_deployment_of(object_ptr object, cluster_clock const& clock) {
  auto cached = std::make_shared<cached_deployment>();
  read_workload(*cached, std::move(object));
  auto const& value = *cached->object;
  cached->spec = rollout_spec_from(value);
  auto const& status = member(value, "status");
  cached->status = {.replicas = count_at(status, 0, "replicas"),
                    .updated = count_at(status, 0, "updatedReplicas"),
                    .ready = count_at(status, 0, "readyReplicas"),
                    .available = count_at(status, 0, "availableReplicas"),
                    .unavailable = count_at(status, 0, "unavailableReplicas"),
                    .terminating = count_at(status, 0, "terminatingReplicas"),
                    .is_observed = cached->observed_generation >= cached->generation,
                    .conditions = conditions_from(member(status, "conditions"), clock)};
  cached->collisions = count_at(status, 0, "collisionCount");
  return cached;
}

}  // namespace holdfast::cluster
