#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/controllers/endpoint_groups.hpp"

namespace holdfast::cluster {

/// Kubernetes: endpoints in one EndpointSlice (--max-endpoints-per-slice).
inline constexpr std::size_t most_slice_endpoints = 100;

/// An EndpointSlice that a Service has.
struct known_slice {
  std::string name{};
  endpoint_group group{};
};

struct slice_plan {
  std::vector<known_slice> updates{};  ///< slices with new contents
  std::vector<endpoint_group> creations{};
  std::vector<std::string> removals{};  ///< by name
};

/// Which slices to write so that together they hold the groups. As Kubernetes, few of them: an endpoint stays in the
/// slice where it is, new ones go where there is room, the rest in new slices; a slice that is empty goes. One stays,
/// without endpoints, when there are none at all.
slice_plan plan_slices(std::span<endpoint_group const> groups, std::span<known_slice const> slices);

}  // namespace holdfast::cluster
