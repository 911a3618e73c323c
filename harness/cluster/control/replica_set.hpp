#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/control/explanation.hpp"
#include "cluster/control/pod_deletion_order.hpp"

namespace holdfast::cluster {

/// Kubernetes: pods created or deleted in one sync at most (burst).
inline constexpr std::int32_t replica_set_burst = 500;

struct replica_set_status {
  std::int32_t replicas = 0;  ///< counted pods: not terminating, not Succeeded or Failed
  std::int32_t ready = 0;
  std::int32_t available = 0;
  std::int32_t terminating = 0;
  friend bool operator==(replica_set_status const&, replica_set_status const&) = default;
};

struct pod_deletion {
  std::string pod{};
  explanation why{};
};

struct replica_set_decision {
  std::int32_t create = 0;  ///< through slow_start
  std::vector<pod_deletion> deletions{};
  replica_set_status status{};                 ///< of the pods as they are now
  std::optional<time_point> next_available{};  ///< when a ready pod will have been ready long enough: sync again
  explanation why{};
};

/// One sync. Kubernetes: a terminating pod is not counted and so replaced at once; too few: create the difference, too
/// many: delete the surplus in deletion_order, at most replica_set_burst of either.
/// @param pods  all that the ReplicaSet owns
replica_set_decision sync_replica_set(std::int32_t replicas, nanoseconds min_ready, std::span<owned_pod const> pods,
                                      time_point now);

/// "Created pod: x", reason SuccessfulCreate.
control_event pod_created(std::string const& pod, explanation const& why);

/// "Deleted pod: x", reason SuccessfulDelete.
control_event pod_deleted(pod_deletion const& deletion);

}  // namespace holdfast::cluster
