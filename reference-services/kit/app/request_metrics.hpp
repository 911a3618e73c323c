#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "kit/app/prometheus_text.hpp"

namespace holdfast::kit {

/// Counts and times of finished requests by method, route and status. A client cannot make it grow without end: methods
/// that are not HTTP's own count as "other", and routes are patterns.
class request_metrics {
 public:
  /// @param route  pattern that was matched; empty when there was none
  void record(std::string_view method, std::string_view route, unsigned status, nanoseconds took);
  void write(prometheus_text& out) const;
  std::uint64_t total() const { return total_; }

  /// Upper ends of the histogram's buckets, in seconds.
  static constexpr std::array<double, 16> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                 0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    30};

 private:
  struct series {
    std::array<std::uint64_t, bounds.size() + 1> counts{};
    double sum = 0;
  };
  std::map<std::uint64_t, series> series_;  // by route, method and status, packed
  std::vector<std::string> routes_;         // few: looking through them is quick
  std::uint64_t total_ = 0;
};

}  // namespace holdfast::kit
