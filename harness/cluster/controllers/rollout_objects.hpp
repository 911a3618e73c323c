#pragma once

#include <cstdint>
#include <string>

#include "cluster/controllers/cached_workload.hpp"

namespace holdfast::cluster {

/// A ReplicaSet to be made from the Deployment's template. Its name ends with the template's hash, which its selector,
/// its labels and its pods' labels carry too.
json replica_set_from(cached_deployment const& deployment, set_creation const& creation, std::int32_t sized_for,
                      std::int32_t max_total);

/// Copies the Deployment's annotations, but for those that belong to one object alone.
void copy_annotations(json const& deployment, json& replica_set);

/// Gives the set a newer revision; the one it had goes to its history.
void set_revision(json& replica_set, std::int64_t revision);

/// Notes the size of the Deployment that the set has been sized for.
void mark_size(json& replica_set, std::int32_t sized_for, std::int32_t max_total);

/// status, as apps/v1 writes it.
json status_json(cached_deployment const& deployment, rollout_status const& status, std::int32_t collisions,
                 cluster_clock const& clock);

}  // namespace holdfast::cluster
