#pragma once

#include "cluster/control/rollout_spec.hpp"

namespace holdfast::cluster {

/// maxSurge and maxUnavailable in pods.
struct rollout_parts {
  std::int32_t surge = 0;
  std::int32_t unavailable = 0;
  friend bool operator==(rollout_parts const&, rollout_parts const&) = default;
};

/// Kubernetes: surge rounded up, unavailable rounded down; when both are 0, unavailable is 1, or nothing could move.
rollout_parts resolved_parts(std::optional<int_or_percent> max_surge, std::optional<int_or_percent> max_unavailable,
                             std::int32_t replicas);

/// What a rolling update has to keep.
struct rollout_limits {
  std::int32_t max_unavailable = 0;  ///< min(unavailable, replicas); 0 for Recreate
  std::int32_t min_available = 0;    ///< replicas - max_unavailable; 0 for Recreate
  std::int32_t max_total = 0;        ///< replicas + surge
};

rollout_limits limits_of(rollout_spec const& spec);

}  // namespace holdfast::cluster
