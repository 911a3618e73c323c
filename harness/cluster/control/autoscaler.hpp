#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/control/autoscaler_metric.hpp"
#include "cluster/control/condition.hpp"
#include "cluster/control/scaling_limits.hpp"
#include "cluster/control/stabilization.hpp"

namespace holdfast::cluster {

/// An autoscaler's spec, defaults filled in.
struct autoscaler_spec {
  replica_bounds bounds{};
  std::vector<autoscaler_metric> metrics = {autoscaler_metric{}};  ///< Kubernetes: CPU at 80 % when absent
  std::optional<scaling_behavior> behavior{};
};

/// Controller-wide settings. Kubernetes: kube-controller-manager's --horizontal-pod-autoscaler-*.
struct autoscaler_settings {
  nanoseconds sync_period = std::chrono::seconds{15};
  tolerance_band tolerance{};
  nanoseconds downscale_stabilization = std::chrono::minutes{5};
  cpu_start_up start_up{};
};

/// The scale of the target and what its selector finds.
struct autoscaler_target {
  std::int32_t replicas = 0;         ///< spec.replicas
  std::int32_t status_replicas = 0;  ///< status.replicas
  bool has_selector = true;          ///< false: it is empty
  std::string rival{};               ///< another autoscaler that selects the same pods; empty when there is none
  std::span<scaled_pod const> pods{};
};

/// What an autoscaler remembers between syncs. Not shared; one autoscaler is never synced twice at once.
struct autoscaler_memory {
  bool has_synced = false;
  std::vector<recommendation> recommendations{};
  std::vector<scale_event> ups{};
  std::vector<scale_event> downs{};
  std::vector<condition> conditions{};
  std::optional<time_point> last_scale{};
};

struct autoscaler_decision {
  std::int32_t current = 0;
  std::int32_t desired = 0;  ///< written as the target's spec.replicas when it differs from current
  std::vector<metric_status> current_metrics{};
  std::vector<control_event> events{};  ///< failures; SuccessfulRescale comes from rescale_succeeded
  explanation why{};                    ///< also when nothing changes
};

/// One sync. Kubernetes: off while current == 0 and min != 0; outside [min, max] at once to the bound, without limits;
/// else the largest proposal of all metrics, stabilised, limited. When a metric failed and the others ask for less than
/// current, nothing changes. Conditions and recommendations are left in `memory`.
/// @param readings  one for each of spec.metrics, in their order
autoscaler_decision sync_autoscaler(autoscaler_spec const& spec, autoscaler_settings const& settings,
                                    autoscaler_target const& target, std::span<metric_reading const> readings,
                                    autoscaler_memory& memory, time_point now);

/// To be called after the new count was written: remembers the change for the rate limits (with behavior only) and
/// returns the Event "New size: N; reason: ...".
control_event rescale_succeeded(autoscaler_spec const& spec, autoscaler_decision const& decision,
                                autoscaler_memory& memory, time_point now);

/// To be called when the write was refused: the condition AbleToScale=False and a warning.
control_event rescale_failed(autoscaler_decision const& decision, std::string const& problem, autoscaler_memory& memory,
                             time_point now);

}  // namespace holdfast::cluster
