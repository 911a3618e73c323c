#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/attribution.hpp"
#include "analysis/breaker.hpp"
#include "analysis/observation.hpp"
#include "analysis/recovery.hpp"
#include "analysis/step_function.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// What is known of one arm, or of a part of its time.
struct arm_observation {
  std::vector<interval_counts> intervals;  ///< in order, without overlap
  std::vector<failed_request> failures;    ///< in the order of their ends
  std::vector<timeline_event> events;      ///< of the arm and of none; in any order
  std::vector<instance_answer> answers;    ///< in the order of their ends; may be empty
};

/// What the numbers are measured by.
struct measure_settings {
  double objective = 0.999;  ///< success ratio, below 1: of windows, downtime and the error budget
  nanoseconds window = std::chrono::seconds{1};
  recovery_objective recovery;  ///< its rule of what is good holds for everything
  breaker_rule breaker;
  nanoseconds longest_gap = std::chrono::seconds{2};  ///< without an answer that still is no downtime of a rollout
  attribution_settings attribution;                   ///< its demand, by Deployment, is that of the elasticity
};

/// By metric name; durations in seconds, shares from 0 to 1, yes as 1 and no as 0.
using metric_values = std::map<std::string, double>;

/// Every metric of the catalogue that can be computed from this. One that cannot, such as the availability without
/// traffic, or a recovery that was not seen, is not in it. Where a number is known within bounds, it is the upper one.
/// Latencies come from histograms and are not among them. Dots in the names of faults and objects become hyphens.
metric_values metrics_of(arm_observation const& seen, measure_settings const& settings);

}  // namespace holdfast::analysis
