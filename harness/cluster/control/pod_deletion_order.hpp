#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/control/pod_state.hpp"

namespace holdfast::cluster {

/// A pod of a ReplicaSet.
struct owned_pod {
  std::string name{};
  std::string node{};  ///< empty: not assigned yet
  pod_phase phase = pod_phase::pending;
  bool is_terminating = false;
  std::optional<ready_condition> ready{};
  std::int32_t deletion_cost = 0;  ///< annotation controller.kubernetes.io/pod-deletion-cost
  std::int64_t restarts = 0;       ///< of all its containers
  time_point created{};
};

/// A pod in the order of deletion.
struct ranked_pod {
  std::size_t index = 0;        ///< into the pods given
  std::string_view ahead_by{};  ///< the rule that puts it before the next one in the order; empty for the last
};

/// Kubernetes, the first rule that tells two pods apart, the smaller goes first: not assigned < assigned; Pending <
/// Unknown < Running; not ready < ready; lower deletion cost; on a node with more pods of the owner; ready for less
/// time, by the whole part of the age's binary logarithm in nanoseconds; more restarts; created later. Names settle the
/// rest, so that the order is the same everywhere.
std::vector<ranked_pod> deletion_order(std::span<owned_pod const> pods, time_point now);

}  // namespace holdfast::cluster
