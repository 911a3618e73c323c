#pragma once

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// An autoscaling/v1 Scale: the replica count of a Deployment or a ReplicaSet, as "kubectl scale" sees it.
json scale_of(json const& object);

/// The object with the replica count of that Scale.
/// @error  422 when the count is none, or below zero.
api_result<json> with_scale(resource_kind const& kind, json object, json const& scale);

}  // namespace holdfast::cluster
