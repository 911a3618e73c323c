#include "experiment/observers/object_observer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "experiment/observers/observed_event.hpp"

namespace holdfast::experiment {

using namespace cluster;

namespace {

/// "Readiness probe failed: connection refused": the kind and the rest.
std::pair<std::string, std::string> probe_in(std::string const& message) {
  constexpr std::array<std::pair<char const*, char const*>, 3> kinds_of_probes{
      {{"Readiness", "readiness"}, {"Liveness", "liveness"}, {"Startup", "startup"}}};
  auto const colon = message.find(": ");
  for (auto const& [text, kind] : kinds_of_probes) {
    if (message.starts_with(text)) return {kind, colon == std::string::npos ? message : message.substr(colon + 2)};
  }
  return {"", message};
}

/// What other events tell, and better.
bool is_told_otherwise(std::string const& reason) {
  constexpr std::array others{"BackOff", "FaultActive", "FaultNotSeen", "FaultGone", "FaultStays", "FaultRefused"};
  return std::ranges::find(others, reason) != others.end();
}

}  // namespace

std::vector<timeline_event> object_observer::seen(object_change const& change) {
  if (change.kind == &kinds::replica_set) note_replica_set(change);
  if (change.kind == &kinds::endpoint_slice) return endpoints_.seen(change);
  if (change.kind == &kinds::deployment) return workloads_.seen(change);
  if (change.kind == &kinds::horizontal_pod_autoscaler) return autoscalers_.seen(change);
  if (change.kind == &kinds::event) return seen_event(change);
  if (change.kind != &kinds::pod) return {};
  note_containers(change);
  return pods_.seen(change, controller_of(*change.object));
}

void object_observer::note_replica_set(object_change const& change) {
  auto const& uid = uid_of(*change.object);
  if (change.type == change_type::deleted) return;  // its pods may still be ending
  for (auto const& owner : owners_of(*change.object)) {
    if (owner.is_controller) deployments_[uid] = owner.name;
  }
}

void object_observer::note_containers(object_change const& change) {
  auto const& containers = member(*change.object, "spec", "containers");
  if (change.type == change_type::deleted) {
    only_containers_.erase(cluster::key_of(*change.object));
  } else if (containers.is_array() && containers.size() == 1) {
    only_containers_[cluster::key_of(*change.object)] = text_at(containers[0], "name");
  }
}

std::string object_observer::controller_of(json const& pod) const {
  for (auto const& owner : owners_of(pod)) {
    if (!owner.is_controller) continue;
    auto const found = deployments_.find(owner.uid);
    return found == deployments_.end() ? owner.name : found->second;
  }
  return {};
}

/// An Event that happens again is a change of its count.
std::vector<timeline_event> object_observer::seen_event(object_change const& change) {
  auto const& event = *change.object;
  auto const key = cluster::key_of(event);
  if (change.type == change_type::deleted) {
    told_.erase(key);
    return {};
  }
  auto const count = integer_at(event, 1, "count");
  if (std::exchange(told_[key], count) == count) return {};
  auto const& about = member(event, "involvedObject");
  auto const& reason = text_at(event, "reason");
  if (reason == "SuccessfulRescale") {
    autoscalers_.note_reason({text_at(about, "namespace"), text_at(about, "name")}, text_at(event, "message"));
    return {};
  }
  if (reason == "Unhealthy") return {failed_probe(event)};
  if (text_at(event, "type") != "Warning" || is_told_otherwise(reason)) return {};
  auto warning = event_about({{"metadata", about}}, timeline_kinds::cluster, reason);
  put(warning, "kind", text_at(about, "kind"));
  put(warning, "message", text_at(event, "message"));
  return {std::move(warning)};
}

timeline_event object_observer::failed_probe(json const& event) const {
  auto const& about = member(event, "involvedObject");
  auto told = event_about({{"metadata", about}}, timeline_kinds::probe, "failed");
  auto const only = only_containers_.find({text_at(about, "namespace"), text_at(about, "name")});
  if (only != only_containers_.end()) told.detail["container"] = only->second;
  auto const [kind, why] = probe_in(text_at(event, "message"));
  put(told, "probe", kind);
  put(told, "reason", why);
  return told;
}

}  // namespace holdfast::experiment
