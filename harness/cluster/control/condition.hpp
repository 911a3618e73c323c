#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::cluster {

enum class condition_status { is_true, is_false, unknown };

/// An entry of an object's status.conditions.
struct condition {
  std::string type{};
  condition_status status = condition_status::unknown;
  std::string reason{};
  std::string message{};
  time_point last_update{};      ///< Deployments alone show it: when progress was seen last
  time_point last_transition{};  ///< when the status changed last
  friend bool operator==(condition const&, condition const&) = default;
};

/// "True", "False", "Unknown".
std::string_view text_of(condition_status status);

/// The condition of that type, or null.
condition const* find_condition(std::vector<condition> const& conditions, std::string_view type);

/// Adds or replaces the condition of the same type. Kubernetes: last_transition stays when the status does.
void set_condition(std::vector<condition>& conditions, condition fresh);

void remove_condition(std::vector<condition>& conditions, std::string_view type);

}  // namespace holdfast::cluster
