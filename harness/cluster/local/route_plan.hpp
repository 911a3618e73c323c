#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cluster/proxy/ipv4_endpoint.hpp"
#include "cluster/proxy/proxy_endpoints.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// One port of a Service as the proxy is to carry it.
struct planned_route {
  std::string name{};                     ///< in the proxy: "shop/order:http", or the port's number when it has no name
  ipv4_endpoint at{};                     ///< the Service's own address
  std::optional<ipv4_endpoint> local{};   ///< where people and browsers find a LoadBalancer
  std::optional<nanoseconds> affinity{};  ///< in real time
  std::vector<proxy_endpoint> endpoints{};
  friend bool operator==(planned_route const&, planned_route const&) = default;
};

/// Where a Service's pods are written down.
struct endpoint_objects {
  std::vector<object_ptr> slices{};  ///< in the order of their names
  object_ptr endpoints{};  ///< may be null; counts for Services without a selector, as nobody makes slices of it
};

/// One route for each TCP port of a Service that has an address of its own; none for headless ones, for ExternalName
/// and while it has no address yet. The annotation holdfast.io/local-port of a LoadBalancer is for its first port.
/// @param scale  of the cluster's clock: a session affinity ends so much sooner
std::vector<planned_route> routes_of(json const& service, endpoint_objects const& where, double scale = 1);

/// How to get from some routes of one Service to others.
struct route_changes {
  using addressed = std::pair<std::string, ipv4_endpoint>;
  std::vector<std::string> removals{};      ///< names
  std::vector<addressed> releases{};        ///< of local addresses
  std::vector<planned_route> additions{};   ///< whole
  std::vector<addressed> holds{};           ///< of local addresses, of routes that stay
  std::vector<planned_route> new_places{};  ///< routes that stay, with other endpoints
  bool is_empty() const;
};

/// A route with another address or affinity is another route; everything else can change while it is used.
route_changes changes_between(std::span<planned_route const> present, std::span<planned_route const> wanted);

}  // namespace holdfast::cluster
