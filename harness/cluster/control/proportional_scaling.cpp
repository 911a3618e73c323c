#include "cluster/control/proportional_scaling.hpp"

#include <algorithm>
#include <cmath>

#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {
namespace {

/// The one set to size when there is no choice: the only active one, or of none the new or the newest.
std::optional<rollout_set> only_set(rollout_sets const& sets, std::vector<rollout_set> const& active) {
  if (active.size() > 1) return std::nullopt;
  if (active.size() == 1) return active.front();
  if (sets.fresh) return sets.fresh;
  if (!sets.old.empty()) return sets.old.back();
  return std::nullopt;
}

/// Nothing is left to roll out, so that old sets are not needed.
bool is_saturated(rollout_spec const& spec, std::optional<rollout_set> const& fresh) {
  return fresh && fresh->replicas == spec.replicas && fresh->sized_for == spec.replicas &&
         fresh->status.available == spec.replicas;
}

set_resize to_size(rollout_set const& set, std::int64_t size, std::string rule) {
  return {set.name, set.replicas, saturated_count(std::max<std::int64_t>(size, 0)), {.rule = std::move(rule)}};
}

std::vector<set_resize> spread(rollout_spec const& spec, std::vector<rollout_set> active,
                               std::int32_t status_replicas) {
  std::int64_t sum = 0;
  for (auto const& set : active) sum += set.replicas;
  auto const max_total = spec.replicas > 0 ? std::int64_t{limits_of(spec).max_total} : 0;
  auto const to_add = max_total - sum;
  std::ranges::sort(active, [&](auto const& a, auto const& b) {
    if (a.replicas != b.replicas) return a.replicas > b.replicas;
    return to_add > 0 ? a.created > b.created : a.created < b.created;
  });
  std::int64_t added = 0;
  std::vector<set_resize> changes;
  for (auto const& set : active) {
    auto const before = set.max_total.value_or(status_replicas);
    auto const share = proportional_share(set.replicas, max_total, before);
    auto const left = to_add - added;
    auto const part = to_add > 0 ? std::clamp<std::int64_t>(share, 0, left) : std::clamp<std::int64_t>(share, left, 0);
    added += part;
    changes.push_back(to_size(set, set.replicas + part, "max total - sum, spread in proportion to the sets' sizes"));
    changes.back().why.inputs = {{"replicas", std::to_string(spec.replicas)},
                                 {"max total", std::to_string(max_total)},
                                 {"max total before", std::to_string(before)},
                                 {"sum", std::to_string(sum)}};
  }
  if (!changes.empty()) changes[0].to = std::max(saturated_count(changes[0].to + to_add - added), 0);
  return changes;
}

}  // namespace

std::int64_t proportional_share(std::int32_t size, std::int64_t max_total, std::int64_t max_total_before) {
  if (max_total <= 0) return -std::int64_t{size};
  if (max_total_before <= 0) return 0;
  auto const scaled =
      static_cast<double>(size) * static_cast<double>(max_total) / static_cast<double>(max_total_before);
  return saturated_count(std::round(scaled)) - std::int64_t{size};
}

bool is_resized(rollout_spec const& spec, rollout_sets const& sets) {
  auto const active = active_sets(sets);
  return std::ranges::any_of(active, [&](auto const& set) { return set.sized_for && *set.sized_for != spec.replicas; });
}

std::vector<set_resize> resized(rollout_spec const& spec, rollout_sets const& sets, std::int32_t status_replicas) {
  auto const active = active_sets(sets);
  if (auto const only = only_set(sets, active)) {
    auto change = to_size(*only, spec.replicas, "the only active set takes the new count");
    change.why.inputs = {{"replicas", std::to_string(spec.replicas)}};
    return {change};
  }
  std::vector<set_resize> changes;
  if (is_saturated(spec, sets.fresh)) {
    for (auto const& set : sets.old) {
      if (set.replicas > 0) changes.push_back(to_size(set, 0, "the new set is complete: old sets are emptied"));
    }
    return changes;
  }
  if (spec.strategy == rollout_strategy::recreate) return changes;
  return spread(spec, active, status_replicas);
}

}  // namespace holdfast::cluster
