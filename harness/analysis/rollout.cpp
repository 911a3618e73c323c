#include "analysis/rollout.hpp"

#include <algorithm>
#include <array>

namespace holdfast::analysis {
namespace {

std::optional<nanoseconds> since_start(rollout_span const& rollout, std::optional<nanoseconds> at) {
  if (!at) return std::nullopt;
  return *at - rollout.started;
}

bool broke_connection(failed_request const& request) {
  constexpr std::array<std::string_view, 3> outcomes{"reset", "closed_early", "malformed_answer"};
  return std::ranges::find(outcomes, request.outcome) != outcomes.end();
}

nanoseconds longest_silence(std::span<interval_counts const> intervals, nanoseconds from, nanoseconds to) {
  nanoseconds longest{}, current{};
  for (auto const& interval : intervals) {
    if (interval.start < from || interval.end() > to) continue;
    current = ended_requests(interval) == 0 ? current + interval.length : nanoseconds{0};
    longest = std::max(longest, current);
  }
  return longest;
}

nanoseconds median_of(std::vector<nanoseconds> times) {
  auto const middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  if (times.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(times.begin(), middle)) / 2;
}

}  // namespace

std::optional<nanoseconds> rollout_span::duration() const { return since_start(*this, complete); }
std::optional<nanoseconds> rollout_span::stuck_after() const { return since_start(*this, stuck); }

std::vector<rollout_span> rollouts_of(std::span<timeline_event const> events, std::string_view deployment) {
  std::vector<rollout_span> all;
  for (auto const& event : events) {
    if (event.kind != timeline_kinds::rollout || event.subject != deployment) continue;
    if (event.what == "started") all.push_back({.started = event.at, .complete = {}, .stuck = {}});
    if (all.empty()) continue;
    if (event.what == "complete" && !all.back().complete) all.back().complete = event.at;
    if (event.what == "stuck" && !all.back().stuck) all.back().stuck = event.at;
  }
  return all;
}

rollout_requests requests_during(nanoseconds from, nanoseconds to, std::span<interval_counts const> intervals,
                                 std::span<failed_request const> failures, good_rule const& rule) {
  interval_counts during, before;
  for (auto const& interval : intervals) {
    auto const sum = interval.end() <= from ? &before : interval.start <= to ? &during : nullptr;
    if (sum == nullptr) continue;
    sum->ok += good_requests(interval, rule);
    sum->failed["bad"] += bad_requests(interval, rule);
  }
  rollout_requests found{.failed = during.failed["bad"],
                         .ended = ended_requests(during),
                         .excess = {},
                         .longest_gap = longest_silence(intervals, from, to),
                         .broken_connections = 0};
  found.excess = difference_of(found.failed, found.ended, before.failed["bad"], ended_requests(before));
  found.broken_connections = static_cast<std::uint64_t>(std::ranges::count_if(
      failures, [&](auto const& f) { return f.end >= from && f.end <= to && broke_connection(f); }));
  return found;
}

zero_downtime verdict_of(rollout_requests const& requests, double budget, nanoseconds longest_gap) {
  if (requests.failed > 0 || requests.longest_gap > longest_gap) return zero_downtime::no;
  return requests.ended >= trials_to_show(budget) ? zero_downtime::yes : zero_downtime::not_shown;
}

std::optional<nanoseconds> mixed_versions(std::span<instance_answer const> answers, std::string_view old_version,
                                          std::string_view new_version) {
  std::optional<nanoseconds> last_old, first_new;
  for (auto const& answer : answers) {
    if (answer.version == old_version) last_old = std::max(last_old.value_or(answer.end), answer.end);
    if (answer.version == new_version) first_new = std::min(first_new.value_or(answer.end), answer.end);
  }
  if (!last_old || !first_new) return std::nullopt;
  return std::max(*last_old - *first_new, nanoseconds{0});
}

std::optional<double> version_exposure(std::span<instance_answer const> answers, std::string_view version) {
  if (answers.empty()) return std::nullopt;
  return static_cast<double>(std::ranges::count(answers, version, &instance_answer::version)) /
         static_cast<double>(answers.size());
}

std::uint64_t served_while_terminating(std::span<instance_answer const> answers, platform_history const& history) {
  return static_cast<std::uint64_t>(std::ranges::count_if(answers, [&](auto const& answer) {
    auto const* const pod = history.pod(answer.instance);
    return pod != nullptr && pod->deleted_by(answer.start);
  }));
}

std::optional<nanoseconds> late_traffic(platform_history const& history, std::string_view deployment) {
  std::optional<nanoseconds> longest;
  for (auto const& connection : history.connections()) {
    auto const* const pod = history.pod(connection.pod);
    if (pod == nullptr || pod->owner() != deployment || !pod->deleted_by(connection.start)) continue;
    longest = std::max(longest.value_or(nanoseconds{0}), connection.start - *pod->deleted());
  }
  return longest;
}

std::optional<double> cold_start_penalty(std::span<instance_answer const> answers, std::size_t n) {
  std::map<std::string_view, std::vector<nanoseconds>> times;
  for (auto const& answer : answers) times[answer.instance].push_back(answer.end - answer.start);
  std::optional<double> largest;
  for (auto const& [instance, all] : times) {
    if (n == 0 || all.size() <= n) continue;
    auto const split = all.begin() + static_cast<std::ptrdiff_t>(n);
    auto const later = median_of({split, all.end()});
    if (later <= nanoseconds{0}) continue;
    auto const penalty = in_seconds(median_of({all.begin(), split})) / in_seconds(later);
    largest = std::max(largest.value_or(penalty), penalty);
  }
  return largest;
}

nanoseconds rollback_time(nanoseconds command, std::span<failed_request const> failures, nanoseconds until) {
  auto last = command;
  for (auto const& failure : failures) {
    if (failure.end <= until) last = std::max(last, failure.end);
  }
  return last - command;
}

}  // namespace holdfast::analysis
