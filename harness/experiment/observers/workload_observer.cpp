#include "experiment/observers/workload_observer.hpp"

#include <charconv>
#include <utility>

#include "experiment/observers/observed_event.hpp"

namespace holdfast::experiment {

using namespace cluster;

namespace {

constexpr char const* revision_annotation = "deployment.kubernetes.io/revision";

bool is_observed(json const& deployment) {
  return integer_at(deployment, 0, "status", "observedGeneration") >=
         integer_at(deployment, 1, "metadata", "generation");
}

nlohmann::ordered_json counts_of(json const& deployment) {
  auto const count = [&](char const* name) { return integer_at(deployment, 0, "status", name); };
  return {{"desired", integer_at(deployment, 1, "spec", "replicas")},
          {"current", count("replicas")},
          {"ready", count("readyReplicas")},
          {"available", count("availableReplicas")},
          {"updated", count("updatedReplicas")},
          {"unavailable", count("unavailableReplicas")}};
}

nlohmann::ordered_json images_of(json const& deployment) {
  auto images = nlohmann::ordered_json::object();
  auto const& containers = member(deployment, "spec", "template", "spec", "containers");
  if (!containers.is_array()) return images;
  for (auto const& each : containers) images[text_at(each, "name")] = text_at(each, "image");
  return images;
}

timeline_event rollout_event(json const& deployment, char const* what) {
  auto event = event_about(deployment, timeline_kinds::rollout, what);
  event.detail["images"] = images_of(deployment);
  return event;
}

void put_revision(timeline_event& event, json const& deployment) {
  auto const& text = text_at(deployment, "metadata", "annotations", revision_annotation);
  std::int64_t number = 0;
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end) event.detail["revision"] = number;
}

/// Another template, or the first one.
bool begins_rollout(object_change const& change) {
  return !change.before || member(*change.before, "spec", "template") != member(*change.object, "spec", "template");
}

}  // namespace

bool is_rolled_out(json const& deployment) {
  auto const desired = integer_at(deployment, 1, "spec", "replicas");
  auto const count = [&](char const* name) { return integer_at(deployment, 0, "status", name); };
  return is_observed(deployment) && count("updatedReplicas") >= desired &&
         count("replicas") <= count("updatedReplicas") && count("availableReplicas") >= count("updatedReplicas");
}

bool is_stuck(json const& deployment) {
  auto const& progressing = condition_in(deployment, "Progressing");
  return is_observed(deployment) && text_at(progressing, "status") == "False" &&
         text_at(progressing, "reason") == "ProgressDeadlineExceeded";
}

std::vector<timeline_event> workload_observer::seen(object_change const& change) {
  auto const& uid = uid_of(*change.object);
  if (change.type == change_type::deleted) {
    deployments_.erase(uid);
    return {};
  }
  auto& known = deployments_[uid];
  std::vector<timeline_event> events;
  look_at_counts(known, *change.object, events);
  look_at_rollout(known, change, events);
  return events;
}

void workload_observer::look_at_counts(known_deployment& known, json const& deployment,
                                       std::vector<timeline_event>& events) {
  auto counts = counts_of(deployment);
  if (known.counts == counts) return;
  known.counts = counts;
  auto& event = events.emplace_back(event_about(deployment, timeline_kinds::replicas, "changed"));
  event.detail.update(counts);
}

void workload_observer::look_at_rollout(known_deployment& known, object_change const& change,
                                        std::vector<timeline_event>& events) {
  auto const& deployment = *change.object;
  if (begins_rollout(change)) {
    events.push_back(rollout_event(deployment, "started"));
    known.is_rolling = true;
    known.is_told_stuck = false;
  }
  if (known.is_rolling && !known.is_told_stuck && is_stuck(deployment)) {
    auto& event = events.emplace_back(rollout_event(deployment, "stuck"));
    put_revision(event, deployment);
    put(event, "reason", text_at(condition_in(deployment, "Progressing"), "message"));
    known.is_told_stuck = true;
  }
  if (known.is_rolling && is_rolled_out(deployment)) {
    put_revision(events.emplace_back(rollout_event(deployment, "complete")), deployment);
    known.is_rolling = false;
  }
}

void autoscaler_observer::note_reason(object_key const& autoscaler, std::string reason) {
  autoscalers_[autoscaler].reason = std::move(reason);
}

std::vector<timeline_event> autoscaler_observer::seen(object_change const& change) {
  auto const& object = *change.object;
  if (change.type == change_type::deleted) {
    autoscalers_.erase(cluster::key_of(object));
    return {};
  }
  auto& known = autoscalers_[cluster::key_of(object)];
  std::vector<timeline_event> events;
  auto const tell = [&](char const* what, std::string const& reason) {
    auto& event = events.emplace_back(event_about(object, timeline_kinds::autoscaler, what));
    put(event, "target", text_at(object, "spec", "scaleTargetRef", "name"));
    event.detail["from"] = integer_at(object, 0, "status", "currentReplicas");
    event.detail["to"] = integer_at(object, 0, "status", "desiredReplicas");
    put(event, "reason", reason);
  };
  auto const& last_scale = text_at(object, "status", "lastScaleTime");
  if (std::exchange(known.last_scale, last_scale) != last_scale) tell("scaled", known.reason);
  auto const& limited = condition_in(object, "ScalingLimited");
  auto const limit = text_at(limited, "status") == "True" ? text_at(limited, "reason") : std::string{};
  if (std::exchange(known.limit, limit) != limit && !limit.empty()) {
    tell("limited", limit + ": " + text_at(limited, "message"));
  }
  return events;
}

}  // namespace holdfast::experiment
