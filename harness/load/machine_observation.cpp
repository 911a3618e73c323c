#include "load/machine_observation.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <vector>

#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace holdfast::load {
namespace {

constexpr std::size_t largest_text = 256U << 20U;

std::uint32_t usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  // Fails on machines with more cores than the set has room for.
  if (sched_getaffinity(0, sizeof cores, &cores) == 0) return static_cast<std::uint32_t>(CPU_COUNT(&cores));
  return std::thread::hardware_concurrency();
}

std::string kernel_name() {
  utsname name{};
  if (uname(&name) != 0) return {};
  return std::string{name.sysname} + ' ' + name.release + ' ' + name.machine;
}

std::uint64_t physical_memory() {
  auto const pages = sysconf(_SC_PHYS_PAGES);
  auto const page_size = sysconf(_SC_PAGESIZE);
  return pages > 0 && page_size > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_size) : 0;
}

std::optional<nanoseconds> read_throttled(text_reader const& read) {
  auto const groups = read("/proc/self/cgroup");
  if (!groups) return std::nullopt;
  std::optional<nanoseconds> sum;
  for (auto const& directory : cpu_cgroup_directories(*groups)) {
    auto const stat = read(directory + "/cpu.stat");
    // A group that tells of no throttling has no limit. One that is not to be seen from inside a container tells
    // nothing.
    if (stat) sum = sum.value_or(nanoseconds{0}) + parse_throttled(*stat).value_or(nanoseconds{0});
  }
  return sum;
}

std::optional<use_of_limit> read_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  std::error_code failed;
  std::filesystem::directory_iterator const files{"/proc/self/fd", failed};
  if (failed) return std::nullopt;
  std::uint64_t count = 0;
  for (auto at = files; at != std::filesystem::directory_iterator{}; at.increment(failed)) {
    if (failed) return std::nullopt;
    ++count;
  }
  return use_of_limit{count - 1, limit.rlim_cur};  // without the directory that is being read
}

std::optional<use_of_limit> read_local_ports(text_reader const& read) {
  auto const range_text = read("/proc/sys/net/ipv4/ip_local_port_range");
  auto const range = range_text ? parse_port_range(*range_text) : std::nullopt;
  if (!range) return std::nullopt;
  return use_of_limit{0, range->size()};
}

std::uint64_t peak_memory() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

}  // namespace

std::optional<std::string> read_text(std::string const& path) {
  std::ifstream input{path, std::ios::binary};
  if (!input) return std::nullopt;
  std::string text;
  std::vector<char> block(1U << 16U);
  while (input.read(block.data(), static_cast<std::streamsize>(block.size())) || input.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(input.gcount()));
    if (text.size() > largest_text) return std::nullopt;
  }
  if (input.bad()) return std::nullopt;
  return text;
}

machine_facts read_machine_facts(text_reader const& read) {
  return {.cpu_model = parse_cpu_model(read("/proc/cpuinfo").value_or("")),
          .cores = usable_cores(),
          .kernel = kernel_name(),
          .governor = first_line(read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or("")),
          .memory_bytes = physical_memory()};
}

machine_observation observe_machine(text_reader const& read) {
  auto const stat = read("/proc/stat");
  return {.cpu = stat ? parse_cpu_ticks(*stat) : std::nullopt,
          .throttled = read_throttled(read),
          .open_files = read_open_files(),
          .local_ports = read_local_ports(read),
          .peak_memory_bytes = peak_memory()};
}

machine_change change_between(machine_observation const& before, machine_observation const& after) {
  machine_change change;
  // Counters that went back (a virtual machine was moved) or stood still say nothing.
  if (before.cpu && after.cpu && after.cpu->total > before.cpu->total && after.cpu->steal >= before.cpu->steal) {
    change.steal_share = static_cast<double>(after.cpu->steal - before.cpu->steal) /
                         static_cast<double>(after.cpu->total - before.cpu->total);
  }
  if (before.throttled && after.throttled && *after.throttled >= *before.throttled) {
    change.throttled = *after.throttled - *before.throttled;
  }
  return change;
}

}  // namespace holdfast::load
