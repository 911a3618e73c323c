#include "kit/app/process_facts.hpp"

#include <array>
#include <cstdint>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

namespace holdfast::kit {

std::int64_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::int64_t total_pages = 0;
  std::int64_t resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return 0;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

std::string default_instance_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return fmt::format("{}-{}", host[0] == '\0' ? "localhost" : host.data(), getpid());
}

void burn_processor_time(nanoseconds much) {
  auto const end = clock_seam::thread_cpu_time() + much;
  std::uint64_t volatile number = 1;
  while (clock_seam::thread_cpu_time() < end) {
    for (int i = 0; i < 200; ++i) number = number * 6364136223846793005U + 1442695040888963407U;
  }
}

}  // namespace holdfast::kit
