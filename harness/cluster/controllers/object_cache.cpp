#include "cluster/controllers/object_cache.hpp"

#include <array>
#include <utility>

namespace holdfast::cluster {
namespace {

std::array<resource_kind const*, 5> const cached_kinds{&kinds::pod, &kinds::replica_set, &kinds::deployment,
                                                       &kinds::horizontal_pod_autoscaler, &kinds::service};

template <class Index>
void put_under(Index& index, std::string const& owner, object_key const& key,
               typename Index::mapped_type::mapped_type value) {
  index[owner].insert_or_assign(key, std::move(value));
}

template <class Index>
void take_from(Index& index, std::string const& owner, object_key const& key) {
  auto const at = index.find(owner);
  if (at == index.end()) return;
  at->second.erase(key);
  if (at->second.empty()) index.erase(at);
}

/// Puts a value in its place, or takes it out when it is null; returns what was there before.
template <class Map, class Value>
Value exchanged(Map& map, object_key const& key, Value value) {
  auto const at = map.find(key);
  auto before = at == map.end() ? Value{} : at->second;
  if (value) {
    map.insert_or_assign(key, std::move(value));
  } else if (at != map.end()) {
    map.erase(at);
  }
  return before;
}

}  // namespace

object_cache::progress object_cache::catch_up(std::function<void(cached_change const&)> const& on_change) {
  while (version_ != store_.version()) {
    auto const changes = store_.changes_after(version_);
    if (!changes) {
      list_anew();
      return progress::listed_anew;
    }
    for (auto const& change : *changes) {
      on_change(apply(change));
      version_ = change.version;
    }
  }
  return progress::followed;
}

void object_cache::list_anew() {
  pods_.clear();
  replica_sets_.clear();
  deployments_.clear();
  autoscalers_.clear();
  services_.clear();
  pods_of_.clear();
  replica_sets_of_.clear();
  replica_set_uids_.clear();
  deployment_uids_.clear();
  for (auto const* const kind : cached_kinds) {
    for (auto const& object : store_.list(*kind)) take_in(*kind, key_of(*object), object);
  }
  version_ = store_.version();
}

cached_change object_cache::apply(object_change const& change) {
  cached_change cached{change.type, change.kind, key_of(*change.object), change.object, change.before};
  bool const is_pod = change.kind == &kinds::pod;
  if (is_pod) cached.pod_before = pod(cached.key);
  take_in(*change.kind, cached.key, change.type == change_type::deleted ? nullptr : change.object);
  if (is_pod) cached.pod = pod(cached.key);
  return cached;
}

void object_cache::take_in(resource_kind const& kind, object_key const& key, object_ptr const& object) {
  if (&kind == &kinds::pod) {
    put_pod(key, object ? cached_pod_of(object, clock_) : nullptr);
  } else if (&kind == &kinds::replica_set) {
    put_replica_set(key, object ? cached_replica_set_of(object, clock_) : nullptr);
  } else if (&kind == &kinds::deployment) {
    put_deployment(key, object ? cached_deployment_of(object, clock_) : nullptr);
  } else if (&kind == &kinds::horizontal_pod_autoscaler) {
    exchanged(autoscalers_, key, object ? cached_autoscaler_of(object, downscale_stabilization_) : autoscaler_ptr{});
  } else if (&kind == &kinds::service) {
    exchanged(services_, key, object ? cached_service_of(object) : service_ptr{});
  }
}

void object_cache::put_pod(object_key const& key, pod_ptr pod) {
  if (auto const before = exchanged(pods_, key, pod)) take_from(pods_of_, before->controller_uid, key);
  if (!pod) return;
  auto const& owner = pod->controller_uid;
  put_under(pods_of_, owner, key, pod);
}

void object_cache::put_replica_set(object_key const& key, replica_set_ptr set) {
  if (auto const before = exchanged(replica_sets_, key, set)) {
    take_from(replica_sets_of_, before->controller_uid, key);
    replica_set_uids_.erase(before->uid);
  }
  if (!set) return;
  replica_set_uids_.insert_or_assign(set->uid, key);
  put_under(replica_sets_of_, set->controller_uid, key, set);
}

void object_cache::put_deployment(object_key const& key, deployment_ptr deployment) {
  if (auto const before = exchanged(deployments_, key, deployment)) deployment_uids_.erase(before->uid);
  if (deployment) deployment_uids_.insert_or_assign(deployment->uid, key);
}

object_cache::by_key<cached_pod> const& object_cache::pods_of(std::string const& controller_uid) const {
  static by_key<cached_pod> const none;
  auto const at = pods_of_.find(controller_uid);
  return at == pods_of_.end() ? none : at->second;
}

object_cache::by_key<cached_replica_set> const& object_cache::replica_sets_of(std::string const& controller_uid) const {
  static by_key<cached_replica_set> const none;
  auto const at = replica_sets_of_.find(controller_uid);
  return at == replica_sets_of_.end() ? none : at->second;
}

std::vector<cached_pod const*> object_cache::pods_matching(std::string_view name_space,
                                                           label_selector const& selector) const {
  std::vector<cached_pod const*> chosen;
  for_each_in(name_space, pods_, [&](cached_pod const& pod) {
    if (matches(selector, pod.labels)) chosen.push_back(&pod);
  });
  return chosen;
}

}  // namespace holdfast::cluster
