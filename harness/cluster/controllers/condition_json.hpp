#pragma once

#include <vector>

#include "cluster/control/condition.hpp"
#include "cluster/controllers/cluster_clock.hpp"
#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

/// An object's status.conditions. What is no condition is left out; without a stamp of its own, a last_update is the
/// last transition.
std::vector<condition> conditions_from(json const& conditions, cluster_clock const& clock);

/// Whether conditions show when they were last confirmed, as those of Deployments do.
enum class update_stamps { shown, left_out };
json to_json(std::vector<condition> const& conditions, cluster_clock const& clock, update_stamps updates);

}  // namespace holdfast::cluster
