#include "analysis/availability.hpp"

#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::second;
using example::seconds;

TEST(Availability, IsGoodOverGoodAndBad) {
  // 100 + 40 + 60 good of 220: 200 / 220 = 0.90909.
  auto const figures = availability_of(seconds({{100, 0}, {40, 20}, {60, 0}}), {});
  EXPECT_EQ(figures.good, 200U);
  EXPECT_EQ(figures.bad, 20U);
  ASSERT_TRUE(figures.share);
  EXPECT_DOUBLE_EQ(figures.share->value, 200.0 / 220);
  EXPECT_LT(figures.share->lower, figures.share->value);
}

TEST(Availability, WithoutAFailureHasTheRuleOfThreeAsItsBound) {
  EXPECT_DOUBLE_EQ(availability_of(seconds({{150, 0}, {150, 0}}), {}).share->lower, 0.99);  // 1 - 3/300
}

TEST(Availability, OfNoTrafficIsNotKnown) {
  EXPECT_FALSE(availability_of({}, {}).share);
  EXPECT_FALSE(availability_of(seconds({{0, 0}}), {}).share);
}

TEST(Availability, OfFailuresAloneIsZero) {
  auto const share = *availability_of(seconds({{0, 10}}), {}).share;
  EXPECT_EQ(share.value, 0);
  EXPECT_DOUBLE_EQ(share.upper, 0.3);  // 3/10
}

TEST(Availability, FollowsTheRuleOfWhatIsGood) {
  auto counts = second(0, 70);
  counts.ok_by_fallback = 20;
  counts.refused_fast = 10;
  struct rule_case {
    char const* claim;
    good_rule rule;
    std::uint64_t good;
  };
  for (auto const& c : {rule_case{"by default substitutes are good and refusals bad", {}, 90},
                        rule_case{"substitutes can be bad", {.fallback_is_good = false}, 70},
                        rule_case{"refusals can be good", {.refusal_is_good = true}, 100}}) {
    SCOPED_TRACE(c.claim);
    auto const figures = availability_of({{counts}}, c.rule);
    EXPECT_EQ(figures.good, c.good);
    EXPECT_EQ(figures.good + figures.bad, 100U);
  }
}

TEST(Availability, DegradedShareIsOfWholeAnswers) {
  auto counts = second(0, 60);
  counts.ok_by_fallback = 20;
  counts.failed["http_5xx"] = 20;
  counts.failed["reset"] = 50;                                             // no answer
  EXPECT_DOUBLE_EQ(availability_of({{counts}}, {}).degraded->value, 0.2);  // 20 / (60 + 20 + 20)
}

TEST(TimeAvailability, IsTheShareOfGoodWindowsAmongThoseWithTraffic) {
  // Windows of 1 s at 99 %: good, bad (50 of 100), empty, good (exactly 99 of 100): 2 of 3.
  auto const figures = availability_in_windows(seconds({{100, 0}, {50, 50}, {0, 0}, {99, 1}}), 1s, 0.99, {});
  EXPECT_EQ(figures.windows, 3U);
  EXPECT_EQ(figures.good_windows, 2U);
  EXPECT_EQ(figures.empty_windows, 1U);
  EXPECT_DOUBLE_EQ(*figures.share(), 2.0 / 3);
}

TEST(TimeAvailability, WiderWindowsTakeTheIntervalsInThem) {
  // 2 s: 150 of 200 misses 90 %; 5 s apart, so one window is empty; then 10 of 10.
  std::vector<interval_counts> const intervals{second(0, 100), second(1, 50, 50), second(4, 10)};
  auto const figures = availability_in_windows(intervals, 2s, 0.9, {});
  EXPECT_EQ(figures.windows, 2U);
  EXPECT_EQ(figures.good_windows, 1U);
  EXPECT_EQ(figures.empty_windows, 1U);
}

TEST(TimeAvailability, OfNothingIsNotKnown) {
  EXPECT_FALSE(availability_in_windows({}, 1s, 0.99, {}).share());
  EXPECT_EQ(availability_in_windows(seconds({{0, 0}}), 1s, 0.99, {}).empty_windows, 1U);
}

TEST(BlastRadius, CountsEachNameOnce) {
  std::vector<std::string> const all{"order", "book", "review", "mypage", "order"};
  std::vector<std::string> const touched{"order", "order", "", "unknown"};
  EXPECT_DOUBLE_EQ(*blast_radius(touched, all), 0.25);
  EXPECT_EQ(*blast_radius({}, all), 0);
  EXPECT_FALSE(blast_radius(touched, {}));
}

}  // namespace
}  // namespace holdfast::analysis
