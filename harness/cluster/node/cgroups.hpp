#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/node/cgroup_places.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// What a container asked for and may have; thousandths of a core, bytes.
struct cgroup_limits {
  std::optional<std::int64_t> cpu_request{};
  std::optional<std::int64_t> cpu_limit{};
  std::optional<std::uint64_t> memory_limit{};
};

enum class cgroup_ability { cpu_requests, cpu_limits, memory_limits, cpu_samples, memory_samples };

/// A container's control groups: one folder a hierarchy.
struct container_cgroup {
  std::vector<std::filesystem::path> folders{};
  std::vector<std::string> process_files{};  ///< for child_setup::cgroup_files
  std::vector<std::string> problems{};       ///< limits that could not be set, a sentence each
};

struct cgroup_sample {
  std::optional<nanoseconds> cpu_time{};  ///< of all processes that were ever in it
  std::optional<std::uint64_t> memory{};  ///< working set: used, without file pages that can be dropped at once
  bool was_out_of_memory = false;         ///< the kernel killed a process of it
};

/// Control groups of a run, version 1 and 2, as far as the user may write them. What cannot be had is told by
/// why_not(); nothing else fails because of it.
class cgroup_tree {
 public:
  /// @param before  called with every folder before it is made, so that it can be removed after a crash
  /// @param ours    our own processes (the harness and its guardian): version 2 may demand that they move to a group
  ///                beside those of the containers
  cgroup_tree(cgroup_places const& places, std::string const& run,
              std::function<void(std::filesystem::path const&)> const& before, std::vector<pid_t> const& ours = {});
  cgroup_tree(cgroup_tree const&) = delete;
  cgroup_tree& operator=(cgroup_tree const&) = delete;
  ~cgroup_tree();  ///< removes the run's folders that are empty

  /// Why something cannot be done; empty when it can.
  std::string const& why_not(cgroup_ability what) const;

  container_cgroup make(std::string const& name, cgroup_limits const& limits);
  cgroup_sample sample(container_cgroup const& of) const;
  /// False while processes are in it.
  static bool remove(container_cgroup const& group);

 private:
  enum class version { one, two };
  struct hierarchy {
    std::filesystem::path folder;  ///< the run's
    version kind = version::one;
    bool cpu = false, accounting = false, memory = false;
  };
  void open_first(cgroup_places const& places, std::string const& run,
                  std::function<void(std::filesystem::path const&)> const& before);
  std::string open_second(cgroup_places const& places, std::string const& run,
                          std::function<void(std::filesystem::path const&)> const& before,
                          std::vector<pid_t> const& ours);
  static void set_cpu(hierarchy const& in, std::filesystem::path const& folder, cgroup_limits const& limits,
                      std::vector<std::string>& problems);
  static void set_memory(hierarchy const& in, std::filesystem::path const& folder, cgroup_limits const& limits,
                         std::vector<std::string>& problems);
  void explain(std::string const& reason);

  std::vector<hierarchy> hierarchies_;
  std::map<cgroup_ability, std::string> why_not_;
};

/// As the kubelet: 1024 shares a core, 2 at least.
std::uint64_t cpu_shares(std::int64_t request_milli);
/// The same for version 2: 1 to 10000.
std::uint64_t cpu_weight(std::int64_t request_milli);
/// Microseconds of CPU in each period of 100 ms: 1000 at least.
std::uint64_t cpu_quota(std::int64_t limit_milli);
inline constexpr std::uint64_t cpu_period = 100'000;

}  // namespace holdfast::cluster
