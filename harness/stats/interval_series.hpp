#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "stats/censored_distribution.hpp"
#include "stats/text_sink.hpp"

namespace holdfast::stats {

/// What was counted in an interval. Adding those of several shards gives those of all; of the gauge, too.
struct interval_counts {
  std::uint64_t scheduled = 0;
  std::uint64_t started = 0;
  std::uint64_t completed_ok = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;
  std::uint64_t in_flight = 0;  ///< at the end of the interval: a gauge
  std::uint64_t bytes_received = 0;
  std::vector<std::uint64_t> by_class;  ///< in an order of the caller's, e.g. failures by cause

  interval_counts& operator+=(interval_counts const& other);
  friend bool operator==(interval_counts const&, interval_counts const&) = default;
};

/// A distribution in the few numbers that a series of intervals shows.
struct latency_summary {
  quantile_value p50, p90, p99, max;
  friend bool operator==(latency_summary const&, latency_summary const&) = default;
};

/// Empty when nothing was recorded.
std::optional<latency_summary> summary_of(censored_distribution const& d);

/// One line of the series.
struct interval {
  nanoseconds start{};  ///< from the start of the run
  nanoseconds length{};
  interval_counts counts;
  std::optional<latency_summary> response;  ///< from the intended start
  std::optional<latency_summary> service;   ///< from the actual start
};

/// Writes a series of intervals as CSV (RFC 4180, line feeds), a line an interval as the run goes; keeps none of them.
/// Times are in seconds, latencies in microseconds: empty when there are none, and lower bounds where the column
/// "..._is_bound" beside it holds 1. Every function fails with what the sink says.
class interval_series_writer {
 public:
  /// @param classes  names of the columns for interval_counts::by_class.
  interval_series_writer(text_sink sink, std::vector<std::string> classes)
      : sink_{std::move(sink)}, classes_{std::move(classes)} {}

  result<void> begin();
  /// @param row  with as many classes as there are names.
  result<void> add(interval const& row);

 private:
  text_sink sink_;
  std::vector<std::string> classes_;
};

}  // namespace holdfast::stats
