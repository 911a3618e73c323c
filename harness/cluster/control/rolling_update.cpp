#include "cluster/control/rolling_update.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace holdfast::cluster {
namespace {

template <class Function>
std::int64_t sum_over(rollout_sets const& sets, Function figure) {
  std::int64_t sum = sets.fresh ? std::int64_t{figure(*sets.fresh)} : 0;
  for (auto const& set : sets.old) sum += figure(set);
  return sum;
}

/// Pods that count against the largest total.
std::int64_t occupied(rollout_spec const& spec, rollout_sets const& sets) {
  if (spec.replacement == pod_replacement::while_terminating) return total_size(sets);
  return sum_over(sets, [](auto const& set) { return std::max(set.replicas, set.status.replicas); }) +
         sum_over(sets, [](auto const& set) { return set.status.terminating; });
}

std::int32_t taken(rollout_set& set, std::int64_t count) {
  auto const to = set.replicas - static_cast<std::int32_t>(count);
  return std::exchange(set.replicas, to);
}

/// The second step may shrink a set again that the first has shrunk.
void append_merged(std::vector<set_resize>& all, std::vector<set_resize> more) {
  for (auto& each : more) {
    auto const same = std::ranges::find(all, each.set, &set_resize::set);
    if (same == all.end()) {
      all.push_back(std::move(each));
      continue;
    }
    same->to = each.to;
    same->why.rule += "; then " + each.why.rule;
    same->why.inputs.insert(same->why.inputs.end(), each.why.inputs.begin(), each.why.inputs.end());
  }
}

}  // namespace

rollout_sets sorted_sets(std::span<rollout_set const> sets) {
  std::vector<rollout_set> by_age(sets.begin(), sets.end());
  std::ranges::sort(
      by_age, [](auto const& a, auto const& b) { return std::tie(a.created, a.name) < std::tie(b.created, b.name); });
  rollout_sets sorted;
  for (auto& set : by_age) {
    if (set.matches_template && !sorted.fresh) {
      sorted.fresh = std::move(set);
    } else {
      sorted.old.push_back(std::move(set));
    }
  }
  return sorted;
}

std::int64_t total_size(rollout_sets const& sets) {
  return sum_over(sets, [](auto const& set) { return set.replicas; });
}

std::vector<rollout_set> active_sets(rollout_sets const& sets) {
  std::vector<rollout_set> active;
  for (auto const& set : sets.old) {
    if (set.replicas > 0) active.push_back(set);
  }
  if (sets.fresh && sets.fresh->replicas > 0) active.push_back(*sets.fresh);
  return active;
}

set_resize grown(rollout_spec const& spec, rollout_sets const& sets, std::int32_t size) {
  auto const max_total = std::int64_t{limits_of(spec).max_total};
  auto const sum = occupied(spec, sets);
  set_resize growth{.set = sets.fresh ? sets.fresh->name : "", .from = size, .to = size};
  growth.why.rule = "new set + min(max total - sum, replicas - new set)";
  growth.why.inputs = {{"replicas", std::to_string(spec.replicas)},
                       {"new set", std::to_string(size)},
                       {"sum", std::to_string(sum)},
                       {"max total", std::to_string(max_total)}};
  if (size >= spec.replicas) {
    growth.to = spec.replicas;
    return growth;
  }
  auto const room = std::max<std::int64_t>(max_total - sum, 0);
  auto const wanted = std::int64_t{spec.replicas} - size;
  growth.to = size + static_cast<std::int32_t>(std::min(room, wanted));
  if (room < wanted) growth.why.limit = "maxSurge";
  return growth;
}

std::vector<set_resize> clean_up(rollout_sets& sets, std::int64_t budget) {
  std::vector<set_resize> changes;
  for (auto& set : sets.old) {
    auto const unavailable = std::max(set.replicas - set.status.available, 0);
    auto const count = std::min<std::int64_t>(budget, unavailable);
    if (count <= 0) continue;
    budget -= count;
    auto const from = taken(set, count);
    changes.push_back({set.name, from, set.replicas, {.rule = "unavailable pods of old sets go first"}});
    changes.back().why.inputs = {{"unavailable", std::to_string(unavailable)}};
    if (count < unavailable) changes.back().why.limit = "maxUnavailable";
  }
  return changes;
}

std::vector<set_resize> scale_down(rollout_sets& sets, rollout_limits const& limits) {
  auto const available = sum_over(sets, [](auto const& set) { return set.status.available; });
  auto spare = available - limits.min_available;
  std::vector<set_resize> changes;
  for (auto& set : sets.old) {
    auto const count = std::min<std::int64_t>(set.replicas, spare);
    if (count <= 0) continue;
    spare -= count;
    bool const is_limited = count < set.replicas;
    auto const from = taken(set, count);
    changes.push_back({set.name, from, set.replicas, {.rule = "available - min available may go"}});
    changes.back().why.inputs = {{"available", std::to_string(available)},
                                 {"min available", std::to_string(limits.min_available)}};
    if (is_limited) changes.back().why.limit = "maxUnavailable";
  }
  return changes;
}

std::vector<set_resize> shrunk(rollout_spec const& spec, rollout_sets const& sets) {
  auto const limits = limits_of(spec);
  auto const new_size = sets.fresh ? sets.fresh->replicas : 0;
  auto const new_available = sets.fresh ? sets.fresh->status.available : 0;
  auto const sum = total_size(sets);
  auto const budget = sum - limits.min_available - (std::int64_t{new_size} - new_available);
  if (budget <= 0) return {};
  auto left = sets;
  auto changes = clean_up(left, budget);
  append_merged(changes, scale_down(left, limits));
  for (auto& each : changes) {
    std::vector<fact> const facts = {{"sum", std::to_string(sum)},
                                     {"min available", std::to_string(limits.min_available)},
                                     {"new unavailable", std::to_string(new_size - new_available)},
                                     {"budget", std::to_string(budget)}};
    each.why.inputs.insert(each.why.inputs.begin(), facts.begin(), facts.end());
  }
  return changes;
}

}  // namespace holdfast::cluster
