#include "cluster/controllers/autoscaler_controller.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cluster/controllers/condition_json.hpp"
#include "cluster/controllers/object_writes.hpp"

namespace holdfast::cluster {

struct autoscaler_controller::scaled_object {
  resource_kind const* kind = nullptr;
  object_ptr object;
  label_selector selector;
  std::int32_t replicas = 0;
  std::int32_t status_replicas = 0;
};

void autoscaler_controller::note(cached_change const& change) {
  if (change.kind != &kinds::horizontal_pod_autoscaler) return;
  if (change.type == change_type::deleted) {
    states_.erase(change.key);
    queue_.forget(change.key);
  } else if (auto const state = states_.find(change.key);
             state == states_.end() || state->second.uid != uid_of(*change.object)) {
    queue_.add(change.key);
  }
}

void autoscaler_controller::note_all() {
  std::erase_if(states_, [&](auto const& each) {
    auto const present = context_.cache.autoscaler(each.first);
    bool const is_gone = !present || present->uid != each.second.uid;
    if (is_gone) queue_.forget(each.first);
    return is_gone;
  });
  for (auto const& [key, autoscaler] : context_.cache.autoscalers()) {
    if (!states_.contains(key)) queue_.add(key);
  }
}

bool autoscaler_controller::sync_next(time_point now) {
  auto const key = queue_.take(now);
  if (!key) return false;
  auto const autoscaler = context_.cache.autoscaler(*key);
  if (!autoscaler) return true;
  queue_.add_at(*key, now + settings_.sync_period);
  auto const known = states_.find(*key);
  if (known == states_.end() || known->second.uid != autoscaler->uid) {
    states_.insert_or_assign(*key, autoscaler_state{autoscaler->uid});
  } else {
    sync(*autoscaler, known->second, now);
  }
  return true;
}

std::optional<autoscaler_controller::scaled_object> autoscaler_controller::target_of(
    cached_autoscaler const& autoscaler) const {
  auto const described = [&](auto const& workload, std::int32_t status_replicas) {
    return scaled_object{autoscaler.target_kind, workload.object, workload.selector, workload.replicas,
                         status_replicas};
  };
  if (autoscaler.target_kind == &kinds::deployment) {
    if (auto const found = context_.cache.deployment(autoscaler.target))
      return described(*found, found->status.replicas);
  } else if (autoscaler.target_kind == &kinds::replica_set) {
    if (auto const found = context_.cache.replica_set(autoscaler.target)) {
      return described(*found, found->set.status.replicas);
    }
  }
  return std::nullopt;
}

/// Another autoscaler whose target selects one of these pods.
std::string autoscaler_controller::rival_of(cached_autoscaler const& autoscaler,
                                            std::vector<cached_pod const*> const& pods) const {
  std::string rival;
  object_cache::for_each_in(autoscaler.key.name_space, context_.cache.autoscalers(), [&](auto const& other) {
    if (!rival.empty() || other.uid == autoscaler.uid) return;
    auto const target = target_of(other);
    if (!target || is_empty(target->selector)) return;
    bool const is_shared =
        std::ranges::any_of(pods, [&](auto const* pod) { return matches(target->selector, pod->labels); });
    if (is_shared) rival = other.key.name;
  });
  return rival;
}

std::vector<metric_reading> autoscaler_controller::readings_for(cached_autoscaler const& autoscaler,
                                                                std::vector<scaled_pod> const& pods, time_point now) {
  std::vector<metric_reading> readings;
  for (auto const& metric : autoscaler.spec.metrics) {
    metric_question const question{autoscaler.key.name_space, metric.name, metric.container, pods, now};
    bool const is_own = metric.kind == metric_kind::pods;
    readings.push_back(is_own ? metrics_.pods_metric(question) : metrics_.resource_use(question));
  }
  return readings;
}

void autoscaler_controller::sync(cached_autoscaler const& autoscaler, autoscaler_state& state, time_point now) {
  auto const target = target_of(autoscaler);
  if (!target) {
    tell_missing_target(autoscaler, state.memory, now);
    return;
  }
  auto const selected = context_.cache.pods_matching(autoscaler.key.name_space, target->selector);
  std::vector<scaled_pod> pods;
  pods.reserve(selected.size());
  for (auto const* const pod : selected) pods.push_back(scaled_pod_of(*pod));
  autoscaler_target const view{target->replicas, target->status_replicas, !is_empty(target->selector),
                               rival_of(autoscaler, selected), pods};
  auto const readings = readings_for(autoscaler, pods, now);
  auto decision = sync_autoscaler(autoscaler.spec, settings_, view, readings, state.memory, now);
  for (auto const& event : decision.events) record(autoscaler, event, now);
  if (decision.desired != decision.current) rescale(autoscaler, *target, decision, state.memory, now);
  write_status(autoscaler, &decision, state.memory);
}

void autoscaler_controller::rescale(cached_autoscaler const& autoscaler, scaled_object const& target,
                                    autoscaler_decision& decision, autoscaler_memory& memory, time_point now) {
  auto object = *target.object;
  object["spec"]["replicas"] = decision.desired;
  auto const written = context_.store.update(*target.kind, std::move(object));
  if (written) {
    record(autoscaler, rescale_succeeded(autoscaler.spec, decision, memory, now), now);
    return;
  }
  record(autoscaler, rescale_failed(decision, written.error().message, memory, now), now);
  // Somebody was faster: what is there now is looked at without waiting for a period to pass.
  if (is_outdated(written.error())) queue_.add(autoscaler.key);
}

void autoscaler_controller::tell_missing_target(cached_autoscaler const& autoscaler, autoscaler_memory& memory,
                                                time_point now) {
  auto const& reference = member(*autoscaler.object, "spec", "scaleTargetRef");
  auto const problem = fmt::format("{} \"{}\" not found", text_at(reference, "kind"), autoscaler.target.name);
  set_condition(memory.conditions,
                {"AbleToScale", condition_status::is_false, "FailedGetScale",
                 "the HPA controller was unable to get the target's current scale: " + problem, now, now});
  record(autoscaler, {event_type::warning, "FailedGetScale", {problem}}, now);
  write_status(autoscaler, nullptr, memory);
}

void autoscaler_controller::write_status(cached_autoscaler const& autoscaler, autoscaler_decision const* decision,
                                         autoscaler_memory const& memory) {
  auto const object = context_.store.find(kinds::horizontal_pod_autoscaler, autoscaler.key);
  if (!object || uid_of(*object) != autoscaler.uid) return;
  auto status = member(*object, "status");
  if (!status.is_object()) status = json::object();
  status["observedGeneration"] = integer_at(*object, 0, "metadata", "generation");
  status["conditions"] = to_json(memory.conditions, context_.clock, update_stamps::left_out);
  if (memory.last_scale) status["lastScaleTime"] = context_.clock.stamp_at(*memory.last_scale);
  if (decision != nullptr) {
    status["currentReplicas"] = decision->current;
    status["desiredReplicas"] = decision->desired;
    status["currentMetrics"] = to_json(decision->current_metrics);
  }
  (void)with_status(context_.store, kinds::horizontal_pod_autoscaler, object, std::move(status));  // next period again
}

void autoscaler_controller::record(cached_autoscaler const& autoscaler, control_event const& event, time_point now) {
  context_.events.record(kinds::horizontal_pod_autoscaler, *autoscaler.object, "horizontal-pod-autoscaler", event, now);
}

}  // namespace holdfast::cluster
