#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/platform_history.hpp"
#include "analysis/step_function.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// One station of a chain of events, and how long it took to get there.
struct lag_hop {
  std::string_view name;          ///< "process-gone", "endpoint-removed", ...
  std::optional<nanoseconds> at;  ///< none: it was not seen
  /// Since the last station before that was seen; below zero when this one came first, as it may where two chains run
  /// side by side. None without either.
  std::optional<nanoseconds> took;
};

/// From a fault to the last request to the pod that it hit: process-gone, probe-failed, not-ready, endpoint-removed,
/// last-connection (of those that are recorded: that did not end well).
std::vector<lag_hop> loss_hops(std::span<timeline_event const> events, platform_history const& history,
                               std::string const& service, std::string const& pod, nanoseconds fault);

/// From the end of a pod's process, or the creation of a pod, back to service: restarted, ready, endpoint-added.
std::vector<lag_hop> return_hops(platform_history const& history, std::string const& service, std::string const& pod,
                                 nanoseconds from);

/// From a step of the load to capacity: scaled (the autoscaler's decision), replicas (written), started (a new pod's
/// process), ready, endpoint-added.
/// @param service, deployment  that are scaled
std::vector<lag_hop> scale_up_hops(std::span<timeline_event const> events, platform_history const& history,
                                   std::string const& service, std::string const& deployment, nanoseconds load_step);

}  // namespace holdfast::analysis
