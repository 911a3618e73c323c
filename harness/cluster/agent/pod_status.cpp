#include "cluster/agent/pod_status.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cluster/control/pod_readiness.hpp"
#include "cluster/controllers/condition_json.hpp"
#include "cluster/objects/defaults.hpp"
#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

bool runs_now(container_observation const& container) { return std::holds_alternative<running_state>(container.state); }

/// How the latest instance ended; null while one runs or none has run. One that waits to be started again has ended.
terminated_state const* latest_end(container_observation const& container) {
  if (auto const* const ended = std::get_if<terminated_state>(&container.state)) return ended;
  return runs_now(container) || !container.last ? nullptr : &*container.last;
}

/// An init container is done once it has ended with success.
bool is_done(container_observation const& init) {
  auto const* const ended = std::get_if<terminated_state>(&init.state);
  return ended != nullptr && ended->exit_code == 0;
}

bool has_failed(container_observation const& init) {
  auto const* const ended = latest_end(init);
  return ended != nullptr && ended->exit_code != 0;
}

bool has_begun(container_observation const& container) {
  return runs_now(container) || latest_end(container) != nullptr;
}

/// The phase of a pod all of whose containers have been started and none of which runs.
pod_phase phase_after_end(pod_observation const& pod) {
  bool const all_succeeded =
      std::ranges::all_of(pod.containers, [](auto const& each) { return latest_end(each)->exit_code == 0; });
  if (pod.is_deleted) return all_succeeded ? pod_phase::succeeded : pod_phase::failed;
  if (pod.policy == restart_policy::always) return pod_phase::running;
  if (all_succeeded) return pod_phase::succeeded;
  return pod.policy == restart_policy::never ? pod_phase::failed : pod_phase::running;
}

json waiting_json(waiting_state const& waiting, bool has_init_containers) {
  // The kubelet's word for a container that has not been tried yet depends on this alone, also for the first of them.
  bool const waits_for_others = has_init_containers && waiting.reason == waiting_state{}.reason;
  json shown{{"reason", waits_for_others ? "PodInitializing" : waiting.reason}};
  if (!waiting.message.empty()) shown["message"] = waiting.message;
  return {{"waiting", std::move(shown)}};
}

json terminated_json(terminated_state const& ended, cluster_clock const& clock) {
  json shown{{"exitCode", ended.exit_code},
             {"startedAt", clock.stamp_at(ended.started_at)},
             {"finishedAt", clock.stamp_at(ended.finished_at)}};
  if (ended.signal != 0) shown["signal"] = ended.signal;
  if (!ended.reason.empty()) shown["reason"] = ended.reason;
  if (!ended.message.empty()) shown["message"] = ended.message;
  if (!ended.container_id.empty()) shown["containerID"] = ended.container_id;
  return {{"terminated", std::move(shown)}};
}

json state_json(container_observation const& container, bool has_init_containers, cluster_clock const& clock) {
  if (auto const* const waiting = std::get_if<waiting_state>(&container.state)) {
    return waiting_json(*waiting, has_init_containers);
  }
  if (auto const* const running = std::get_if<running_state>(&container.state)) {
    return {{"running", {{"startedAt", clock.stamp_at(running->started_at)}}}};
  }
  return terminated_json(std::get<terminated_state>(container.state), clock);
}

/// What init containers and others share.
json container_json(container_observation const& container, bool has_init_containers, cluster_clock const& clock) {
  json shown{{"name", container.name},
             {"image", container.image},
             {"imageID", container.container_id.empty() ? "" : container.image},  // nothing is pulled: no digest
             {"restartCount", container.restarts},
             {"state", state_json(container, has_init_containers, clock)},
             {"lastState", container.last ? terminated_json(*container.last, clock) : json::object()}};
  if (!container.container_id.empty()) shown["containerID"] = container.container_id;
  return shown;
}

/// In the order in which they run.
json init_statuses(pod_observation const& pod, cluster_clock const& clock) {
  auto shown = json::array();
  for (auto const& each : pod.init_containers) {
    auto& status = shown.emplace_back(container_json(each, true, clock));
    status["ready"] = is_done(each);
    status["started"] = runs_now(each) && each.is_started;
  }
  return shown;
}

/// By name, as the kubelet sorts them.
json main_statuses(pod_observation const& pod, cluster_clock const& clock) {
  std::map<std::string, json> by_name;
  for (auto const& each : pod.containers) {
    auto status = container_json(each, !pod.init_containers.empty(), clock);
    status["ready"] = runs_now(each) && each.is_ready;
    status["started"] = runs_now(each) && each.is_started;
    by_name.emplace(each.name, std::move(status));
  }
  auto shown = json::array();
  for (auto& [name, status] : by_name) shown.push_back(std::move(status));
  return shown;
}

/// A pod's conditions as they are to be now.
class condition_maker {
 public:
  condition_maker(pod_observation const& pod, pod_phase phase, std::vector<condition> before, time_point now)
      : pod_{pod}, phase_{phase}, before_{std::move(before)}, now_{now} {}

  /// In the kubelet's order; then those that others have set.
  std::vector<condition> all() const {
    bool const has_network = !pod_.address.empty() && !is_finished(phase_);
    std::vector<condition> made{plain("PodReadyToStartContainers", has_network), initialized(), ready("Ready"),
                                ready("ContainersReady"), plain("PodScheduled", true)};
    for (auto const& each : before_) {
      if (find_condition(made, each.type) == nullptr) made.push_back(each);
    }
    return made;
  }

 private:
  condition plain(char const* type, bool is_true) const {
    auto const status = is_true ? condition_status::is_true : condition_status::is_false;
    condition made{type, status, "", "", now_, now_};
    auto const* const old = find_condition(before_, type);
    if (old != nullptr && old->status == status) made.last_transition = old->last_transition;
    return made;
  }

  condition initialized() const {
    std::vector<std::string> incomplete;
    for (auto const& each : pod_.init_containers) {
      if (!is_done(each)) incomplete.push_back(each.name);
    }
    bool const is_initialized =
        incomplete.empty() || phase_ == pod_phase::succeeded || std::ranges::any_of(pod_.containers, has_begun);
    auto made = plain("Initialized", is_initialized);
    if (phase_ == pod_phase::succeeded) made.reason = "PodCompleted";
    if (is_initialized) return made;
    made.reason = "ContainersNotInitialized";
    made.message = fmt::format("containers with incomplete status: [{}]", fmt::join(incomplete, " "));
    return made;
  }

  /// Without readiness gates, Ready and ContainersReady say the same.
  condition ready(char const* type) const {
    std::vector<container_readiness> containers;
    for (auto const& each : pod_.containers) containers.push_back({each.name, runs_now(each) && each.is_ready});
    auto made = ready_condition_of(containers, phase_, find_condition(before_, type), now_);
    made.type = type;
    return made;
  }

  pod_observation const& pod_;
  pod_phase phase_;
  std::vector<condition> before_;
  time_point now_;
};

void set_addresses(json& status, std::string const& address, char const* one, char const* all) {
  if (address.empty()) return;
  status[one] = address;
  status[all] = json::array({{{"ip", address}}});
}

}  // namespace

pod_phase phase_of(pod_observation const& pod) {
  bool const cannot_begin = pod.policy == restart_policy::never && std::ranges::any_of(pod.init_containers, has_failed);
  if (cannot_begin) return pod_phase::failed;
  bool const all_begun = !pod.containers.empty() && std::ranges::all_of(pod.containers, has_begun);
  if (!all_begun) return pod_phase::pending;
  return std::ranges::any_of(pod.containers, runs_now) ? pod_phase::running : phase_after_end(pod);
}

json pod_status_of(pod_observation const& pod, json const& object, cluster_clock const& clock, time_point now) {
  auto const phase = phase_of(pod);
  condition_maker const conditions{pod, phase, conditions_from(member(object, "status", "conditions"), clock), now};
  json status{{"phase", text_of(phase)},
              {"conditions", to_json(conditions.all(), clock, update_stamps::left_out)},
              {"qosClass", quality_class_of(member(object, "spec"))},
              {"containerStatuses", main_statuses(pod, clock)}};
  if (!pod.init_containers.empty()) status["initContainerStatuses"] = init_statuses(pod, clock);
  set_addresses(status, pod.node_address, "hostIP", "hostIPs");
  set_addresses(status, pod.address, "podIP", "podIPs");
  if (pod.start_time) status["startTime"] = clock.stamp_at(*pod.start_time);
  return status;
}

}  // namespace holdfast::cluster
