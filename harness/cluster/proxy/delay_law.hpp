#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/clock.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {

enum class delay_shape : std::uint8_t { constant, uniform, normal, lognormal, pareto };

/// How long something is held back. Constant: exactly `mean`. Uniform: between mean - jitter and mean + jitter. The
/// others have that mean and the standard deviation `jitter`; pareto (type I) has the heaviest tail.
struct delay_law {
  delay_shape shape = delay_shape::constant;
  nanoseconds mean{};
  nanoseconds jitter{};
};

/// Words for the shapes, in their order.
std::span<std::string_view const> delay_shape_names();

/// An independent delay, never below zero and never above an hour. (Where normal falls below zero it counts as zero, so
/// that a jitter near the mean makes the mean larger than asked for.)
nanoseconds draw(delay_law const& law, random_engine& random);

}  // namespace holdfast::cluster
