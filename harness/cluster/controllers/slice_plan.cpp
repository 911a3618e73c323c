#include "cluster/controllers/slice_plan.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace holdfast::cluster {
namespace {

using wanted_entries = std::unordered_map<std::string_view, endpoint_entry const*>;

/// What is left of a slice: endpoints that are still wanted, as they are now. Takes them out of `wanted`.
known_slice kept_part(known_slice const& slice, wanted_entries& wanted) {
  known_slice kept{slice.name, {slice.group.ports, {}}};
  for (auto const& entry : slice.group.entries) {
    auto const found = wanted.find(entry.at.pod);
    if (found == wanted.end()) continue;
    kept.group.entries.push_back(*found->second);
    wanted.erase(found);
  }
  return kept;
}

/// Those of the group that no slice holds, in order.
std::vector<endpoint_entry> unplaced(endpoint_group const& group, wanted_entries const& wanted) {
  std::vector<endpoint_entry> left;
  for (auto const& entry : group.entries) {
    if (wanted.contains(entry.at.pod)) left.push_back(entry);
  }
  return left;
}

/// Moves entries from the end of `left` into the slice as long as there is room.
void fill(endpoint_group& slice, std::vector<endpoint_entry>& left) {
  while (slice.entries.size() < most_slice_endpoints && !left.empty()) {
    slice.entries.push_back(std::move(left.back()));
    left.pop_back();
  }
}

void plan_group(endpoint_group const& group, std::vector<known_slice const*> const& slices, slice_plan& plan) {
  wanted_entries wanted;
  for (auto const& entry : group.entries) wanted.emplace(entry.at.pod, &entry);
  std::vector<known_slice> kept;
  for (auto const* const slice : slices) kept.push_back(kept_part(*slice, wanted));
  auto left = unplaced(group, wanted);
  std::ranges::reverse(left);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    fill(kept[i].group, left);
    if (kept[i].group.entries.empty()) {
      plan.removals.push_back(kept[i].name);
    } else if (kept[i].group != slices[i]->group) {
      plan.updates.push_back(std::move(kept[i]));
    }
  }
  while (!left.empty()) {
    plan.creations.push_back({group.ports, {}});
    fill(plan.creations.back(), left);
  }
}

}  // namespace

slice_plan plan_slices(std::span<endpoint_group const> groups, std::span<known_slice const> slices) {
  slice_plan plan;
  if (groups.empty()) {
    endpoint_group const nothing;
    for (std::size_t i = 1; i < slices.size(); ++i) plan.removals.push_back(slices[i].name);
    if (slices.empty()) plan.creations.push_back(nothing);
    if (!slices.empty() && slices[0].group != nothing) plan.updates.push_back({slices[0].name, nothing});
    return plan;
  }
  std::vector<bool> is_used(slices.size(), false);
  for (auto const& group : groups) {
    std::vector<known_slice const*> mine;
    for (std::size_t i = 0; i < slices.size(); ++i) {
      if (slices[i].group.ports != group.ports) continue;
      mine.push_back(&slices[i]);
      is_used[i] = true;
    }
    plan_group(group, mine, plan);
  }
  for (std::size_t i = 0; i < slices.size(); ++i) {
    if (!is_used[i]) plan.removals.push_back(slices[i].name);
  }
  return plan;
}

}  // namespace holdfast::cluster
