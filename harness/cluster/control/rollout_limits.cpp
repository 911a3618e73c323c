#include "cluster/control/rollout_limits.hpp"

#include <algorithm>

#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {

rollout_parts resolved_parts(std::optional<int_or_percent> max_surge, std::optional<int_or_percent> max_unavailable,
                             std::int32_t replicas) {
  rollout_parts parts{resolved(max_surge.value_or(int_or_percent{}), replicas, rounding::up),
                      resolved(max_unavailable.value_or(int_or_percent{}), replicas, rounding::down)};
  if (parts.surge == 0 && parts.unavailable == 0) parts.unavailable = 1;
  return parts;
}

rollout_limits limits_of(rollout_spec const& spec) {
  if (spec.strategy == rollout_strategy::recreate) return {0, 0, spec.replicas};
  auto const parts = resolved_parts(spec.max_surge, spec.max_unavailable, spec.replicas);
  auto const max_unavailable = std::min(parts.unavailable, spec.replicas);
  return {max_unavailable, spec.replicas - max_unavailable, saturated_count(std::int64_t{spec.replicas} + parts.surge)};
}

}  // namespace holdfast::cluster
