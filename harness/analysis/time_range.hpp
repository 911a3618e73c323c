#pragma once

#include <algorithm>

#include "core/clock.hpp"

namespace holdfast::analysis {

/// A duration known only to lie between two bounds; both equal when it is known exactly.
struct duration_range {
  nanoseconds at_least{};
  nanoseconds at_most{};
  friend bool operator==(duration_range const&, duration_range const&) = default;
};

/// When something changed, on the run's clock: not before the last observation of the old state, not after the first
/// one of the new state. At a rate r a change seen by requests is located within about 1/r only.
struct moment {
  nanoseconds last_old{};
  nanoseconds first_new{};

  /// Something that was itself observed, such as an event.
  static constexpr moment at(nanoseconds when) { return {when, when}; }
  friend bool operator==(moment const&, moment const&) = default;
};

/// From a cause to what follows from it. What follows cannot come first, so bounds below zero are zero.
constexpr duration_range between(moment const& cause, moment const& effect) {
  return {.at_least = std::max(effect.last_old - cause.first_new, nanoseconds{0}),
          .at_most = std::max(effect.first_new - cause.last_old, nanoseconds{0})};
}

}  // namespace holdfast::analysis
