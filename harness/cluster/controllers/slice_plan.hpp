#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/controllers/endpoint_groups.hpp"

namespace holdfast::cluster {

/// Kubernetes: endpoints in one EndpointSlice (--max-endpoints-per-slice).
inline constexpr std::size_t most_slice_endpoints = 100;

/// An EndpointSlice that a Service has. What it refers to outlives it.
struct present_slice {
  std::string_view name{};
  endpoint_group const* group = nullptr;
};

/// An EndpointSlice with new contents.
struct changed_slice {
  std::string name{};
  endpoint_group group{};
};

struct slice_plan {
  std::vector<changed_slice> updates{};
  std::vector<endpoint_group> creations{};
  std::vector<std::string> removals{};  ///< by name
};

/// Which slices to write so that together they hold the groups. As Kubernetes, few of them: an endpoint stays in the
/// slice where it is, new ones go where there is room, the rest in new slices; a slice that is empty goes. One stays,
/// without endpoints, when there are none at all.
slice_plan plan_slices(std::span<endpoint_group const> groups, std::span<present_slice const> slices);

}  // namespace holdfast::cluster
