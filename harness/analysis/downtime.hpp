#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analysis/observation.hpp"
#include "analysis/time_range.hpp"

namespace holdfast::analysis {

/// A stretch in which the system failed its users.
struct downtime_window {
  moment began;              ///< [previous good, first bad]
  moment ended;              ///< [last bad, next good]; "next good" is the end of the observation when there was none
  nanoseconds from{}, to{};  ///< half open: the intervals, or the requests, that were bad
  bool open_end = false;     ///< no good request came any more
  /// At least t(last bad) - t(first bad), at most t(next good) - t(previous good).
  duration_range length() const { return between(began, ended); }
};

/// Maximal runs of at least `k` bad requests in a row, from single requests.
/// @param requests  in the order of their ends
/// @param from, to  the time observed: the bounds of what began before or ended after it
std::vector<downtime_window> downtime_by_run(std::span<request_end const> requests, std::uint64_t k, nanoseconds from,
                                             nanoseconds to);

/// Maximal runs of intervals with a success ratio below `objective`. Intervals without traffic neither begin nor end
/// one. Where in an interval its requests ended is not known, so good ones bound a window by the far edge of theirs and
/// bad ones by the near edge; failures with their times narrow that.
/// @param intervals  in order, without overlap
/// @param failures   in the order of their ends; may be empty
std::vector<downtime_window> downtime_by_ratio(std::span<interval_counts const> intervals, double objective,
                                               good_rule const& rule, std::span<failed_request const> failures);

struct downtime_summary {
  std::uint64_t windows = 0;
  duration_range total;
  duration_range longest;
};
downtime_summary summary_of(std::span<downtime_window const> windows);

/// Good requests per second in the intervals that no window touches; zero when there are none.
double good_rate_outside(std::span<interval_counts const> intervals, std::span<downtime_window const> windows,
                         good_rule const& rule);

/// Good requests expected at `good_per_second` in the intervals that a window touches, minus the good ones there. Not
/// below zero.
double lost_work(std::span<interval_counts const> intervals, std::span<downtime_window const> windows,
                 double good_per_second, good_rule const& rule);

}  // namespace holdfast::analysis
