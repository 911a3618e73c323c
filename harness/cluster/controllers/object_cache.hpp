#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cluster/controllers/cached_autoscaler.hpp"
#include "cluster/controllers/cached_pod.hpp"
#include "cluster/controllers/cached_service.hpp"
#include "cluster/controllers/cached_workload.hpp"

namespace holdfast::cluster {

/// A change that the cache has taken in.
struct cached_change {
  change_type type = change_type::added;
  resource_kind const* kind = nullptr;
  object_key key;
  object_ptr object;  ///< as it is now, or was at last
  object_ptr before;  ///< null for `added`
  pod_ptr pod{};      ///< of a pod as it is now; null when it is gone
  pod_ptr pod_before{};
};

/// What controllers look at: typed copies of the store's objects, each read once when it changes, not once a sync, and
/// found by owner. Follows the store's changes; lists anew when it has fallen behind them.
class object_cache {
 public:
  template <class T>
  using by_key = std::map<object_key, std::shared_ptr<T const>>;

  object_cache(object_store const& store, cluster_clock const& clock, nanoseconds downscale_stabilization)
      : store_{store}, clock_{clock}, downscale_stabilization_{downscale_stabilization} {}

  enum class progress { followed, listed_anew };
  /// Takes in what has changed since the last call. The callback sees each change right after the cache has; none when
  /// the answer is listed_anew: then anything may have changed.
  progress catch_up(std::function<void(cached_change const&)> const& on_change);

  pod_ptr pod(object_key const& key) const { return found(pods_, key); }
  replica_set_ptr replica_set(object_key const& key) const { return found(replica_sets_, key); }
  deployment_ptr deployment(object_key const& key) const { return found(deployments_, key); }
  autoscaler_ptr autoscaler(object_key const& key) const { return found(autoscalers_, key); }
  service_ptr service(object_key const& key) const { return found(services_, key); }

  by_key<cached_replica_set> const& replica_sets() const { return replica_sets_; }
  by_key<cached_deployment> const& deployments() const { return deployments_; }
  by_key<cached_autoscaler> const& autoscalers() const { return autoscalers_; }
  by_key<cached_service> const& services() const { return services_; }
  by_key<cached_pod> const& pods() const { return pods_; }

  /// In the order of keys. An empty uid finds those that nobody controls.
  by_key<cached_pod> const& pods_of(std::string const& controller_uid) const;
  by_key<cached_replica_set> const& replica_sets_of(std::string const& controller_uid) const;
  /// Of that namespace, whose labels the selector finds.
  std::vector<cached_pod const*> pods_matching(std::string_view name_space, label_selector const& selector) const;

  /// Who has that uid; null when nobody has.
  object_key const* replica_set_with(std::string const& uid) const { return found_key(replica_set_uids_, uid); }
  object_key const* deployment_with(std::string const& uid) const { return found_key(deployment_uids_, uid); }

  /// f(value) for each value of a map whose key is in that namespace.
  template <class Map, class Function>
  static void for_each_in(std::string_view name_space, Map const& map, Function f) {
    for (auto at = map.lower_bound(object_key{std::string{name_space}, ""});
         at != map.end() && at->first.name_space == name_space; ++at) {
      f(*at->second);
    }
  }

 private:
  using keys_by_uid = std::unordered_map<std::string, object_key>;

  template <class T>
  static std::shared_ptr<T const> found(by_key<T> const& all, object_key const& key) {
    auto const at = all.find(key);
    return at == all.end() ? nullptr : at->second;
  }
  static object_key const* found_key(keys_by_uid const& all, std::string const& uid) {
    auto const at = all.find(uid);
    return at == all.end() ? nullptr : &at->second;
  }
  void list_anew();
  cached_change apply(object_change const& change);
  void take_in(resource_kind const& kind, object_key const& key, object_ptr const& object);
  void put_pod(object_key const& key, pod_ptr pod);
  void put_replica_set(object_key const& key, replica_set_ptr set);
  void put_deployment(object_key const& key, deployment_ptr deployment);

  object_store const& store_;
  cluster_clock const& clock_;
  nanoseconds downscale_stabilization_;
  std::uint64_t version_ = 0;
  by_key<cached_pod> pods_;
  by_key<cached_replica_set> replica_sets_;
  by_key<cached_deployment> deployments_;
  by_key<cached_autoscaler> autoscalers_;
  by_key<cached_service> services_;
  std::unordered_map<std::string, by_key<cached_pod>> pods_of_;
  std::unordered_map<std::string, by_key<cached_replica_set>> replica_sets_of_;
  keys_by_uid replica_set_uids_;
  keys_by_uid deployment_uids_;
};

}  // namespace holdfast::cluster
