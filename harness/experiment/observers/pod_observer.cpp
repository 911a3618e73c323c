#include "experiment/observers/pod_observer.hpp"

#include <utility>

#include "experiment/observers/observed_event.hpp"

namespace holdfast::experiment {

using namespace cluster;

struct pod_observer::look {
  json const& pod;
  known_pod& known;
  std::vector<timeline_event> events{};

  timeline_event& tell(std::string what) {
    auto& event = events.emplace_back(event_about(pod, timeline_kinds::pod, std::move(what)));
    put(event, "owner", known.owner);
    return event;
  }
  timeline_event& tell_of(json const& container, std::string what) {
    auto& event = tell(std::move(what));
    put(event, "container", text_at(container, "name"));
    put(event, "image", text_at(container, "image"));
    return event;
  }
};

std::vector<timeline_event> pod_observer::seen(object_change const& change, std::string const& owner) {
  auto const key = cluster::key_of(*change.object);
  auto const& uid = uid_of(*change.object);
  auto const found = pods_.find(key);
  bool const is_new = found == pods_.end() || found->second.uid != uid;
  if (is_new) pods_[key] = {.uid = uid, .owner = owner};
  look at{*change.object, pods_[key]};
  if (is_new && change.type != change_type::deleted) at.tell("created");
  look_at_containers(at);
  look_at_readiness(at);
  if (is_terminating(at.pod) && !std::exchange(at.known.is_terminating, true)) {
    put(at.tell("terminating"), "ip", text_at(at.pod, "status", "podIP"));
  }
  if (change.type == change_type::deleted) {
    at.tell("removed");
    pods_.erase(key);
  }
  return std::move(at.events);
}

std::string pod_observer::owner_of(object_key const& pod) const {
  auto const found = pods_.find(pod);
  return found == pods_.end() ? std::string{} : found->second.owner;
}

void pod_observer::look_at_containers(look& at) {
  for (auto const* const group : {"initContainerStatuses", "containerStatuses"}) {
    auto const& statuses = member(at.pod, "status", group);
    if (!statuses.is_array()) continue;
    for (auto const& status : statuses) look_at_container(at, status);
  }
}

/// The instance before, then the latest one.
void pod_observer::look_at_container(look& at, json const& status) {
  auto& known = at.known.containers[text_at(status, "name")];
  look_at_end(at, known, status, "lastState");
  look_at_start(at, known, status);
  look_at_end(at, known, status, "state");
  look_at_waiting(at, known, status);
}

void pod_observer::look_at_end(look& at, known_container& known, json const& status, char const* state) {
  auto const& ended = member(status, state, "terminated");
  if (!ended.is_object() || !known.ends.insert(text_at(ended, "containerID")).second) return;
  auto& event = at.tell_of(status, "exited");
  event.detail["exit_code"] = integer_at(ended, 0, "exitCode");
  event.detail["restarts"] = integer_at(status, 0, "restartCount");
  put(event, "reason", text_at(ended, "reason"));
}

void pod_observer::look_at_start(look& at, known_container& known, json const& status) {
  if (!member(status, "state", "running").is_object()) return;
  if (std::exchange(known.running, text_at(status, "containerID")) == text_at(status, "containerID")) return;
  auto const restarts = integer_at(status, 0, "restartCount");
  auto& event = at.tell_of(status, restarts > 0 ? "restarted" : "started");
  put(event, "ip", text_at(at.pod, "status", "podIP"));
  event.detail["restarts"] = restarts;
  known.waits.clear();
}

/// Every reason but those of a container whose turn has not come.
void pod_observer::look_at_waiting(look& at, known_container& known, json const& status) {
  auto const& reason = text_at(status, "state", "waiting", "reason");
  if (reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing" || known.waits == reason) return;
  known.waits = reason;
  auto& event = at.tell_of(status, "back-off");
  event.detail["restarts"] = integer_at(status, 0, "restartCount");
  put(event, "reason", reason);
  put(event, "message", text_at(status, "state", "waiting", "message"));
}

void pod_observer::look_at_readiness(look& at) {
  auto const& ready = condition_in(at.pod, "Ready");
  bool const is_ready = text_at(ready, "status") == "True";
  if (std::exchange(at.known.is_ready, is_ready) == is_ready) return;
  auto& event = at.tell(is_ready ? "ready" : "not-ready");
  put(event, "ip", text_at(at.pod, "status", "podIP"));
  put(event, "reason", text_at(ready, "reason"));
}

}  // namespace holdfast::experiment
