#pragma once

#include <string>

#include "cluster/objects/json.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// As kubectl shows ages: "45s", "2m30s", "15m", "3h5m", "26h", "3d4h", "2y30d". Coarser the longer it is; below zero
/// by more than a second "<invalid>".
std::string human_duration(std::chrono::seconds age);

/// The time since the stamp in that form; "<unknown>" when there is none.
std::string age_text(json const& stamp, wall_time now);

}  // namespace holdfast::cluster
