#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/observation.hpp"
#include "analysis/proportion.hpp"

namespace holdfast::analysis {

struct request_availability {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  std::optional<proportion> share;     ///< good / (good + bad) with its 95 % interval; none without traffic
  std::optional<proportion> degraded;  ///< answers by fallback / all answers; none without answers
};

/// Over requests that ended; those that the run's end cut off are neither good nor bad. Answers are whatever arrived
/// whole: ok, ok by fallback, refused fast, http_4xx, http_5xx, check_failed.
request_availability availability_of(std::span<interval_counts const> intervals, good_rule const& rule);

struct time_availability {
  std::uint64_t windows = 0;  ///< with traffic
  std::uint64_t good_windows = 0;
  std::uint64_t empty_windows = 0;  ///< excluded
  std::optional<double> share() const {
    return windows == 0 ? std::nullopt
                        : std::optional{static_cast<double>(good_windows) / static_cast<double>(windows)};
  }
};

/// Share of windows whose success ratio is at least `objective`. Windows of `length` follow one another from the first
/// interval's start; an interval counts for the window that its middle lies in, so `length` should be no shorter than
/// the intervals. A last window that is cut off counts.
/// @param length  above zero
time_availability availability_in_windows(std::span<interval_counts const> intervals, nanoseconds length,
                                          double objective, good_rule const& rule);

/// Part of `all` that is in `touched`, each name counted once: endpoints, users or instances that a fault reached.
/// Empty names are left out; none when `all` is empty.
std::optional<double> blast_radius(std::span<std::string const> touched, std::span<std::string const> all);

}  // namespace holdfast::analysis
