#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/control/int_or_percent.hpp"
#include "cluster/control/replica_set.hpp"

namespace holdfast::cluster {

enum class rollout_strategy { rolling_update, recreate };

/// Whether pods that are shutting down count against the largest total (podReplacementPolicy).
enum class pod_replacement { while_terminating, after_termination };

/// What a Deployment asks for. The defaults are those of Kubernetes.
struct rollout_spec {
  std::int32_t replicas = 1;
  rollout_strategy strategy = rollout_strategy::rolling_update;
  std::optional<int_or_percent> max_surge = int_or_percent{25, true};        ///< absent counts as 0
  std::optional<int_or_percent> max_unavailable = int_or_percent{25, true};  ///< absent counts as 0
  pod_replacement replacement = pod_replacement::while_terminating;
  bool is_paused = false;
  std::optional<nanoseconds> progress_deadline = std::chrono::minutes{10};
  std::int32_t revision_history_limit = 10;
};

/// A ReplicaSet of a Deployment.
struct rollout_set {
  std::string name{};
  std::int32_t replicas = 0;  ///< spec.replicas
  replica_set_status status{};
  std::int64_t revision = 0;
  std::optional<std::int32_t> sized_for{};  ///< the Deployment's replicas when it was sized (desired-replicas)
  std::optional<std::int32_t> max_total{};  ///< the largest total then (max-replicas)
  time_point created{};
  bool matches_template = false;  ///< its template equals the Deployment's
  bool is_observed = true;        ///< its status belongs to its newest spec
};

/// A new size for a ReplicaSet. It is then also marked with the size and the largest total it was made for.
struct set_resize {
  std::string set{};
  std::int32_t from = 0;
  std::int32_t to = 0;
  explanation why{};
};

}  // namespace holdfast::cluster
