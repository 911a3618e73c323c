#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/control/start_obstacle.hpp"
#include "cluster/node/mount_plan.hpp"
#include "cluster/node/volume_folders.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// The volumes of one pod as folders of this machine: emptyDir, configMap, secret, downwardAPI, projected,
/// persistentVolumeClaim. The store and the folders outlive it.
class pod_volumes {
 public:
  /// @param address  of the pod, for the downward API
  pod_volumes(object_ptr pod, std::string address, object_store const& store, volume_folders const& folders);

  /// Makes and fills every volume. Harmless when they are there: files follow their ConfigMaps and Secrets, all of a
  /// volume at once.
  /// @error  a ConfigMap, Secret, key or claim that is missing and not optional, or a folder that cannot be made:
  ///         ContainerCreating, FailedMount. The volume stays as it was; the others are made and follow all the same.
  result<void, start_obstacle> prepare() const;

  /// Whether a volume's files come from that ConfigMap or Secret.
  bool uses(resource_kind const& kind, std::string_view name) const;

  /// What a container mounts; its sub-paths are made. After prepare().
  /// @error  a sub-path that leads out of its volume: CreateContainerConfigError
  result<std::vector<volume_mount>, start_obstacle> mounts_of(json const& container) const;

 private:
  result<void, start_obstacle> prepare(json const& volume) const;
  result<volume_mount, start_obstacle> mounted(json const& mount, std::string const& container) const;

  object_ptr pod_;
  std::string address_;
  object_store const& store_;
  volume_folders const& folders_;
};

}  // namespace holdfast::cluster
