#include "cluster/controllers/slice_plan.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace holdfast::cluster {
namespace {

using entry_pointers = std::vector<endpoint_entry const*>;
using wanted_entries = std::unordered_map<std::string_view, endpoint_entry const*>;

/// What becomes of a slice. Pointers: of thousands of endpoints few change, and only slices that change are copied.
struct kept_slice {
  present_slice const* before = nullptr;
  entry_pointers entries{};
  bool is_changed = false;
};

/// What is left of a slice: endpoints that are still wanted, as they are now. Takes them out of `wanted`.
kept_slice kept_part(present_slice const& slice, wanted_entries& wanted) {
  kept_slice kept{.before = &slice};
  for (auto const& entry : slice.group->entries) {
    auto const found = wanted.find(entry.at.pod);
    kept.is_changed = kept.is_changed || found == wanted.end() || *found->second != entry;
    if (found == wanted.end()) continue;
    kept.entries.push_back(found->second);
    wanted.erase(found);
  }
  return kept;
}

/// Those of the group that no slice holds, the first one last.
entry_pointers unplaced(endpoint_group const& group, wanted_entries const& wanted) {
  entry_pointers left;
  if (wanted.empty()) return left;
  for (auto const& entry : group.entries) {
    if (wanted.contains(entry.at.pod)) left.push_back(&entry);
  }
  std::ranges::reverse(left);
  return left;
}

/// Moves entries from the end of `left` into the slice as long as there is room; whether there were any.
bool fill(entry_pointers& slice, entry_pointers& left) {
  bool const has_room = slice.size() < most_slice_endpoints && !left.empty();
  while (slice.size() < most_slice_endpoints && !left.empty()) {
    slice.push_back(left.back());
    left.pop_back();
  }
  return has_room;
}

endpoint_group group_of(std::vector<endpoint_port> const& ports, entry_pointers const& entries) {
  endpoint_group group{ports, {}};
  group.entries.reserve(entries.size());
  for (auto const* const entry : entries) group.entries.push_back(*entry);
  return group;
}

void plan_group(endpoint_group const& group, std::vector<present_slice const*> const& slices, slice_plan& plan) {
  wanted_entries wanted;
  wanted.reserve(group.entries.size());
  for (auto const& entry : group.entries) wanted.emplace(entry.at.pod, &entry);
  std::vector<kept_slice> kept;
  for (auto const* const slice : slices) kept.push_back(kept_part(*slice, wanted));
  auto left = unplaced(group, wanted);
  for (auto& each : kept) {
    bool const has_more = fill(each.entries, left);
    if (each.entries.empty()) {
      plan.removals.emplace_back(each.before->name);
    } else if (has_more || each.is_changed) {
      plan.updates.push_back({std::string{each.before->name}, group_of(group.ports, each.entries)});
    }
  }
  while (!left.empty()) {
    entry_pointers created;
    fill(created, left);
    plan.creations.push_back(group_of(group.ports, created));
  }
}

}  // namespace

slice_plan plan_slices(std::span<endpoint_group const> groups, std::span<present_slice const> slices) {
  slice_plan plan;
  if (groups.empty()) {
    endpoint_group const nothing;
    for (std::size_t i = 1; i < slices.size(); ++i) plan.removals.emplace_back(slices[i].name);
    if (slices.empty()) plan.creations.push_back(nothing);
    if (!slices.empty() && *slices[0].group != nothing) plan.updates.push_back({std::string{slices[0].name}, nothing});
    return plan;
  }
  std::vector<bool> is_used(slices.size(), false);
  for (auto const& group : groups) {
    std::vector<present_slice const*> mine;
    for (std::size_t i = 0; i < slices.size(); ++i) {
      if (slices[i].group->ports != group.ports) continue;
      mine.push_back(&slices[i]);
      is_used[i] = true;
    }
    plan_group(group, mine, plan);
  }
  for (std::size_t i = 0; i < slices.size(); ++i) {
    if (!is_used[i]) plan.removals.emplace_back(slices[i].name);
  }
  return plan;
}

}  // namespace holdfast::cluster
