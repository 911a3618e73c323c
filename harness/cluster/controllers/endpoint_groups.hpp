#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cluster/control/endpoints.hpp"
#include "cluster/controllers/cached_pod.hpp"
#include "cluster/controllers/cached_service.hpp"

namespace holdfast::cluster {

/// A port of a Service as it is on a pod.
struct endpoint_port {
  std::string name{};
  std::int32_t port = 0;
  std::string protocol{};
  std::string app_protocol{};
  friend auto operator<=>(endpoint_port const&, endpoint_port const&) = default;
};

/// An endpoint and the pod behind it.
struct endpoint_entry {
  endpoint at{};
  std::string pod_uid{};
  std::string node{};
  friend bool operator==(endpoint_entry const&, endpoint_entry const&) = default;
};

/// Endpoints that have the same ports. Names of target ports may stand for other numbers on other pods.
struct endpoint_group {
  std::vector<endpoint_port> ports{};
  std::vector<endpoint_entry> entries{};  ///< by pod name
  friend bool operator==(endpoint_group const&, endpoint_group const&) = default;
};

/// The endpoints of a Service, by ports. A pod that has none of the named target ports has no endpoint, unless the
/// Service has no ports at all.
std::vector<endpoint_group> endpoint_groups(cached_service const& service, std::span<cached_pod const* const> pods);

/// Kubernetes: an Endpoints object lists so many addresses at most, and says when it lists fewer than there are.
inline constexpr std::size_t most_endpoint_addresses = 1000;

/// The Endpoints object, with metadata and subsets.
json endpoints_object(cached_service const& service, std::span<endpoint_group const> groups);

/// The parts of an EndpointSlice.
json slice_ports(std::vector<endpoint_port> const& ports);
json slice_endpoints(std::string const& name_space, std::span<endpoint_entry const> entries);
/// Reads them back.
endpoint_group group_from(json const& slice);

}  // namespace holdfast::cluster
