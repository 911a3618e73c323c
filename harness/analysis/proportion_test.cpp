#include "analysis/proportion.hpp"

#include <gtest/gtest.h>

namespace holdfast::analysis {
namespace {

TEST(Proportion, WithoutAFailureFollowsTheRuleOfThree) {
  // 3 / 30,000 = 0.0001: the "99.99 %" that metrics speak of.
  auto const none_failed = *proportion_of(0, 30'000);
  EXPECT_EQ(none_failed.value, 0);
  EXPECT_EQ(none_failed.lower, 0);
  EXPECT_DOUBLE_EQ(none_failed.upper, 0.0001);
  auto const all_good = *proportion_of(300'000, 300'000);
  EXPECT_EQ(all_good.upper, 1);
  EXPECT_DOUBLE_EQ(all_good.lower, 0.99999);
}

TEST(Proportion, WithFailuresIsWilsonsInterval) {
  // k = 10, n = 100, z^2 = 3.8415: centre = (10 + 1.9207) / 103.8415 = 0.114798;
  // half = 1.96 / 103.8415 * sqrt(10 * 90 / 100 + 0.9604) = 0.018875 * 3.15601 = 0.059568.
  auto const some = *proportion_of(10, 100);
  EXPECT_DOUBLE_EQ(some.value, 0.1);
  EXPECT_NEAR(some.lower, 0.05523, 1e-5);
  EXPECT_NEAR(some.upper, 0.17437, 1e-5);
}

TEST(Proportion, OfNoTrialsIsNothingKnown) { EXPECT_FALSE(proportion_of(0, 0)); }

TEST(Proportion, OfFewTrialsSaysLittle) {
  EXPECT_EQ(proportion_of(0, 2)->upper, 1);
  EXPECT_EQ(proportion_of(2, 2)->lower, 0);
}

TEST(Proportion, HoldsItsValueAndNarrowsWithTrials) {
  for (std::uint64_t n : {1U, 7U, 100U, 5'000U}) {
    for (std::uint64_t k = 0; k <= n; k += n / 7 + 1) {
      auto const p = *proportion_of(k, n);
      EXPECT_LE(0, p.lower);
      EXPECT_LE(p.lower, p.value);
      EXPECT_LE(p.value, p.upper);
      EXPECT_LE(p.upper, 1);
      auto const ten_times = *proportion_of(10 * k, 10 * n);
      EXPECT_LE(ten_times.upper - ten_times.lower, p.upper - p.lower);
    }
  }
}

TEST(Proportion, DifferenceIsNewcombesWorkedExample) {
  // Newcombe 1998, table II, (a): 56/70 - 48/80 = 0.2; Wilson (0.6921, 0.8772) and (0.4904, 0.7002), so
  // 0.2 - sqrt(0.1079^2 + 0.1002^2) = 0.0524 and 0.2 + sqrt(0.0772^2 + 0.1096^2) = 0.3339.
  auto const d = *difference_of(56, 70, 48, 80);
  EXPECT_NEAR(d.value, 0.2, 1e-12);
  EXPECT_NEAR(d.lower, 0.0524, 1e-3);
  EXPECT_NEAR(d.upper, 0.3339, 1e-3);
  EXPECT_FALSE(difference_of(0, 0, 1, 2));
  EXPECT_FALSE(difference_of(1, 2, 0, 0));
}

TEST(Proportion, SaysHowManyTrialsALimitNeeds) {
  EXPECT_EQ(trials_to_show(0.0001), 30'000U);  // 3 / 0.0001
  EXPECT_EQ(trials_to_show(0.00001), 300'000U);
  EXPECT_EQ(trials_to_show(1), 3U);
}

}  // namespace
}  // namespace holdfast::analysis
