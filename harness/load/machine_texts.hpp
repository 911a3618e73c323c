#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::load {

// Readers of the texts in which Linux describes itself (proc(5), cgroups(7)). They take the whole text of a file and
// answer nothing when it is not what it should be.

/// The first line of /proc/stat, in clock ticks since boot.
struct cpu_ticks {
  std::uint64_t total = 0;  ///< guest time is part of user time and not counted twice
  std::uint64_t steal = 0;
};
std::optional<cpu_ticks> parse_cpu_ticks(std::string_view proc_stat);

/// Time for which a CPU limit stopped a group: cgroup v2 "throttled_usec" or v1 "throttled_time" of its cpu.stat.
/// Nothing when the file has neither, as in the root group.
std::optional<nanoseconds> parse_throttled(std::string_view cpu_stat);

/// Directories under /sys/fs/cgroup whose CPU limit holds for a process, the process's own first, then those above it,
/// from /proc/<pid>/cgroup. Empty when no group with a CPU controller is named.
std::vector<std::string> cpu_cgroup_directories(std::string_view proc_cgroup);

/// First and last port of /proc/sys/net/ipv4/ip_local_port_range.
struct port_range {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  std::uint32_t size() const { return static_cast<std::uint32_t>(last - first) + 1; }
  friend bool operator==(port_range, port_range) = default;
};
std::optional<port_range> parse_port_range(std::string_view ip_local_port_range);

/// "AMD EPYC 7B13" from the first "model name" of /proc/cpuinfo; empty on machines that do not tell.
std::string parse_cpu_model(std::string_view proc_cpuinfo);

}  // namespace holdfast::load
