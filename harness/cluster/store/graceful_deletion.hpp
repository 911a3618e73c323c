#pragma once

#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// What a request to delete an object makes of it.
struct deletion_step {
  bool removes = false;  ///< it goes at once
  json object;           ///< else what it becomes
  bool changes = false;  ///< whether that differs from what it was
};

/// Kubernetes: a pod that runs somewhere gets a deletionTimestamp and its grace period (which a second request may
/// shorten, never lengthen) and goes when it is deleted with a grace of 0; anything with finalisers waits until they
/// are gone; everything else goes at once.
deletion_step deletion_step_of(resource_kind const& kind, json const& object, deletion const& how, wall_time now);

/// Whether a terminating object has nothing left to wait for.
bool may_go(resource_kind const& kind, json const& object);

inline constexpr char const* foreground_finalizer = "foregroundDeletion";
inline constexpr char const* orphan_finalizer = "orphan";

}  // namespace holdfast::cluster
