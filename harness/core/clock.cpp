#include "core/clock.hpp"

#include <ctime>

namespace holdfast::clock_seam {
namespace {

nanoseconds cpu_time(clockid_t id) noexcept {
  timespec spent{};
  if (clock_gettime(id, &spent) != 0) return nanoseconds{0};
  return std::chrono::seconds{spent.tv_sec} + nanoseconds{spent.tv_nsec};
}

}  // namespace

time_point now() noexcept { return clock::now(); }
wall_time wall_now() noexcept { return std::chrono::system_clock::now(); }
nanoseconds thread_cpu_time() noexcept { return cpu_time(CLOCK_THREAD_CPUTIME_ID); }
nanoseconds process_cpu_time() noexcept { return cpu_time(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace holdfast::clock_seam
