#pragma once

#include <algorithm>

#include "core/clock.hpp"

namespace holdfast::kit {

/// Pauses between tries: the first, then twice as long each time, at most the longest. A value.
class back_off {
 public:
  constexpr back_off(nanoseconds first, nanoseconds longest) : first_{first}, longest_{longest}, next_{first} {}

  /// How long to wait after one more failure.
  constexpr nanoseconds next() {
    auto const pause = std::min(next_, longest_);
    next_ = pause > longest_ / 2 ? longest_ : pause * 2;
    return pause;
  }
  constexpr void reset() { next_ = first_; }

 private:
  nanoseconds first_;
  nanoseconds longest_;
  nanoseconds next_;
};

}  // namespace holdfast::kit
