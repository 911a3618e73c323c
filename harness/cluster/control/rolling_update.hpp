#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cluster/control/rollout_limits.hpp"

namespace holdfast::cluster {

/// The sets of a Deployment as a rollout sees them. Old sets are in the order of their age, the oldest first.
struct rollout_sets {
  std::optional<rollout_set> fresh{};  ///< the one of the present template
  std::vector<rollout_set> old{};
};

/// Sorts sets into fresh and old. Kubernetes: of several sets with the present template the oldest is the fresh one.
rollout_sets sorted_sets(std::span<rollout_set const> sets);

/// Sum of spec.replicas of all sets.
std::int64_t total_size(rollout_sets const& sets);

/// Sets with spec.replicas above 0, the new one last.
std::vector<rollout_set> active_sets(rollout_sets const& sets);

/// Kubernetes: the size of a new set that does not exist yet or has to grow. sum >= max_total: as it is; else
/// + min(max_total - sum, replicas - size); above replicas: replicas. With pod_replacement::after_termination sum is
/// that of max(spec, status) and the pods that are shutting down.
/// @param size  of the new set, which `sets` also counts if it exists
set_resize grown(rollout_spec const& spec, rollout_sets const& sets, std::int32_t size);

/// Kubernetes, the old sets: budget = sum - min_available - (new size - new available); nothing unless it is above 0.
/// First clean_up, then scale_down, oldest set first. One entry a set that shrinks.
std::vector<set_resize> shrunk(rollout_spec const& spec, rollout_sets const& sets);

/// Takes unavailable pods from old sets, min(budget left, size - available) each. Changes their sizes in `sets`.
std::vector<set_resize> clean_up(rollout_sets& sets, std::int64_t budget);

/// Takes spare = available of all sets - min_available from old sets, min(spare left, size) each. Changes `sets`.
std::vector<set_resize> scale_down(rollout_sets& sets, rollout_limits const& limits);

}  // namespace holdfast::cluster
