#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::cluster {

/// Where our own process is in the trees of control groups.
struct cgroup_places {
  /// Version 1: "cpu", "cpuacct", "memory", "pids", ... -> our folder there. Two controllers may share one.
  std::map<std::string, std::filesystem::path, std::less<>> controllers{};
  std::optional<std::filesystem::path> unified{};  ///< version 2: our folder there
  std::filesystem::path unified_root{};            ///< and where that tree is mounted
};

/// @param mounts  /proc/self/mountinfo
/// @param own     /proc/self/cgroup
cgroup_places find_cgroups(std::string_view mounts, std::string_view own);

}  // namespace holdfast::cluster
