#include "core/random.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

std::vector<std::uint64_t> first_draws(std::uint64_t seed) {
  random_engine random{seed};
  std::vector<std::uint64_t> draws(100);
  for (auto& draw : draws) draw = random();
  return draws;
}

TEST(RandomEngine, SameSeedSameRunOtherSeedAnother) {
  EXPECT_EQ(first_draws(7), first_draws(7));
  EXPECT_NE(first_draws(7), first_draws(8));
  EXPECT_NE(derived_seed(7, 0), derived_seed(7, 1));
}

TEST(RandomEngine, BetweenReachesBothEndsAndNothingBeyond) {
  random_engine random{1};
  std::vector<int> seen(6);
  for (int i = 0; i < 600; ++i) {
    auto const value = random.between(-2, 3);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 3);
    ++seen[static_cast<std::size_t>(value + 2)];
  }
  for (auto const count : seen) EXPECT_GT(count, 50);
  EXPECT_EQ(random.between(5, 5), 5);
  (void)random.between(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
}

TEST(RandomEngine, MomentsAreThoseOfTheLaw) {
  random_engine random{42};
  constexpr int n = 100'000;
  double uniform = 0;
  double exponential = 0;
  double normal = 0;
  double normal_squared = 0;
  for (int i = 0; i < n; ++i) {
    uniform += random.uniform();
    exponential += random.exponential(3.0);
    auto const z = random.normal();
    normal += z;
    normal_squared += z * z;
  }
  EXPECT_NEAR(uniform / n, 0.5, 0.005);
  EXPECT_NEAR(exponential / n, 3.0, 0.05);
  EXPECT_NEAR(normal / n, 0.0, 0.02);
  EXPECT_NEAR(normal_squared / n, 1.0, 0.03);
}

}  // namespace
}  // namespace holdfast
