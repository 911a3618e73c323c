#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/controllers/event_recorder.hpp"
#include "cluster/local/route_plan.hpp"
#include "cluster/local/route_proxy.hpp"

namespace holdfast::cluster {

/// Keeps a proxy in step with the store's Services and their endpoints, as kube-proxy does. Has no thread and no timer,
/// as the control plane: whoever owns the loop calls observe() after control_plane::step(). Used on the store's thread.
///
/// What cannot be had, because somebody has the address, is told as an Event "FailedToListen" with the reason, tried
/// again every second, and told as "Listening" when it is there. A local port that is taken does not keep a Service
/// from its clusterIP. (status.loadBalancer is the service controller's to write.)
class service_routes {
 public:
  struct settings {
    nanoseconds retry_period = std::chrono::seconds{1};  ///< real time: what has the address is no part of the cluster
    /// Whether a Service's clusterIP is its own (control_plane::holds_address): two may ask for the same. Nothing: it
    /// always is.
    std::function<bool(json const& service)> holds_address{};
  };

  /// Everything given outlives it.
  service_routes(object_store const& store, route_proxy& proxy, event_recorder& events, cluster_clock const& clock);
  service_routes(object_store const& store, route_proxy& proxy, event_recorder& events, cluster_clock const& clock,
                 settings s);
  service_routes(service_routes const&) = delete;
  service_routes& operator=(service_routes const&) = delete;

  /// Takes in what has changed in the store since the last call.
  /// @param now  platform time
  /// @return     when to call it again if nothing changes before; nothing when there is nothing to try again
  std::optional<time_point> observe(time_point now);

  /// Gives every address up. Connections that are open live on.
  void withdraw();

  /// What the proxy carries now, by Service.
  std::map<object_key, std::vector<planned_route>> const& routes() const { return present_; }
  /// Why a Service, or its local port, cannot be reached: a sentence each, by address.
  std::map<std::string, std::string> const& problems_of(object_key const& service) const;

 private:
  using problems = std::map<std::string, std::string>;
  struct due_service {
    object_key key;
    object_ptr service;  ///< null when it is gone
    route_changes changes;
  };

  void follow();
  void list_anew();
  void take(object_change const& change);
  void mark_owner_of(json const& slice);
  void take_slice(object_ptr const& slice);
  void drop_slice(json const& slice);
  endpoint_objects endpoints_of(object_key const& service) const;
  std::vector<planned_route> wanted_for(object_key const& key, object_ptr const& service);
  void settle(time_point now);
  void give_up(object_key const& key, route_changes const& changes);
  problems take_up(object_key const& key, route_changes const& changes);
  void tell(due_service const& of, problems found, time_point now);

  object_store const& store_;
  route_proxy& proxy_;
  event_recorder& events_;
  cluster_clock const& clock_;
  settings settings_;
  std::optional<std::uint64_t> version_;
  std::set<object_key> dirty_;
  std::set<object_key> unsettled_;  // to be tried again
  std::optional<time_point> retry_at_;
  std::map<object_key, std::map<std::string, object_ptr>> slices_;  // by Service and name
  std::map<object_key, std::vector<planned_route>> present_;
  std::map<object_key, problems> problems_;
};

}  // namespace holdfast::cluster
