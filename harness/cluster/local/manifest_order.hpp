#pragma once

#include <span>
#include <vector>

#include "cluster/objects/manifest_reader.hpp"

namespace holdfast::cluster {

/// The order in which objects are created at once, so that each finds what it needs: Namespaces, ServiceAccounts,
/// ConfigMaps, Secrets, PersistentVolumeClaims, Services; then all others in the order in which they are written.
struct creation_steps {
  std::vector<manifest const*> before_pods;  ///< Services with their addresses: pods are told them at their start only
  std::vector<manifest const*> others;
};
creation_steps creation_steps_of(std::span<manifest const> manifests);

}  // namespace holdfast::cluster
