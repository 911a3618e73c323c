#pragma once

#include "cluster/api/api_path.hpp"
#include "cluster/objects/api_error.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// From a DeleteOptions body (null when there is none) and the parameters that stand for it; the body goes first.
/// @error  400 for a grace period below zero or an unknown propagationPolicy, and for dryRun.
api_result<deletion> deletion_of(json const& body, query_map const& query);

}  // namespace holdfast::cluster
