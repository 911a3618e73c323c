// Loaded before the C library (LD_PRELOAD): the wall clock of this process is off by as many seconds as stand in the
// file that WALL_CLOCK_SHIFT_FILE names, an int64 that may change at any time. Monotonic clocks are left alone, as by a
// real change of the date.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

std::int64_t* map_shift() {
  auto const* const file = std::getenv("WALL_CLOCK_SHIFT_FILE");
  auto const descriptor = file != nullptr ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (descriptor < 0) return nullptr;
  auto* const mapped = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  return mapped == MAP_FAILED ? nullptr : static_cast<std::int64_t*>(mapped);
}

std::int64_t shift_seconds() {
  static auto* const shift = map_shift();
  return shift == nullptr ? 0 : std::atomic_ref<std::int64_t>{*shift}.load(std::memory_order_relaxed);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t which, timespec* at) noexcept {
  auto const failed = static_cast<int>(syscall(SYS_clock_gettime, which, at));
  if (failed == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) at->tv_sec += shift_seconds();
  return failed;
}

int gettimeofday(timeval* at, void* /*zone*/) noexcept {
  timespec now{};
  auto const failed = clock_gettime(CLOCK_REALTIME, &now);
  *at = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return failed;
}

time_t time(time_t* at) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != nullptr) *at = now.tv_sec;
  return now.tv_sec;
}
}
