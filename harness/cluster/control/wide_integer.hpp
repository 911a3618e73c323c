#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace holdfast::cluster {

/// Sums and products of 64-bit metric values without overflow; samples come from services and may be anything.
__extension__ typedef __int128 wide_integer;

/// The nearest 64-bit value.
constexpr std::int64_t saturated(wide_integer value) {
  constexpr wide_integer lowest = std::numeric_limits<std::int64_t>::min();
  constexpr wide_integer highest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(value < lowest ? lowest : value > highest ? highest : value);
}

/// The nearest replica count (32-bit signed); not-a-number counts as 0. Kubernetes saturates too large a result.
inline std::int32_t saturated_count(double value) {
  if (std::isnan(value)) return 0;
  if (value >= static_cast<double>(std::numeric_limits<std::int32_t>::max())) {
    return std::numeric_limits<std::int32_t>::max();
  }
  if (value <= static_cast<double>(std::numeric_limits<std::int32_t>::min())) {
    return std::numeric_limits<std::int32_t>::min();
  }
  return static_cast<std::int32_t>(value);
}

/// The nearest replica count.
constexpr std::int32_t saturated_count(std::int64_t value) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(value < lowest ? lowest : value > highest ? highest : value);
}

}  // namespace holdfast::cluster
