#pragma once

#include <span>
#include <string_view>

#include "analysis/step_function.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// A Deployment's number of replicas over time.
/// @param member  "desired", "current", "ready", "available", "updated" or "unavailable"
step_function replica_counts(std::span<timeline_event const> events, std::string_view deployment,
                             std::string_view member);

/// Live pods of a Deployment over time: from the start of the first process to its deletion or last end.
struct live_pods {
  step_function serving;      ///< without those that have got their deletion
  step_function terminating;  ///< from the deletion to the end of the process
};
live_pods live_pods_of(std::span<timeline_event const> events, std::string_view deployment);

}  // namespace holdfast::analysis
