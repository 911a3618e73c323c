#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cluster/control/scaling_behavior.hpp"

namespace holdfast::cluster {

/// A change of the replica count that was written, by how many pods (above zero in both directions).
struct scale_event {
  std::int32_t change = 0;
  time_point at{};
};

struct scale_history {
  std::span<scale_event const> ups{};
  std::span<scale_event const> downs{};
};

struct replica_bounds {
  std::int32_t min = 1;
  std::int32_t max = 1;
};

/// What is left of a proposal after limits; reason and text are those of the condition ScalingLimited.
struct limited_count {
  std::int32_t replicas = 0;
  bool is_limited = false;
  std::string_view reason{};  ///< DesiredWithinRange, TooFewReplicas, TooManyReplicas, ScaleUpLimit, ScaleDownLimit
  std::string text{};
};

/// Kubernetes, without behavior: at most min(max, max(2 * current, 4)), at least min; downwards there is no rate limit.
limited_count limited_without_behavior(std::int32_t current, std::int32_t proposal, replica_bounds bounds);

/// Kubernetes, with behavior: for each policy start = current - added + removed over events with at > now - period;
/// up to start + pods or ceil(start * (1 + percent/100)), down to start - pods or trunc(start * (1 - percent/100));
/// selectPolicy picks the largest or the smallest change, Disabled none. Then min and max.
limited_count limited_with_behavior(std::int32_t current, std::int32_t proposal, replica_bounds bounds,
                                    scaling_behavior const& behavior, scale_history const& history, time_point now);

/// The highest count that the rules allow now, not below current.
std::int32_t scale_up_limit(std::int32_t current, scaling_rules const& up, scale_history const& history,
                            time_point now);

/// The lowest count that the rules allow now, not above current; may be below zero.
std::int32_t scale_down_limit(std::int32_t current, scaling_rules const& down, scale_history const& history,
                              time_point now);

/// Events are remembered as long as the longest period of their direction's policies.
nanoseconds longest_period(scaling_rules const& rules);

}  // namespace holdfast::cluster
