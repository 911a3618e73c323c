#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "stats/censored_distribution.hpp"
#include "stats/histogram.hpp"

namespace holdfast::report {

/// A percentile that every report shows.
struct percentile {
  double quantile;
  std::string_view name;        ///< "p99.9"
  std::string_view key;         ///< "p99_9"
  std::uint64_t fewest_values;  ///< with fewer it is just the maximum
};

inline constexpr std::array<percentile, 6> percentiles{{{0.5, "p50", "p50", 2},
                                                        {0.75, "p75", "p75", 4},
                                                        {0.9, "p90", "p90", 10},
                                                        {0.95, "p95", "p95", 20},
                                                        {0.99, "p99", "p99", 100},
                                                        {0.999, "p99.9", "p99_9", 1000}}};

/// What a report says of one distribution of times.
struct time_figures {
  std::uint64_t count = 0;        ///< values, those known only as "at least" included
  std::uint64_t at_least = 0;     ///< values known only as "at least"
  std::uint64_t above_range = 0;  ///< values above the histogram's maximum of 1 h
  std::array<std::optional<stats::quantile_value>, percentiles.size()> quantiles;  ///< empty without values
  nanoseconds min{};
  stats::quantile_value max;
  /// Of all values, those known only as "at least" at their bounds: with any of these, the mean is a lower bound.
  stats::precise_nanoseconds mean{};
  stats::precise_nanoseconds stddev{};

  bool empty() const { return count == 0; }
  std::optional<stats::quantile_value> const& p50() const { return quantiles[0]; }
  std::optional<stats::quantile_value> const& p99() const { return quantiles[4]; }
};

time_figures figures_of(stats::histogram const& values);
time_figures figures_of(stats::censored_distribution const& values);

}  // namespace holdfast::report
