#include "analysis/observation.hpp"

#include <algorithm>
#include <numeric>

namespace holdfast::analysis {
namespace {

std::uint64_t failures_in(interval_counts const& counts) {
  return std::accumulate(counts.failed.begin(), counts.failed.end(), std::uint64_t{0},
                         [](std::uint64_t sum, auto const& outcome) { return sum + outcome.second; });
}

void add_counts(interval_counts& to, interval_counts const& more) {
  to.start = to.length == nanoseconds{0} ? more.start : std::min(to.start, more.start);
  to.length += more.length;
  to.scheduled += more.scheduled;
  to.started += more.started;
  to.ok += more.ok;
  to.ok_by_fallback += more.ok_by_fallback;
  to.refused_fast += more.refused_fast;
  for (auto const& [outcome, n] : more.failed) to.failed[outcome] += n;
}

}  // namespace

std::uint64_t good_requests(interval_counts const& counts, good_rule const& rule) {
  return counts.ok + (rule.fallback_is_good ? counts.ok_by_fallback : 0) +
         (rule.refusal_is_good ? counts.refused_fast : 0);
}

std::uint64_t bad_requests(interval_counts const& counts, good_rule const& rule) {
  return ended_requests(counts) - good_requests(counts, rule);
}

std::uint64_t ended_requests(interval_counts const& counts) {
  return counts.ok + counts.ok_by_fallback + counts.refused_fast + failures_in(counts);
}

std::optional<double> success_ratio(interval_counts const& counts, good_rule const& rule) {
  auto const all = ended_requests(counts);
  if (all == 0) return std::nullopt;
  return static_cast<double>(good_requests(counts, rule)) / static_cast<double>(all);
}

interval_counts sum_of(std::span<interval_counts const> intervals, nanoseconds from, nanoseconds to) {
  interval_counts sum;
  for (auto const& interval : intervals) {
    if (interval.start >= from && interval.end() <= to) add_counts(sum, interval);
  }
  return sum;
}

interval_counts sum_of(std::span<interval_counts const> intervals) {
  interval_counts sum;
  for (auto const& interval : intervals) add_counts(sum, interval);
  return sum;
}

}  // namespace holdfast::analysis
