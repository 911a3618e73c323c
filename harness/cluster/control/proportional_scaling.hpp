#pragma once

#include <cstdint>
#include <vector>

#include "cluster/control/rolling_update.hpp"

namespace holdfast::cluster {

/// Kubernetes: round(size * max_total / max_total_before) - size, half away from zero; -size when max_total is 0.
std::int64_t proportional_share(std::int32_t size, std::int64_t max_total, std::int64_t max_total_before);

/// Whether the Deployment's replicas changed since its active sets were sized.
bool is_resized(rollout_spec const& spec, rollout_sets const& sets);

/// Kubernetes, after such a change: one active set (or none: the newest) takes the new count; a saturated new set
/// empties the old ones; otherwise max_total - sum is spread in proportion to the sets' sizes, largest first (ties:
/// newer first when growing, older first when shrinking), the rest goes to the first. Also names sets that keep their
/// size and have only to be marked with the new count.
/// @param status_replicas  of the Deployment: stands in for the total before, where a set is not marked with one
std::vector<set_resize> resized(rollout_spec const& spec, rollout_sets const& sets, std::int32_t status_replicas);

}  // namespace holdfast::cluster
