#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/control/rolling_update.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {

/// Kubernetes: the new set's revision is at least one above that of every old set.
std::int64_t next_revision(rollout_sets const& sets);

/// Kubernetes: old sets beyond the limit, lowest revision first; one that still has pods or whose status is stale
/// stays.
std::vector<std::string> surplus_history(rollout_sets const& sets, std::int32_t limit);

/// The set whose template a rollback to that revision copies, as kubectl rollout undo. 0: the one before the newest.
/// @error  there is no such revision, or no history, or it is the present one
result<rollout_set, unit_error> rollback_target(rollout_sets const& sets, std::int64_t revision);

/// Eight to ten characters that name a template's ReplicaSet and label its pods: FNV-1a (32 bit) of the text and, when
/// another template got the same, the number of collisions; in letters and digits that cannot spell words, as
/// Kubernetes' safe encoding.
/// @param canonical_template  any text that is the same for the same template
std::string template_hash(std::string_view canonical_template, std::int32_t collisions);

}  // namespace holdfast::cluster
