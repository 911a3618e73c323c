#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/node/child_start.hpp"
#include "cluster/node/mount_step.hpp"

namespace holdfast::cluster {

enum class mount_access : bool { read_write, read_only };

/// One volumeMount of a container.
struct volume_mount {
  std::string volume;            ///< its name in the pod
  std::filesystem::path source;  ///< the volume's folder here, with the subPath if there is one; it exists
  std::filesystem::path mount_path;
  mount_access access = mount_access::read_write;
};

/// What planning must know of the machine's files.
struct file_view {
  enum class kind { nothing, folder, link, file };
  std::function<kind(std::filesystem::path const&)> kind_of;
  std::function<std::vector<std::string>(std::filesystem::path const&)> names_in;
  std::function<std::string(std::filesystem::path const&)> link_target;
};
file_view files_of_this_machine();

/// How a process sees its volumes at their mountPath, in a mount namespace of its own. Where a mountPath or a folder
/// above it does not exist, the nearest folder that does is replaced, for this process alone, by one in memory that
/// shows what the original holds and the missing folders beside it. Nothing is made on the machine.
/// @param staging  an existing folder of the pod's, for the steps to use
std::vector<mount_step> plan_mounts(std::span<volume_mount const> mounts, std::filesystem::path const& staging,
                                    file_view const& files);

/// Which kind of mount namespace we may make: tried out once, with a real process. nullopt: none.
std::optional<namespaces> permitted_namespaces(std::filesystem::path const& staging);

/// Where there is no mount namespace: links at mountPath.
struct linked_volumes {
  std::vector<std::filesystem::path> made{};   ///< links that must go when the pod goes
  std::vector<std::filesystem::path> found{};  ///< links that were there and lead to the volume
  std::vector<std::string> warnings{};         ///< mounts that cannot be reached at their path, a sentence each
};
/// @param before  called with each link before it is made
linked_volumes link_volumes(std::span<volume_mount const> mounts,
                            std::function<void(std::filesystem::path const&)> const& before);

/// HOLDFAST_VOLUME_<NAME>=<folder> for each: where a volume is, whatever its mountPath.
std::vector<std::string> volume_variables(std::span<volume_mount const> mounts);

}  // namespace holdfast::cluster
