#include "kit/testing/wall_clock_shift.hpp"

#include <atomic>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace holdfast::kit {

wall_clock_shift::wall_clock_shift(std::string const& file) : file_{file} {
  auto const descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0 || ftruncate(descriptor, sizeof *shift_) != 0) throw std::runtime_error{"cannot make " + file};
  auto* const mapped = mmap(nullptr, sizeof *shift_, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (mapped == MAP_FAILED) throw std::runtime_error{"cannot map " + file};
  shift_ = static_cast<std::int64_t*>(mapped);
}

wall_clock_shift::~wall_clock_shift() { munmap(shift_, sizeof *shift_); }

service_process::environment wall_clock_shift::variables() const {
  return {{"LD_PRELOAD", SHIFTED_CLOCK},
          {"WALL_CLOCK_SHIFT_FILE", file_},
          {"ASAN_OPTIONS", "verify_asan_link_order=0"},  // the clock replaces nothing that a sanitizer does
          {"TZ", "UTC"}};
}

void wall_clock_shift::set(std::chrono::seconds off) {
  std::atomic_ref<std::int64_t>{*shift_}.store(off.count(), std::memory_order_relaxed);
}

}  // namespace holdfast::kit
