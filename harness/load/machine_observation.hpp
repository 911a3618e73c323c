#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "load/machine_texts.hpp"
#include "load/use_of_limit.hpp"

namespace holdfast::load {

/// What does not change during a run: the machine's part of a result's fingerprint.
struct machine_facts {
  std::string cpu_model;    ///< empty when the kernel does not tell
  std::uint32_t cores = 0;  ///< that this process may use
  std::string kernel;       ///< "Linux 6.1.0-18-amd64 x86_64"
  std::string governor;     ///< of the first core, e.g. "performance"; empty without frequency control
  std::uint64_t memory_bytes = 0;
};

/// What a run must watch, at one moment. What cannot be read is left empty.
struct machine_observation {
  std::optional<cpu_ticks> cpu;
  std::optional<nanoseconds> throttled;    ///< by the CPU limits of this process's cgroups, since they exist
  std::optional<use_of_limit> open_files;  ///< of this process
  /// Size of the range for outgoing connections; how many are used is the run's to fill in, which knows its own
  /// connections: counting those of the machine would make the kernel walk all sockets.
  std::optional<use_of_limit> local_ports;
  std::uint64_t peak_memory_bytes = 0;  ///< resident, of this process so far
};

/// The contents of a file, or nothing.
using text_reader = std::function<std::optional<std::string>(std::string const& path)>;

/// Reads a file of /proc or /sys; 256 MiB at most.
std::optional<std::string> read_text(std::string const& path);

machine_facts read_machine_facts(text_reader const& read = read_text);

/// One look, of about a microsecond for each open file: for a thread that sends nothing, or before and after the run.
machine_observation observe_machine(text_reader const& read = read_text);

/// What happened between two observations.
struct machine_change {
  std::optional<double> steal_share;  ///< of all CPU time of the machine, in [0, 1]
  std::optional<nanoseconds> throttled;
};
machine_change change_between(machine_observation const& before, machine_observation const& after);

}  // namespace holdfast::load
