#pragma once

#include <string>
#include <string_view>

#include "cluster/control/start_obstacle.hpp"
#include "cluster/node/container_environment.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// The environment of a container as it is to be now: ConfigMaps, Secrets and Services are looked up in the store, the
/// downward API in the pod. HOSTNAME is the pod's name, as in a cluster.
/// @param container  an entry of spec.containers or spec.initContainers
/// @error  what is missing: CreateContainerConfigError
result<container_environment, start_obstacle> environment_of(json const& pod, json const& container,
                                                             std::string const& address, object_store const& store);

/// The value of a fieldRef: "status.podIP", "metadata.labels['app']". Empty for what the pod does not have.
/// @param store  knows the node's address, which the pod's status may not have yet
std::string downward_field(json const& pod, std::string_view path, std::string const& address,
                           object_store const& store);

/// The value of a resourceFieldRef. A limit that is not set is what the node has: status.allocatable.
/// @param container  the container that the reference stands in; it may name another
std::string downward_resource(json const& pod, json const& container, json const& reference, object_store const& store);

}  // namespace holdfast::cluster
