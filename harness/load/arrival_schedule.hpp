#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/units.hpp"
#include "load/rate_curve.hpp"

namespace holdfast::load {

/// Open loop: when requests are to start, whatever becomes of the earlier ones. A value; a copy is an independent run
/// of the same schedule from where the original stands. next() does not allocate.
///
/// The n-th arrival (from 0) comes when the integral of the rate reaches n; it is computed from n, so that rounding
/// cannot accumulate and nothing is lost or doubled where stages meet. Offsets are rounded to the nearest nanosecond.
class arrival_schedule {
 public:
  static arrival_schedule constant(request_rate rate, nanoseconds length);
  static arrival_schedule ramp(request_rate from, request_rate to, nanoseconds length);
  static arrival_schedule stages(std::vector<rate_stage> const& stages);
  /// `base` all the time, but `peak` in [at, at + peak_length). Needs at + peak_length <= length.
  static arrival_schedule spike(request_rate base, request_rate peak, nanoseconds at, nanoseconds peak_length,
                                nanoseconds length);
  /// A Poisson process whose rate follows the curve, by time rescaling: unit exponential gaps on the axis of expected
  /// arrivals (Cinlar 1975; also Brown et al. 2002). The same seed gives the same arrivals everywhere.
  static arrival_schedule poisson(rate_curve curve, std::uint64_t seed);
  /// Recorded offsets, sorted, the n-th at offset / speed. speed > 0; 2 is twice as fast.
  static arrival_schedule replay(std::shared_ptr<std::vector<nanoseconds> const> offsets, double speed = 1);

  /// The same, ending after `arrivals` in all at the latest.
  arrival_schedule limited_to(std::uint64_t arrivals) const;

  /// Offset of the next arrival from the start of the run, never less than the one before; nothing after the last.
  std::optional<nanoseconds> next();
  /// Passes over `arrivals` of them. Constant time but for Poisson, which has to draw each.
  void skip(std::uint64_t arrivals);

  /// How long the schedule lasts: to the end of its curve, to its last recorded offset, or to the (for Poisson:
  /// expected) time of the arrival that its limit cuts off.
  nanoseconds length() const;
  /// The offered rate at that offset; of a replay: the arrivals of the whole second around it.
  request_rate rate_at(nanoseconds offset) const;
  /// Arrivals due before that offset; for Poisson their expectation.
  double expected_until(nanoseconds offset) const;
  double expected_total() const { return expected_until(nanoseconds::max()); }

 private:
  struct even {
    rate_curve curve;
    std::size_t stage = 0;
  };
  struct poisson_process {
    rate_curve curve;
    random_engine random;
    std::size_t stage = 0;
    double position = 0;  ///< on the axis of expected arrivals
  };
  struct recording {
    std::shared_ptr<std::vector<nanoseconds> const> offsets;
    double speed;
  };
  using kind = std::variant<even, poisson_process, recording>;

  arrival_schedule(kind which, std::uint64_t limit) : kind_{std::move(which)}, limit_{limit} {}
  rate_curve const* curve() const;
  nanoseconds recorded(recording const& from, std::uint64_t number) const;
  std::uint64_t recorded_before(recording const& from, nanoseconds offset) const;
  std::optional<nanoseconds> next_of(poisson_process& process);

  static constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();
  kind kind_;
  std::uint64_t given_ = 0;  ///< arrivals passed so far; the limit once there are no more
  std::uint64_t limit_;      ///< arrivals in all, at most; exact but for Poisson
};

/// One shard's part. Each shard owns one with the same whole schedule, and together they are exactly that schedule,
/// however many shards there are. Arrivals are dealt to connections in turn and belong to the shard that has the
/// connection: of `connections`, number c is with shard c mod `count`. So a shard with more of them gets more arrivals,
/// and one with none gets none.
class sharded_schedule {
 public:
  /// @param index  in [0, count)
  sharded_schedule(arrival_schedule whole, std::uint32_t index, std::uint32_t count, std::uint64_t connections);
  /// As many connections for each.
  sharded_schedule(arrival_schedule whole, std::uint32_t index, std::uint32_t count)
      : sharded_schedule{std::move(whole), index, count, count} {}

  std::optional<nanoseconds> next();
  arrival_schedule const& whole() const { return whole_; }  ///< for its length and rate
  std::uint64_t number() const { return number_; }          ///< of the arrival that next() gives, in the whole schedule

 private:
  arrival_schedule whole_;
  std::uint64_t number_;
  std::uint64_t connections_;
  std::uint64_t connection_;  // that the next arrival is dealt to
  std::uint32_t index_;
  std::uint32_t count_;
};

}  // namespace holdfast::load
