#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/node/cgroups.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// What a container has used so far.
struct resource_usage {
  time_point at{};
  nanoseconds cpu_time{};
  std::uint64_t memory = 0;
};

/// CPU and memory of a container as metrics-server shows them: the rate between two readings.
struct resource_sample {
  time_point at{};       ///< of the later reading
  nanoseconds window{};  ///< between the two
  double cores = 0;
  std::uint64_t memory = 0;
};

/// nullopt when the readings do not belong together: no time between them, or the container began anew.
std::optional<resource_sample> sample_between(resource_usage const& before, resource_usage const& after);

/// Containers of a run, by the value of HOLDFAST_CONTAINER, with what all of their processes use. One look through
/// /proc for all. CPU in steps of 10 ms; what a process used that was not waited for is lost. Memory that processes
/// share counts for each.
std::map<std::string, resource_usage> usage_from_processes(std::string const& run, time_point now);

/// One of the containers to read.
struct sampled_container {
  std::string id;  ///< the value of HOLDFAST_CONTAINER
  container_cgroup const* group = nullptr;
};

/// Reads all containers once in a while, and remembers the last reading of each.
class resource_sampler {
 public:
  /// @param tree  may be null: then processes are looked at
  resource_sampler(std::string run, cgroup_tree const* tree) : run_{std::move(run)}, tree_{tree} {}

  /// Samples of those that were there at the last call too. A container with another id is another container.
  std::map<std::string, resource_sample> take(std::span<sampled_container const> containers, time_point now);

 private:
  std::string run_;
  cgroup_tree const* tree_;
  std::map<std::string, resource_usage> last_;
};

}  // namespace holdfast::cluster
