#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/store/object_store.hpp"
#include "core/result.hpp"
#include "experiment/profile_action.hpp"

namespace holdfast::experiment {

// What actions make of objects, apart from doing it. An error is a sentence without its full stop.

template <class T>
using decided = result<T, std::string>;

/// The object of that name. @error  it is not there; the nearest of those that are is named
decided<cluster::object_ptr> find_object(cluster::object_store const& store, object_name const& which);
/// The Deployment of that name in "default", or the only one of that name in another namespace.
decided<cluster::object_ptr> find_workload(cluster::object_store const& store, cluster::resource_kind const& kind,
                                           std::string const& name);

/// The Deployment with the image in its container, or with a new stamp in its template for a restart. A container needs
/// no name where there is one.
/// @error  no such container; the container has that image already, so that nothing would roll out
decided<cluster::json> rolled_out(cluster::json deployment, rollout_action const& action, wall_time now);

/// The Deployment with another number of replicas. @error  it has that number already
decided<cluster::json> resized(cluster::json deployment, std::uint32_t replicas);

/// A pod, and what it belongs to: its Deployment.
struct owned_pod {
  cluster::object_ptr pod;
  std::string owner;
};

/// The pods that an action is about, out of all, in an order of their own. Pods that are being deleted or have finished
/// are none.
/// @param seed  of the random order
/// @error       there is none, or fewer than asked for
decided<std::vector<cluster::object_ptr>> chosen_pods(pod_choice const& choice, std::span<owned_pod const> all,
                                                      std::uint64_t seed);

/// A fault as the annotation writes it: "latency delay=100ms jitter=10ms port=http".
std::string fault_text_of(fault_action const& action);
/// The annotation's text with one more fault, or without one. Adding what is there changes nothing.
std::string with_fault(std::string_view annotation, std::string_view fault);
std::string without_fault(std::string_view annotation, std::string_view fault);

/// The action as the timeline names it: "rollout", "scale", "kill", ... and "deployment/book".
std::string_view type_of(action_kind const& kind);
std::string target_of(action_kind const& kind);

}  // namespace holdfast::experiment
