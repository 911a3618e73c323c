#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/downtime.hpp"
#include "analysis/observation.hpp"
#include "analysis/step_function.hpp"
#include "analysis/time_range.hpp"

namespace holdfast::analysis {

/// When the system counts as restored.
struct recovery_objective {
  double success_ratio = 0.99;                        ///< of each interval with traffic
  nanoseconds good_phase = std::chrono::seconds{10};  ///< has to last so long: H
  std::optional<nanoseconds> latency_p99;             ///< upper end of the latency's band
  good_rule good;
};

/// The marks of one fault or action. t0 is given; each other is none when it was not observed.
struct recovery_marks {
  moment fault;                           ///< t0: in effect
  std::optional<moment> impact;           ///< t1: first bad request
  std::optional<moment> restored;         ///< t3: last bad request before the good phase
  std::optional<moment> full_redundancy;  ///< t4: ready replicas stay at the demanded number
  std::optional<moment> normal_latency;   ///< t5: p99 stays inside its band
  /// The objective was met for the whole good phase after the last bad request; also true without any impact. False too
  /// when the observation ended before the phase did.
  bool healed = false;
};

/// First bad request that ended at or after the fault's start, up to `until`.
/// @param failures  in the order of their ends
std::optional<moment> impact_of(moment const& fault, std::span<interval_counts const> intervals,
                                std::span<failed_request const> failures, nanoseconds until);

/// Last bad request before the first stretch of intervals, begun at or after the impact's interval, that meets the
/// objective for the good phase without a break. Intervals without traffic break it: nothing shows that they were good.
/// @param failures  in the order of their ends
/// @return none when no such stretch was observed
std::optional<moment> restored_after(moment const& impact, std::span<interval_counts const> intervals,
                                     std::span<failed_request const> failures, recovery_objective const& objective);

/// Since when p99 stays at or below its limit for the good phase, at or after the fault. None without a limit.
/// Intervals without answers break it.
std::optional<moment> latency_normal_after(moment const& fault, std::span<interval_counts const> intervals,
                                           recovery_objective const& objective);

/// Since when, after it had fallen short, the supply stays at or above the demand until `until`; the fault's own time
/// when it never fell short.
std::optional<moment> full_redundancy_after(moment const& fault, step_function const& demanded,
                                            step_function const& ready, nanoseconds until);

/// All marks of one fault.
/// @param until  the next fault's start, or the end of the observation
recovery_marks recovery_of(moment const& fault, std::span<interval_counts const> intervals,
                           std::span<failed_request const> failures, step_function const& demanded,
                           step_function const& ready, nanoseconds until, recovery_objective const& objective);

// The figures; none when a mark is missing.
std::optional<duration_range> time_to_impact(recovery_marks const& marks);   ///< t1 - t0
std::optional<duration_range> time_to_restore(recovery_marks const& marks);  ///< t3 - t0, MTTR: only when healed
std::optional<duration_range> time_to_full_redundancy(recovery_marks const& marks);  ///< t4 - t0
std::optional<duration_range> time_to_normal_latency(recovery_marks const& marks);   ///< t5 - t0

/// Mean up time between the starts of impacts over an observed time: (time - downtime) / number of windows; and
/// availability = MTBF / (MTBF + MTTR). None without a window.
struct failure_rhythm {
  nanoseconds mtbf{};
  nanoseconds mttr{};
  double availability() const { return in_seconds(mtbf) / (in_seconds(mtbf) + in_seconds(mttr)); }
};
std::optional<failure_rhythm> rhythm_of(std::span<downtime_window const> windows, nanoseconds observed);

}  // namespace holdfast::analysis
