#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/control/revision_history.hpp"
#include "cluster/control/rollout_progress.hpp"

namespace holdfast::cluster {

/// What one sync of a Deployment looks at.
struct deployment_view {
  std::string name{};
  rollout_spec spec{};
  std::span<rollout_set const> sets{};  ///< all it owns
  std::string new_set_name{};           ///< for a set of the present template, if it has to be made
  bool has_old_pods = false;            ///< a pod of an old set is not Succeeded or Failed, also when terminating
  rollout_status status{};              ///< as of the last sync
};

/// A ReplicaSet to be made from the present template.
struct set_creation {
  std::string name{};
  std::int32_t replicas = 0;
  std::int64_t revision = 0;
};

struct deployment_decision {
  std::optional<set_creation> create{};
  std::vector<set_resize> resize{};
  std::optional<std::int64_t> revision{};  ///< a fresh one for the new set, after a rollback
  std::vector<std::string> remove{};       ///< history beyond the limit
  std::int32_t sized_for = 0;              ///< mark for every set made or resized: spec.replicas,
  std::int32_t max_total = 0;              ///< and the largest total
  rollout_status status{};
  std::vector<control_event> events{};
  std::optional<time_point> next_sync{};  ///< when the progress deadline passes
};

/// One sync. Kubernetes, the first that has something to do: paused or resized: sizes only; Recreate: empty the old
/// sets, wait for their pods, make or grow the new set; RollingUpdate: make or grow the new set, else shrink the old
/// ones; complete: delete surplus history. Then the status is counted and progress judged.
deployment_decision sync_deployment(deployment_view const& view, time_point now);

}  // namespace holdfast::cluster
