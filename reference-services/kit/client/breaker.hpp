#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::kit {

struct breaker_settings {
  std::uint32_t volume_threshold = 20;
  std::uint32_t error_percentage = 50;
  nanoseconds window{10'000'000'000};
  nanoseconds bucket{500'000'000};
  nanoseconds sleep_window{5'000'000'000};
  bool enabled = true;
};

enum class call_end : std::uint8_t {
  success,
  failure,
  timeout,
  pool_rejected,
  semaphore_rejected,
  bad_request,
  cancelled
};

enum class breaker_state : std::uint8_t { closed, open, half_open };

/// Circuit breaker after Hystrix's rules. A decision over time points: no clock, no thread.
///
/// It looks at its window when a bucket closes and only then, at the whole multiples of `bucket` after its start or its
/// last reset; percentages are truncated. A call that comes later finds what a timer at those moments would have done.
/// Stricter than Hystrix in two places where that is known to go wrong: every end of the trial call but success opens
/// again (there a rejection by the semaphore leaves the breaker half-open for ever), and calls that began before it
/// opened do not decide in the place of the trial.
class circuit_breaker {
 public:
  /// Leave to make one call. `end()` must be called once for each that was given.
  struct permit {
    bool allowed = false;
    bool trial = false;  ///< the test call of a half-open breaker
  };

  circuit_breaker(breaker_settings settings, time_point start);
  permit begin(time_point now);
  void end(permit given, call_end how, time_point now);
  breaker_state state(time_point now);

  struct counts {
    std::uint64_t total = 0, errors = 0;
  };
  counts in_window(time_point now);       ///< over the closed buckets, as the next evaluation sees them
  std::uint64_t opened() const;           ///< times
  std::uint64_t short_circuited() const;  ///< calls refused

 private:
  struct bucket_counts {
    std::uint32_t total = 0, errors = 0;
  };
  void roll(time_point now);
  void close_bucket();
  void empty_window(time_point now);
  void open(time_point at);
  breaker_settings settings_;
  time_point bucket_start_;
  bucket_counts current_;
  std::vector<bucket_counts> closed_buckets_;  // a ring
  std::size_t next_bucket_ = 0;
  counts sum_;  // over the ring
  breaker_state state_ = breaker_state::closed;
  time_point opened_at_{};
  std::uint64_t opened_ = 0, short_circuited_ = 0;
};

}  // namespace holdfast::kit
