#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/units.hpp"

namespace holdfast::cluster {

/// Kubernetes' IntOrString where it stands for a part of a replica count: 3 or "25%". Not below zero.
struct int_or_percent {
  std::int32_t value = 0;
  bool is_percent = false;
  friend auto operator<=>(int_or_percent const&, int_or_percent const&) = default;
};

enum class rounding { up, down };

/// "25%" or "3"; anything else is refused with the text and how to write it.
result<int_or_percent, unit_error> parse_int_or_percent(std::string_view text);

/// Kubernetes: value, or total * percent / 100 rounded up (maxSurge) or down (maxUnavailable), exactly.
std::int32_t resolved(int_or_percent part, std::int32_t total, rounding direction);

/// "25%" or "3".
std::string text_of(int_or_percent part);

}  // namespace holdfast::cluster
