#include "analysis/downtime.hpp"

#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::failure;
using example::seconds;

std::vector<request_end> every_100_ms(std::string_view outcomes) {
  std::vector<request_end> all;
  for (auto const outcome : outcomes) {
    all.push_back({.at = 100ms * (static_cast<int>(all.size()) + 1), .good = outcome == '+'});
  }
  return all;
}

TEST(DowntimeByRun, LiesBetweenItsBadRequestsAndTheGoodOnesAroundThem) {
  // Good at 0.1, 0.2; bad at 0.3 to 0.6; good at 0.7: at least 0.6 - 0.3, at most 0.7 - 0.2.
  auto const found = downtime_by_run(every_100_ms("++----+"), 3, 0s, 1s);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].length(), (duration_range{300ms, 500ms}));
  EXPECT_FALSE(found[0].open_end);
}

TEST(DowntimeByRun, NeedsSoManyBadRequestsInARow) {
  EXPECT_TRUE(downtime_by_run(every_100_ms("+--+--+"), 3, 0s, 1s).empty());
  EXPECT_EQ(downtime_by_run(every_100_ms("+--+--+"), 2, 0s, 1s).size(), 2U);
  EXPECT_TRUE(downtime_by_run(every_100_ms("+--"), 3, 0s, 1s).empty());
  EXPECT_TRUE(downtime_by_run({}, 1, 0s, 1s).empty());
}

TEST(DowntimeByRun, WhenNothingWasGoodIsBoundedByTheObservation) {
  auto const found = downtime_by_run(every_100_ms("---"), 3, 0s, 1s);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].length(), (duration_range{200ms, 1s}));
  EXPECT_TRUE(found[0].open_end);
}

TEST(DowntimeByRatio, TakesGoodIntervalsAtTheirFarEdges) {
  // Seconds 1 and 2 are bad. The last good request was somewhere in second 0, the next one somewhere in second 3: at
  // most 4 - 0 s. The first bad one came by 2 s, the last one not before 2 s: at least 0 s.
  auto const found = downtime_by_ratio(seconds({{10, 0}, {2, 8}, {0, 10}, {10, 0}, {10, 0}}), 0.5, {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].length(), (duration_range{0s, 4s}));
}

TEST(DowntimeByRatio, FailuresWithTheirTimesNarrowIt) {
  std::vector<failed_request> const failures{failure(1s, 1200ms), failure(2s, 2100ms), failure(2s, 2900ms)};
  auto const found = downtime_by_ratio(seconds({{10, 0}, {2, 1}, {0, 2}, {10, 0}}), 0.9, {}, failures);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].length(), (duration_range{1700ms, 4s}));  // 2.9 - 1.2 s
}

TEST(DowntimeByRatio, EmptyIntervalsNeitherBeginNorEndOne) {
  auto const found = downtime_by_ratio(seconds({{10, 0}, {0, 5}, {0, 0}, {0, 5}, {0, 0}, {10, 0}, {0, 0}}), 1, {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].length().at_most, 6s);
  EXPECT_TRUE(downtime_by_ratio(seconds({{0, 0}, {0, 0}}), 1, {}, {}).empty());
}

TEST(DowntimeSummary, AddsUpAndFindsTheLongest) {
  std::vector<downtime_window> const windows{{.began = {1s, 2s}, .ended = {3s, 4s}, .from = 2s, .to = 3s},
                                             {.began = {10s, 11s}, .ended = {15s, 16s}, .from = 11s, .to = 15s}};
  auto const all = summary_of(windows);
  EXPECT_EQ(all.windows, 2U);
  EXPECT_EQ(all.total, (duration_range{5s, 9s}));  // 1 + 4, 3 + 6
  EXPECT_EQ(all.longest, (duration_range{4s, 6s}));
  EXPECT_EQ(summary_of({}).total, (duration_range{}));
}

TEST(LostWork, IsWhatTheRateOutsideWouldHaveDone) {
  // Outside: 10 + 20 + 30 in 3 s is 20/s. Inside 2 s: expected 40, good 5 + 0: 35 lost.
  auto const intervals = seconds({{10, 0}, {5, 15}, {0, 20}, {20, 0}, {30, 0}});
  auto const windows = downtime_by_ratio(intervals, 0.9, {}, {});
  EXPECT_DOUBLE_EQ(good_rate_outside(intervals, windows, {}), 20);
  EXPECT_DOUBLE_EQ(lost_work(intervals, windows, 20, {}), 35);
}

TEST(LostWork, IsNothingWithoutDowntimeAndNeverBelowZero) {
  auto const intervals = seconds({{10, 0}, {10, 0}});
  EXPECT_EQ(lost_work(intervals, {}, 10, {}), 0);
  EXPECT_EQ(lost_work(intervals, downtime_by_ratio(intervals, 2, {}, {}), 1, {}), 0);
  EXPECT_EQ(good_rate_outside({}, {}, {}), 0);
}

TEST(Downtime, LowerBoundIsNeverAboveTheUpperOne) {
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    std::string outcomes;
    for (unsigned bit = 0; bit < 8; ++bit) outcomes += ((pattern >> bit) & 1U) != 0 ? '+' : '-';
    for (auto const& window : downtime_by_run(every_100_ms(outcomes), 2, 0s, 1s)) {
      EXPECT_LE(window.length().at_least, window.length().at_most) << outcomes;
      EXPECT_LE(window.began.last_old, window.began.first_new) << outcomes;
      EXPECT_LE(window.ended.last_old, window.ended.first_new) << outcomes;
    }
  }
}

}  // namespace
}  // namespace holdfast::analysis
