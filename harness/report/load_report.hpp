#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/exit_code.hpp"
#include "load/load_run.hpp"
#include "load/validity.hpp"
#include "report/failure_digest.hpp"
#include "report/load_window.hpp"
#include "report/time_figures.hpp"

namespace holdfast::report {

struct tool_version {
  std::string version;  ///< "0.1.0"
  std::string commit;   ///< short hash; empty when it was not known when this was built
};

/// What users did, when that stands in a file.
struct scenario_text {
  std::string file;
  std::string text;
};

/// What was asked for.
struct load_description {
  tool_version tool;
  std::vector<std::string> command_line;  ///< without secrets: see without_secrets()
  std::vector<std::string> targets;       ///< URLs or origins
  std::optional<scenario_text> scenario;
  load::load_settings settings;
  load::machine_facts machine;
  load::target_place place = load::target_place::elsewhere;
};

/// What an observer gathered beside the result.
struct load_gathered {
  load_window::figures window;
  std::vector<failure_cause> causes;
};

/// The run folder: where it is, and why it is not complete.
struct written_folder {
  std::string path;
  std::string problem;  ///< empty when all was written
};

/// Requests a second.
struct load_rates {
  double offered = 0;     ///< scheduled, over the time in which load was offered
  double started = 0;     ///< the same of those that were sent
  double throughput = 0;  ///< completed, ok or failed, over the load window
  double goodput = 0;     ///< completed and ok, over the load window
};

/// One request name.
struct request_figures {
  std::string name;
  std::array<std::uint64_t, load::outcome_count> outcomes{};
  time_figures response;
  time_figures service;

  std::uint64_t ended() const;
  std::uint64_t ok() const;
};

struct shard_report {
  double cpu_share = 0;  ///< 1 is a whole core
  nanoseconds loop_lag_p99{};
  std::uint64_t loop_lag_ticks = 0;
};

/// What the generator was like while it measured.
struct generator_report {
  std::vector<shard_report> shards;
  std::uint64_t peak_memory_bytes = 0;
  std::optional<double> steal_share;
  std::optional<nanoseconds> throttled;
  std::optional<load::use_of_limit> open_files, local_ports;
  std::uint64_t own_limit_hits = 0;  ///< connects that this machine had no descriptor, port or memory for
};

/// Everything that is said about a run of `holdfast load`, in any form.
struct load_report {
  load_description about;
  bool was_interrupted = false;
  wall_time started_at;
  nanoseconds load_length{};    ///< in which requests were to start
  nanoseconds total_length{};   ///< to the end of the last one
  nanoseconds window_length{};  ///< see load_window
  load_rates rates;
  load::request_ledger ledger;
  load::status_counts statuses;
  time_figures response;  ///< end - intended start
  time_figures service;   ///< end - actual start
  time_figures queue;     ///< response - service time, of answered requests
  time_figures slip;      ///< actual - intended start, of all started ones
  std::vector<request_figures> requests;
  std::vector<failure_cause> causes;
  std::uint64_t attempts = 0;
  std::uint64_t connections_opened = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t body_bytes = 0;
  std::uint64_t bytes_sent = 0;
  generator_report generator;
  std::vector<load::broken_equation> broken_equations;
  load::validity_verdict validity;
  std::optional<written_folder> folder;
};

load_report make_load_report(load::load_result const& result, load_description about, load_gathered gathered);

/// Which failures make a run a failed one.
enum class strictness : std::uint8_t {
  checks,   ///< failed checks, and a run in which no request was ok
  requests  ///< any request that failed, was dropped or is unfinished
};

/// 3 when the run folder is incomplete: whatever reads it must not take a part for the whole. Then 130 interrupted; 1
/// by what `how` says; 4 when the measurement is invalid; else 0. A failed check is a fact about the target whatever
/// the generator's own state was, so it goes before an invalid measurement.
exit_code exit_code_of(load_report const& report, strictness how);

}  // namespace holdfast::report
