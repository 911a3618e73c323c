#pragma once

#include <cstdint>

#include "core/clock.hpp"

namespace holdfast::load {

// What a load may ask for. Beyond these a number is taken for a slip of the hand, and arithmetic on times stays exact.

inline constexpr nanoseconds longest_run = std::chrono::hours{24 * 365};
inline constexpr double highest_rate = 1e9;                 ///< per second: schedules have a grain of 1 ns
inline constexpr double lowest_rate = 1.0 / (365 * 86400);  ///< per second: one request in the longest run
inline constexpr std::uint64_t most_users = 1'000'000;

}  // namespace holdfast::load
