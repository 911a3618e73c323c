#include "cluster/control/condition.hpp"

#include <algorithm>

namespace holdfast::cluster {

std::string_view text_of(condition_status status) {
  switch (status) {
    case condition_status::is_true:
      return "True";
    case condition_status::is_false:
      return "False";
    case condition_status::unknown:
      break;
  }
  return "Unknown";
}

condition const* find_condition(std::vector<condition> const& conditions, std::string_view type) {
  auto const found = std::ranges::find(conditions, type, &condition::type);
  return found == conditions.end() ? nullptr : &*found;
}

void set_condition(std::vector<condition>& conditions, condition fresh) {
  auto const old = std::ranges::find(conditions, fresh.type, &condition::type);
  if (old == conditions.end()) {
    conditions.push_back(std::move(fresh));
    return;
  }
  if (old->status == fresh.status) fresh.last_transition = old->last_transition;
  *old = std::move(fresh);
}

void remove_condition(std::vector<condition>& conditions, std::string_view type) {
  std::erase_if(conditions, [&](auto const& each) { return each.type == type; });
}

}  // namespace holdfast::cluster
