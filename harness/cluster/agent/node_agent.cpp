#include "cluster/agent/node_agent.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "cluster/agent/pod_worker.hpp"

namespace holdfast::cluster {

node_agent::node_agent(agent_parts const& parts) : parts_{parts} {}

node_agent::~node_agent() = default;

void node_agent::observe() {
  if (!version_) return list_anew();
  follow();
}

void node_agent::follow() {
  bool services_changed = false;
  for (;;) {
    auto const changes = parts_.store.changes_after(*version_);
    if (!changes) return list_anew();
    if (changes->empty()) break;
    for (auto const& change : *changes) {
      version_ = change.version;
      services_changed = services_changed || change.kind == &kinds::service;
      if (change.kind == &kinds::config_map || change.kind == &kinds::secret) {
        source_changed(*change.kind, *change.object);
      } else if (change.kind == &kinds::pod && change.type == change_type::deleted) {
        gone(uid_of(*change.object));
      } else if (change.kind == &kinds::pod) {
        take(change.object);
      }
    }
  }
  if (services_changed) tell_services();
}

void node_agent::tell_services() {
  auto const services = parts_.store.list(kinds::service);
  for (auto const& [uid, worker] : workers_) worker->services_changed(services);
}

void node_agent::list_anew() {
  version_ = parts_.store.version();
  std::set<std::string> there;
  for (auto const& pod : parts_.store.list(kinds::pod)) {
    there.insert(uid_of(*pod));
    take(pod);
  }
  for (auto const& [uid, worker] : workers_) {
    if (!there.contains(uid)) worker->remove(std::chrono::seconds{0});
  }
  for (auto const* const kind : {&kinds::config_map, &kinds::secret}) {
    for (auto const& object : parts_.store.list(*kind)) source_changed(*kind, *object);
  }
  tell_services();
}

void node_agent::take(object_ptr const& pod) {
  if (is_ending_ || text_at(*pod, "spec", "nodeName") != parts_.node) return;
  auto const& uid = uid_of(*pod);
  auto const known = workers_.find(uid);
  if (known != workers_.end()) return known->second->update(pod);
  auto const& phase = text_at(*pod, "status", "phase");
  if (phase == "Succeeded" || phase == "Failed") return;  // written by hand, or by an agent before us
  workers_.emplace(uid, std::make_unique<pod_worker>(parts_, links_, pod, [this, uid] { workers_.erase(uid); }));
}

/// Somebody removed the object without waiting: "kubectl delete --force".
void node_agent::gone(std::string const& uid) {
  auto const known = workers_.find(uid);
  if (known != workers_.end()) known->second->remove(std::chrono::seconds{0});
}

void node_agent::source_changed(resource_kind const& kind, json const& object) {
  auto const& name_space = namespace_of(object);
  for (auto const& [uid, worker] : workers_) {
    if (worker->key().name_space == name_space) worker->source_changed(kind, name_of(object));
  }
}

void node_agent::end_all(std::chrono::seconds grace) {
  is_ending_ = true;
  for (auto const& [uid, worker] : workers_) worker->remove(grace);
}

std::size_t node_agent::signal(object_key const& pod, int number) {
  auto const object = parts_.store.find(kinds::pod, pod);
  auto const known = object ? workers_.find(uid_of(*object)) : workers_.end();
  return known == workers_.end() ? 0 : known->second->signal(number);
}

std::vector<running_container> node_agent::running() const {
  std::vector<running_container> all;
  for (auto const& [uid, worker] : workers_) {
    for (auto& each : worker->running()) all.push_back(std::move(each));
  }
  std::ranges::sort(all, {}, &running_container::pod);
  return all;
}

container_log const* node_agent::log_of(object_key const& pod, std::string_view container) const {
  container_log const* found = nullptr;
  auto const object = parts_.store.find(kinds::pod, pod);
  if (!object) return nullptr;
  auto const known = workers_.find(uid_of(*object));
  if (known != workers_.end()) found = known->second->log_of(container);
  return found;
}

}  // namespace holdfast::cluster
