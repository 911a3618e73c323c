#include "analysis/recovery.hpp"

#include <algorithm>

namespace holdfast::analysis {
namespace {

/// Index of the first interval of a stretch of at least `length` that holds(interval) throughout, from `first` on.
template <class Condition>
std::optional<std::size_t> first_lasting(std::span<interval_counts const> intervals, std::size_t first,
                                         nanoseconds length, Condition&& holds) {
  std::optional<std::size_t> since;
  for (auto i = first; i < intervals.size(); ++i) {
    if (!holds(intervals[i])) {
      since.reset();
      continue;
    }
    if (!since) since = i;
    if (intervals[i].end() - intervals[*since].start >= length) return since;
  }
  return std::nullopt;
}

std::size_t index_of_interval(std::span<interval_counts const> intervals, nanoseconds at) {
  auto const after = std::ranges::upper_bound(intervals, at, {}, &interval_counts::start);
  return after == intervals.begin() ? 0 : static_cast<std::size_t>(after - intervals.begin()) - 1;
}

std::optional<duration_range> since_fault(recovery_marks const& marks, std::optional<moment> const& mark) {
  if (!mark) return std::nullopt;
  return between(marks.fault, *mark);
}

}  // namespace

std::optional<moment> impact_of(moment const& fault, std::span<interval_counts const> intervals,
                                std::span<failed_request const> failures, nanoseconds until) {
  auto const first =
      std::ranges::lower_bound(failures, fault.last_old, std::less<>{}, [](auto const& f) { return f.end; });
  if (first == failures.end() || first->end > until) return std::nullopt;
  // A good request ended somewhere in the last interval before that had one: no earlier than its start.
  auto last_good = fault.last_old;
  for (auto const& interval : intervals) {
    if (interval.end() > first->end) break;
    if (interval.ok + interval.ok_by_fallback > 0) last_good = std::max(last_good, interval.start);
  }
  return moment{.last_old = last_good, .first_new = first->end};
}

std::optional<moment> restored_after(moment const& impact, std::span<interval_counts const> intervals,
                                     std::span<failed_request const> failures, recovery_objective const& objective) {
  auto const found = first_lasting(intervals, index_of_interval(intervals, impact.first_new), objective.good_phase,
                                   [&](auto const& interval) {
                                     auto const ratio = success_ratio(interval, objective.good);
                                     return ratio && *ratio >= objective.success_ratio;
                                   });
  if (!found) return std::nullopt;
  auto const& phase = intervals[*found];
  // Within the phase's first interval good and bad requests may alternate, as far as the objective allows it.
  auto const after =
      std::ranges::lower_bound(failures, phase.start, std::less<>{}, [](auto const& f) { return f.end; });
  auto const last_bad = after == failures.begin() ? impact.first_new : std::prev(after)->end;
  return moment{.last_old = std::max(last_bad, impact.first_new), .first_new = std::max(phase.end(), impact.first_new)};
}

std::optional<moment> latency_normal_after(moment const& fault, std::span<interval_counts const> intervals,
                                           recovery_objective const& objective) {
  if (!objective.latency_p99 || intervals.empty()) return std::nullopt;
  auto const first = index_of_interval(intervals, fault.last_old);
  auto const found = first_lasting(intervals, first, objective.good_phase, [&](auto const& interval) {
    return interval.latency_p99 && *interval.latency_p99 <= *objective.latency_p99;
  });
  if (!found) return std::nullopt;
  if (*found == first) return fault;  // it never left the band
  return moment{.last_old = intervals[*found].start, .first_new = intervals[*found].end()};
}

std::optional<moment> full_redundancy_after(moment const& fault, step_function const& demanded,
                                            step_function const& ready, nanoseconds until) {
  if (demanded.empty() || ready.empty()) return std::nullopt;
  std::optional<nanoseconds> since;
  bool fell_short = false;
  for_each_piece(demanded, ready, fault.last_old, until, [&](nanoseconds begin, nanoseconds, double d, double s) {
    if (s < d) {
      since.reset();
      fell_short = true;
    } else if (!since) {
      since = begin;
    }
  });
  if (!since) return std::nullopt;
  return fell_short ? moment::at(*since) : fault;
}

recovery_marks recovery_of(moment const& fault, std::span<interval_counts const> intervals,
                           std::span<failed_request const> failures, step_function const& demanded,
                           step_function const& ready, nanoseconds until, recovery_objective const& objective) {
  auto const end = std::ranges::upper_bound(intervals, until, {}, [](auto const& interval) { return interval.end(); });
  auto const seen = intervals.first(static_cast<std::size_t>(end - intervals.begin()));
  recovery_marks marks{.fault = fault,
                       .impact = impact_of(fault, seen, failures, until),
                       .restored = {},
                       .full_redundancy = {},
                       .normal_latency = {}};
  if (marks.impact) marks.restored = restored_after(*marks.impact, seen, failures, objective);
  marks.healed = !marks.impact || marks.restored;
  marks.full_redundancy = full_redundancy_after(fault, demanded, ready, until);
  marks.normal_latency = latency_normal_after(fault, seen, objective);
  return marks;
}

std::optional<duration_range> time_to_impact(recovery_marks const& marks) { return since_fault(marks, marks.impact); }
std::optional<duration_range> time_to_restore(recovery_marks const& marks) {
  return since_fault(marks, marks.restored);
}
std::optional<duration_range> time_to_full_redundancy(recovery_marks const& marks) {
  return since_fault(marks, marks.full_redundancy);
}
std::optional<duration_range> time_to_normal_latency(recovery_marks const& marks) {
  return since_fault(marks, marks.normal_latency);
}

std::optional<failure_rhythm> rhythm_of(std::span<downtime_window const> windows, nanoseconds observed) {
  if (windows.empty()) return std::nullopt;
  auto const n = static_cast<nanoseconds::rep>(windows.size());
  auto const down = summary_of(windows).total.at_most;
  return failure_rhythm{.mtbf = std::max(observed - down, nanoseconds{0}) / n, .mttr = down / n};
}

}  // namespace holdfast::analysis
