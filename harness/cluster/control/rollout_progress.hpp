#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/control/condition.hpp"
#include "cluster/control/rolling_update.hpp"

namespace holdfast::cluster {

/// A Deployment's status.
struct rollout_status {
  std::int32_t replicas = 0;  ///< counted pods of all sets
  std::int32_t updated = 0;   ///< of the new set
  std::int32_t ready = 0;
  std::int32_t available = 0;
  std::int32_t unavailable = 0;  ///< asked for by all sets and not available
  std::int32_t terminating = 0;
  bool is_observed = true;  ///< observedGeneration is up to date
  std::vector<condition> conditions{};
};

/// The figures; conditions are empty.
rollout_status counted_status(rollout_sets const& sets);

/// Kubernetes: updated, all and available pods are as many as asked for, and the newest spec has been observed.
bool is_complete(rollout_status const& status, std::int32_t replicas);

/// Kubernetes: updated, ready or available pods became more, or pods that are not updated fewer.
bool has_progressed(rollout_status const& before, rollout_status const& after);

/// Kubernetes: there is a deadline, Progressing was noted for another reason than NewReplicaSetAvailable, and
/// last_update + deadline < now.
bool has_timed_out(condition const* progressing, std::optional<nanoseconds> deadline, time_point now);

/// When has_timed_out will first hold if nothing happens; nothing when it cannot.
std::optional<time_point> timeout_of(condition const* progressing, std::optional<nanoseconds> deadline);

/// What a sync knows when it judges.
struct progress_view {
  rollout_spec const& spec;
  rollout_status const& before;
  std::string subject{};  ///< "ReplicaSet \"book-7d4\"" or the Deployment when there is no new set
  time_point now{};
};

/// Updates Progressing in `after`, whose conditions are those of before: True NewReplicaSetAvailable, True
/// ReplicaSetUpdated or, once, False ProgressDeadlineExceeded. Events for the first and the last.
std::vector<control_event> judge_progress(progress_view const& view, rollout_status& after);

/// Progressing=Unknown DeploymentPaused while paused and DeploymentResumed after it, which starts the deadline anew; a
/// deadline that has passed stays noted.
void note_pause(rollout_spec const& spec, std::vector<condition>& conditions, time_point now);

/// Available=True MinimumReplicasAvailable while available >= replicas - maxUnavailable (Recreate: all), else False.
void note_availability(rollout_spec const& spec, rollout_status& status, time_point now);

}  // namespace holdfast::cluster
