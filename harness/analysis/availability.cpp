#include "analysis/availability.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <set>
#include <string_view>

namespace holdfast::analysis {
namespace {

std::uint64_t whole_answers(interval_counts const& counts) {
  constexpr std::array<std::string_view, 3> answered{"http_4xx", "http_5xx", "check_failed"};
  auto all = counts.ok + counts.ok_by_fallback + counts.refused_fast;
  for (auto const outcome : answered) {
    if (auto const found = counts.failed.find(outcome); found != counts.failed.end()) all += found->second;
  }
  return all;
}

struct window_sums {
  std::uint64_t good = 0;
  std::uint64_t all = 0;
};

void judge(window_sums const& window, double objective, time_availability& into) {
  if (window.all == 0) {
    ++into.empty_windows;
    return;
  }
  ++into.windows;
  if (static_cast<double>(window.good) >= objective * static_cast<double>(window.all)) ++into.good_windows;
}

std::set<std::string_view> distinct(std::span<std::string const> names) {
  std::set<std::string_view> found{names.begin(), names.end()};
  found.erase("");
  return found;
}

}  // namespace

request_availability availability_of(std::span<interval_counts const> intervals, good_rule const& rule) {
  auto const all = sum_of(intervals);
  request_availability figures{
      .good = good_requests(all, rule), .bad = bad_requests(all, rule), .share = {}, .degraded = {}};
  figures.share = proportion_of(figures.good, figures.good + figures.bad);
  figures.degraded = proportion_of(all.ok_by_fallback, whole_answers(all));
  return figures;
}

time_availability availability_in_windows(std::span<interval_counts const> intervals, nanoseconds length,
                                          double objective, good_rule const& rule) {
  assert(length > nanoseconds{0} && "a window has a length");
  time_availability figures;
  if (intervals.empty()) return figures;
  auto const origin = intervals.front().start;
  window_sums current;
  nanoseconds::rep index = 0;
  for (auto const& interval : intervals) {
    auto const middle = interval.start + interval.length / 2 - origin;
    for (; index < middle / length; ++index) {
      judge(current, objective, figures);
      current = {};
    }
    current.good += good_requests(interval, rule);
    current.all += ended_requests(interval);
  }
  judge(current, objective, figures);
  return figures;
}

std::optional<double> blast_radius(std::span<std::string const> touched, std::span<std::string const> all) {
  auto const everyone = distinct(all);
  if (everyone.empty()) return std::nullopt;
  auto const reached = distinct(touched);
  auto const known = std::ranges::count_if(reached, [&](auto name) { return everyone.contains(name); });
  return static_cast<double>(known) / static_cast<double>(everyone.size());
}

}  // namespace holdfast::analysis
