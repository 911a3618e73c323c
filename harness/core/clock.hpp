#pragma once

#include <chrono>

namespace holdfast {

using std::chrono::nanoseconds;

/// The clock of every interval and every schedule: monotonic, nanoseconds.
using clock = std::chrono::steady_clock;
using time_point = clock::time_point;

/// Wall-clock time: for the start stamp of a record only.
using wall_time = std::chrono::system_clock::time_point;

/// The one place where clocks are read. Everything else receives a time point, so that it can be tested in virtual
/// time.
namespace clock_seam {

time_point now() noexcept;                ///< CLOCK_MONOTONIC; a vDSO call of about 25 ns
wall_time wall_now() noexcept;            ///< CLOCK_REALTIME
nanoseconds thread_cpu_time() noexcept;   ///< user and system time of the calling thread so far
nanoseconds process_cpu_time() noexcept;  ///< the same of all threads of this process

}  // namespace clock_seam

/// A duration in seconds as a floating-point number, for arithmetic and output.
constexpr double in_seconds(nanoseconds d) { return std::chrono::duration<double>(d).count(); }

/// Seconds to the nearest nanosecond.
constexpr nanoseconds from_seconds(double seconds) {
  return nanoseconds{static_cast<nanoseconds::rep>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5))};
}

}  // namespace holdfast
