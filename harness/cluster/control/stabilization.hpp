#pragma once

#include <cstdint>
#include <span>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// What an earlier sync would have liked, before it was stabilised and limited.
struct recommendation {
  std::int32_t replicas = 0;
  time_point at{};
};

/// Kubernetes, without behavior: the largest of the proposal and all recommendations with at >= now - window; only
/// scaling down is damped.
std::int32_t stabilized_down(std::span<recommendation const> past, std::int32_t proposal, nanoseconds window,
                             time_point now);

struct stabilization_windows {
  nanoseconds up{};
  nanoseconds down{};
};

/// Kubernetes, with behavior: up = min(proposal, recommendations with at > now - up window), down = max(proposal,
/// those with at > now - down window); current is raised to up, then lowered to down. A window of 0 damps nothing.
std::int32_t stabilized(std::span<recommendation const> past, std::int32_t current, std::int32_t proposal,
                        stabilization_windows windows, time_point now);

}  // namespace holdfast::cluster
