#include "cluster/control/revision_history.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

constexpr auto* name_revision = "Name one that rollout history lists";

std::uint32_t fnv_1a(std::string_view text, std::uint32_t hash) {
  for (char const c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 16777619U;
  }
  return hash;
}

bool can_be_deleted(rollout_set const& set) { return set.replicas == 0 && set.status.replicas == 0 && set.is_observed; }

}  // namespace

std::int64_t next_revision(rollout_sets const& sets) {
  std::int64_t highest = 0;
  for (auto const& set : sets.old) highest = std::max(highest, set.revision);
  return highest + 1;
}

std::vector<std::string> surplus_history(rollout_sets const& sets, std::int32_t limit) {
  auto by_revision = sets.old;
  std::ranges::stable_sort(by_revision, {}, &rollout_set::revision);
  auto const surplus = static_cast<std::int64_t>(by_revision.size()) - limit;
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < surplus; ++i) {
    auto const& set = by_revision[static_cast<std::size_t>(i)];
    if (can_be_deleted(set)) names.push_back(set.name);
  }
  return names;
}

result<rollout_set, unit_error> rollback_target(rollout_sets const& sets, std::int64_t revision) {
  if (revision == 0) {
    auto const previous = std::ranges::max_element(sets.old, {}, &rollout_set::revision);
    if (previous == sets.old.end()) return unit_error{"no rollout history found", "There is nothing to go back to"};
    return *previous;
  }
  if (sets.fresh && sets.fresh->revision == revision) {
    return unit_error{fmt::format("the current template already matches revision {}", revision), name_revision};
  }
  auto const found = std::ranges::find(sets.old, revision, &rollout_set::revision);
  if (found == sets.old.end())
    return unit_error{fmt::format("unable to find specified revision {} in history", revision), name_revision};
  return *found;
}

std::string template_hash(std::string_view canonical_template, std::int32_t collisions) {
  static constexpr std::string_view alphabet = "bcdfghjklmnpqrstvwxz2456789";
  auto hash = fnv_1a(canonical_template, 2166136261U);
  if (collisions > 0) hash = fnv_1a(std::to_string(collisions), hash);
  auto text = fmt::format("{:08d}", hash);
  for (auto& c : text) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  return text;
}

}  // namespace holdfast::cluster
