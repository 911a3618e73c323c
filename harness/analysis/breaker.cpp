#include "analysis/breaker.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "analysis/event_fields.hpp"

namespace holdfast::analysis {
namespace {

std::optional<breaker_state> state_named(std::string_view what) {
  if (what == "closed") return breaker_state::closed;
  if (what == "open") return breaker_state::open;
  if (what == "half-open") return breaker_state::half_open;
  return std::nullopt;
}

nanoseconds end_of(open_period const& period) { return period.closed ? period.closed->first_new : nanoseconds::max(); }

bool is_open_at(breaker_course const& course, nanoseconds at) {
  return std::ranges::any_of(open_periods(course),
                             [&](auto const& period) { return period.opened.last_old <= at && at <= end_of(period); });
}

nanoseconds nearest_rank(std::vector<nanoseconds> const& sorted, double q) {
  auto const rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

bool is_breaker(std::string_view subject, std::string_view name) {
  if (subject == name) return true;
  auto const slash = subject.rfind('/');
  return slash != subject.npos && subject.substr(slash + 1) == name;
}

std::vector<breaker_course> breaker_courses(std::span<timeline_event const> events, std::string_view name) {
  std::map<std::pair<std::string, std::string>, breaker_course> by_pod;
  for (auto const& event : events) {
    auto const state = state_named(event.what);
    if (event.kind != timeline_kinds::breaker || !state || !is_breaker(event.subject, name)) continue;
    auto& course = by_pod[{event.subject, text_in(event, "pod")}];
    auto const before = course.empty() ? breaker_state::closed : course.back().to;
    if (*state == before) continue;
    auto const since = number_in(event, "since_s");
    course.push_back({{since ? std::min(from_seconds(*since), event.at) : event.at, event.at}, *state});
  }
  std::vector<breaker_course> all;
  for (auto& [pod, course] : by_pod) all.push_back(std::move(course));
  return all;
}

std::vector<open_period> open_periods(breaker_course const& course) {
  std::vector<open_period> all;
  bool is_open = false;
  for (auto const& change : course) {
    if (change.to == breaker_state::closed) {
      if (is_open) all.back().closed = change.at;
      is_open = false;
      continue;
    }
    if (!is_open) all.push_back({.opened = change.at, .closed = {}, .trials = {}});
    is_open = true;
    if (change.to == breaker_state::half_open) all.back().trials.push_back(change.at.first_new);
  }
  return all;
}

std::optional<duration_range> time_to_open(breaker_course const& course, moment const& fault) {
  for (auto const& period : open_periods(course)) {
    if (period.opened.first_new >= fault.last_old) return between(fault, period.opened);
  }
  return std::nullopt;
}

std::optional<duration_range> time_to_half_open(breaker_course const& course) {
  auto const opened = std::ranges::find(course, breaker_state::open, &breaker_change::to);
  auto const trial = std::find_if(opened, course.end(), [](auto const& c) { return c.to == breaker_state::half_open; });
  if (trial == course.end()) return std::nullopt;
  return between(opened->at, trial->at);
}

std::optional<nanoseconds> trial_spacing(breaker_course const& course) {
  std::optional<nanoseconds> shortest;
  for (auto const& period : open_periods(course)) {
    for (std::size_t i = 1; i < period.trials.size(); ++i) {
      auto const spacing = period.trials[i] - period.trials[i - 1];
      shortest = shortest ? std::min(*shortest, spacing) : spacing;
    }
  }
  return shortest;
}

std::optional<duration_range> time_to_close(breaker_course const& course, moment const& healthy) {
  auto const periods = open_periods(course);
  if (periods.empty() || !periods.back().closed || periods.back().closed->first_new < healthy.last_old) {
    return std::nullopt;
  }
  return between(healthy, *periods.back().closed);
}

double flap_rate(breaker_course const& course, nanoseconds observed) {
  if (observed <= nanoseconds{0}) return 0;
  return static_cast<double>(std::ranges::count(course, breaker_state::open, &breaker_change::to)) * 60 /
         in_seconds(observed);
}

std::uint64_t leaked_calls(breaker_course const& course, std::span<nanoseconds const> arrivals) {
  std::uint64_t leaked = 0;
  for (auto const& period : open_periods(course)) {
    // What was called before it surely was open may arrive until then.
    auto const first = std::ranges::upper_bound(arrivals, period.opened.first_new);
    auto const until = period.closed ? period.closed->last_old : nanoseconds::max();
    auto const last = std::ranges::lower_bound(first, arrivals.end(), until);
    auto const arrived = static_cast<std::uint64_t>(last - first);
    leaked += arrived - std::min<std::uint64_t>(arrived, period.trials.size());
  }
  return leaked;
}

bool is_stuck(breaker_course const& course, std::span<nanoseconds const> refusals, breaker_rule const& rule,
              nanoseconds slack) {
  for (auto const& period : open_periods(course)) {
    auto const is_late = [&](nanoseconds refusal) {
      if (refusal < period.opened.first_new || refusal >= end_of(period)) return false;
      auto const after = std::ranges::upper_bound(period.trials, refusal);
      auto const last = after == period.trials.begin() ? period.opened.first_new : *std::prev(after);
      return refusal > last + rule.sleep_window + slack;
    };
    if (std::ranges::any_of(refusals, is_late)) return true;
  }
  return false;
}

std::optional<fail_fast_times> fail_fast_of(std::span<failed_request const> failures,
                                            std::span<breaker_course const> courses) {
  std::vector<nanoseconds> times;
  for (auto const& failure : failures) {
    if (failure.outcome != "refused_fast") continue;
    auto const open = [&](auto const& course) { return is_open_at(course, failure.end); };
    if (std::ranges::any_of(courses, open)) times.push_back(failure.end - failure.start);
  }
  if (times.empty()) return std::nullopt;
  std::ranges::sort(times);
  return fail_fast_times{.p50 = nearest_rank(times, 0.5), .p99 = nearest_rank(times, 0.99)};
}

}  // namespace holdfast::analysis
