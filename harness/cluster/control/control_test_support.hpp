#pragma once

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// Names a value-parameterised test after its vector.
inline constexpr auto vector_id = [](auto const& info) { return std::string{info.param.id}; };

/// A moment well after the clock's zero, so that looking back stays above it.
inline constexpr time_point test_now{std::chrono::hours{1000}};

}  // namespace holdfast::cluster
