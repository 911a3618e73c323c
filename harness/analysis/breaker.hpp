#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/observation.hpp"
#include "analysis/time_range.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// When a breaker opens: Hystrix' rule, looked at when a bucket closes.
struct breaker_rule {
  std::uint32_t volume_threshold = 20;
  std::uint32_t error_percentage = 50;
  nanoseconds window = std::chrono::seconds{10};
  nanoseconds bucket = std::chrono::milliseconds{500};
  nanoseconds sleep_window = std::chrono::seconds{5};
};

enum class breaker_state : std::uint8_t { closed, open, half_open };

struct breaker_change {
  moment at;  ///< between the last look that saw the state before and the one that saw this
  breaker_state to = breaker_state::closed;
};

/// The changes of one breaker of one pod, in the order of time; looks that saw the same state again are left out.
using breaker_course = std::vector<breaker_change>;

/// Breakers are named caller/callee, and may be asked for by the callee alone.
bool is_breaker(std::string_view subject, std::string_view name);
/// One course for each pod and breaker of that name.
std::vector<breaker_course> breaker_courses(std::span<timeline_event const> events, std::string_view name);

/// Time in which it was not closed: from open to closed, or to the end.
struct open_period {
  moment opened;
  std::optional<moment> closed;
  std::vector<nanoseconds> trials;  ///< when it was seen half-open
};
std::vector<open_period> open_periods(breaker_course const& course);

/// First opening at or after the fault; t(open) - t0.
std::optional<duration_range> time_to_open(breaker_course const& course, moment const& fault);
/// From the first opening to the first trial.
std::optional<duration_range> time_to_half_open(breaker_course const& course);
/// Shortest time between two trials of the same open period; must not be below the sleep window.
std::optional<nanoseconds> trial_spacing(breaker_course const& course);
/// From when the dependency was healthy to the closing after which it stayed closed; none when it did not.
std::optional<duration_range> time_to_close(breaker_course const& course, moment const& healthy);
/// Times opened from closed, or from half-open, per minute.
double flap_rate(breaker_course const& course, nanoseconds observed);

/// Calls that arrived at the dependency while it was open, minus a trial for each time that it was half-open. Not below
/// zero. @param arrivals  in order
std::uint64_t leaked_calls(breaker_course const& course, std::span<nanoseconds const> arrivals);

/// Whether calls were refused later than the sleep window and `slack` after an opening, or a failed trial, without a
/// new trial. @param refusals  when calls were refused, in order
bool is_stuck(breaker_course const& course, std::span<nanoseconds const> refusals, breaker_rule const& rule,
              nanoseconds slack);

struct fail_fast_times {
  nanoseconds p50{}, p99{};  ///< nearest rank
};
/// Times of requests refused fast that ended while one of these was not closed; none without any.
std::optional<fail_fast_times> fail_fast_of(std::span<failed_request const> failures,
                                            std::span<breaker_course const> courses);

}  // namespace holdfast::analysis
