#pragma once

#include <cstdint>

#include "core/clock.hpp"
#include "core/random.hpp"

namespace holdfast::load {

/// How long a user pauses after a step.
struct think_time {
  enum class law : std::uint8_t { constant, uniform, exponential };
  law kind = law::constant;
  nanoseconds first{};  ///< constant: the pause; uniform: the shortest; exponential: the mean
  nanoseconds last{};   ///< uniform: the longest

  nanoseconds draw(random_engine& random) const {
    switch (kind) {
      case law::constant:
        return first;
      case law::uniform:
        return nanoseconds{random.between(first.count(), last.count())};
      case law::exponential:
        return from_seconds(random.exponential(in_seconds(first)));
    }
    return first;
  }
};

}  // namespace holdfast::load
