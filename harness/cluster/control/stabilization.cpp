#include "cluster/control/stabilization.hpp"

#include <algorithm>

namespace holdfast::cluster {

std::int32_t stabilized_down(std::span<recommendation const> past, std::int32_t proposal, nanoseconds window,
                             time_point now) {
  for (auto const& each : past) {
    if (each.at >= now - window) proposal = std::max(proposal, each.replicas);
  }
  return proposal;
}

std::int32_t stabilized(std::span<recommendation const> past, std::int32_t current, std::int32_t proposal,
                        stabilization_windows windows, time_point now) {
  auto up = proposal;
  auto down = proposal;
  for (auto const& each : past) {
    if (each.at > now - windows.up) up = std::min(up, each.replicas);
    if (each.at > now - windows.down) down = std::max(down, each.replicas);
  }
  return std::min(std::max(current, up), down);
}

}  // namespace holdfast::cluster
