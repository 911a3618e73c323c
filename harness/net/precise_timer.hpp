#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "core/clock.hpp"

namespace holdfast::net {

/// A timer that fires within about 50 us of its time (CLOCK_MONOTONIC), where Asio's own steady_timer rounds up to
/// whole milliseconds. One timerfd; a firing costs one read, and re-arming one timerfd_settime. A periodic timer needs
/// no call to go on.
///
/// Used from its context's thread only. The handler may arm, cancel or destroy the timer. It never runs inside a call
/// of arm(), arm_periodic() or cancel(), nor after cancel() or the destructor has returned.
class precise_timer {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  /// Gets the number of expirations since the last call: 1, or more when a periodic timer was served late.
  using handler = std::function<void(std::uint64_t expirations)>;

  /// @throws boost::system::system_error when no timer descriptor can be had (EMFILE, ENFILE, ENOMEM).
  precise_timer(executor_type executor, handler on_expiry);
  ~precise_timer();
  precise_timer(precise_timer const&) = delete;
  precise_timer& operator=(precise_timer const&) = delete;

  /// Fires once at `when`, at once if that is past. Replaces what was armed before.
  void arm(time_point when);

  /// Fires at `first`, first + period, ... with no drift. `period` above zero. Replaces what was armed before.
  void arm_periodic(time_point first, nanoseconds period);

  /// Fires no more until it is armed again.
  void cancel();

 private:
  struct state;
  void set(time_point first, nanoseconds period);
  void disarm_period();
  std::shared_ptr<state> state_;
};

}  // namespace holdfast::net
