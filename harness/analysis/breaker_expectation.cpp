#include "analysis/breaker_expectation.hpp"

#include <algorithm>
#include <cmath>

namespace holdfast::analysis {
namespace {

bool is_closed_throughout(breaker_course const& course, nanoseconds from, nanoseconds to) {
  return std::ranges::none_of(open_periods(course), [&](auto const& period) {
    return period.opened.last_old <= to && (!period.closed || period.closed->first_new >= from);
  });
}

}  // namespace

bool is_met(breaker_rule const& rule, std::uint64_t total, std::uint64_t errors) {
  return total > 0 && total >= rule.volume_threshold && errors * 100 / total >= rule.error_percentage;
}

std::vector<rule_verdict> rule_verdicts(breaker_rule const& rule, std::span<counted_call const> calls,
                                        nanoseconds start, nanoseconds end) {
  std::vector<rule_verdict> all;
  std::size_t first = 0, next = 0;
  rule_verdict now;
  for (auto at = start + rule.bucket; at <= end; at += rule.bucket) {
    for (; next < calls.size() && calls[next].at < at; ++next) {
      ++now.total;
      now.errors += calls[next].is_error ? 1 : 0;
    }
    for (; first < next && calls[first].at < at - rule.window; ++first) {
      --now.total;
      now.errors -= calls[first].is_error ? 1 : 0;
    }
    now.at = at;
    now.is_met = is_met(rule, now.total, now.errors);
    all.push_back(now);
  }
  return all;
}

std::uint64_t false_trips(breaker_course const& course, std::span<rule_verdict const> verdicts,
                          breaker_rule const& rule, nanoseconds delay) {
  std::uint64_t found = 0;
  for (auto const& period : open_periods(course)) {
    auto const from = period.opened.last_old - rule.bucket - delay;
    auto const to = period.opened.first_new + rule.bucket;
    auto const explains = [&](auto const& verdict) { return verdict.is_met && verdict.at >= from && verdict.at <= to; };
    if (std::ranges::none_of(verdicts, explains)) ++found;
  }
  return found;
}

std::uint64_t missed_trips(breaker_course const& course, std::span<rule_verdict const> verdicts,
                           breaker_rule const& rule, nanoseconds delay) {
  std::uint64_t found = 0;
  std::optional<nanoseconds> since;
  bool is_counted = false;
  for (auto const& verdict : verdicts) {
    if (!verdict.is_met) {
      since.reset();
      is_counted = false;
      continue;
    }
    if (!since) since = verdict.at;
    if (is_counted || verdict.at - *since <= rule.bucket + delay) continue;
    if (!is_closed_throughout(course, *since, verdict.at)) continue;
    is_counted = true;
    ++found;
  }
  return found;
}

std::optional<nanoseconds> expected_time_to_open(breaker_rule const& rule, nanoseconds x, double per_second,
                                                 earlier_traffic before) {
  auto const volume = static_cast<double>(rule.volume_threshold);
  auto const window = in_seconds(rule.window);
  auto const delay = in_seconds(x);
  if (x > rule.window || per_second * window < volume) return std::nullopt;
  auto const opens = before == earlier_traffic::full_window ? delay + (window - delay) * rule.error_percentage / 100
                                                            : delay + volume / per_second;
  auto const bucket = in_seconds(rule.bucket);
  return from_seconds(std::ceil(opens / bucket - 1e-9) * bucket);  // 5.5 / 0.5 may lie just above 11
}

}  // namespace holdfast::analysis
