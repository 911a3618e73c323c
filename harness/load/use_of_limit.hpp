#pragma once

#include <cstdint>
#include <optional>

namespace holdfast::load {

/// How much of something there is a limit of was in use.
struct use_of_limit {
  std::uint64_t used = 0;
  std::uint64_t limit = 0;
  friend bool operator==(use_of_limit, use_of_limit) = default;

  /// More than nine tenths are in use. What comes next may have to wait or fail.
  bool is_nearly_used_up() const { return static_cast<double>(used) > 0.9 * static_cast<double>(limit); }
};

/// The one with more in use; the one that is known, if only one is.
inline std::optional<use_of_limit> higher_of(std::optional<use_of_limit> a, std::optional<use_of_limit> b) {
  if (!a || !b) return a ? a : b;
  return a->used < b->used ? b : a;
}

}  // namespace holdfast::load
