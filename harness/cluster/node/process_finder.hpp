#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// Variables that every process of a run carries, and hands on to its children.
inline constexpr std::string_view run_marker = "HOLDFAST_RUN";
inline constexpr std::string_view container_marker = "HOLDFAST_CONTAINER";

/// What /proc/<pid>/stat says.
struct process_facts {
  pid_t pid = 0;
  std::string name{};
  char state = '?';  ///< 'Z': has ended, and its parent has not asked how
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  nanoseconds cpu_time{};            ///< its own threads', in clock ticks of 10 ms
  nanoseconds ended_children_cpu{};  ///< of children that it waited for
  std::uint64_t started = 0;         ///< clock ticks after boot: tells two processes with one number apart
  std::uint64_t virtual_bytes = 0;   ///< 0 for threads of the kernel
  std::uint64_t resident_bytes = 0;
  bool has_ended() const { return state == 'Z' || state == 'X'; }
};

/// nullopt when there is no such process.
std::optional<process_facts> facts_of(pid_t pid);
std::optional<process_facts> parse_process_stat(std::string_view text);

/// Every process that can be seen, in rising order.
std::vector<pid_t> all_processes();

/// The environment that a process was started with: entries that end with NUL; empty when it has none, we may not look
/// or it is gone. A program may have overwritten it. nullopt when it cannot be told just now: in the midst of an exec
/// the environment of the old program is gone and that of the new one not set (or a program has wiped its arguments).
std::optional<std::string> environment_of(pid_t pid);
/// The value of a variable in such a text.
std::optional<std::string_view> variable_in(std::string_view environment, std::string_view variable);
/// Both at once; also nullopt when it cannot be told just now.
std::optional<std::string> started_with(pid_t pid, std::string_view variable);

/// All live processes but our own whose variable has this value.
std::vector<pid_t> processes_with(std::string_view variable, std::string_view value);

}  // namespace holdfast::cluster
