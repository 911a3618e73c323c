#pragma once

#include <vector>

#include "core/clock.hpp"
#include "load/interval_record.hpp"
#include "load/load_settings.hpp"
#include "load/machine_observation.hpp"
#include "load/preflight.hpp"

namespace holdfast::load {

/// Gets what was measured while the run goes on. Called on the thread of run_load().
class run_observer {
 public:
  virtual ~run_observer() = default;
  /// The first request is about to start.
  virtual void on_start(time_point start, wall_time start_stamp) = 0;
  /// About once a second, and once at the end: all shards together.
  virtual void on_interval(interval_record const& record) = 0;
};

/// What a shard's thread was like over the whole run.
struct shard_figures {
  double cpu_share = 0;  ///< CPU time / wall time, 1 is a whole core
  stats::histogram loop_lag;
};

/// A whole run.
struct load_result {
  time_point start;
  wall_time start_stamp;
  nanoseconds load_length{};   ///< from the start to the last moment at which requests were to start
  nanoseconds total_length{};  ///< to the end of the last request
  interval_record total;       ///< failures excepted: they went to the observer
  std::vector<shard_figures> shards;
  std::uint64_t peak_connections = 0;  ///< open or being opened at once: the sum of each thread's most
  machine_observation before, after;   ///< what the connections took at their peak is counted as if taken `after`
  bool was_interrupted = false;
  nanoseconds interrupted_after{};  ///< from the start to the signal
};

/// Carries the load out on settings.threads threads and waits for its end. SIGINT and SIGTERM stop the load and let
/// requests in flight end; a second one ends the process with exit code 130.
load_result run_load(load_settings const& settings, preflight const& ready, script_factory const& make_script,
                     run_observer& observer);

}  // namespace holdfast::load
