#include "analysis/error_budget.hpp"

#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::second;
using example::seconds;

TEST(ErrorBudget, BurnRateIsTheErrorRatioInBudgets) {
  // 15 of 1,000 at 99.9 %: 0.015 / 0.001 = 15.
  EXPECT_NEAR(*burn_rate(second(0, 985, 15), {}, {}), 15, 1e-9);
  EXPECT_EQ(*burn_rate(second(0, 10), {}, {}), 0);
  EXPECT_NEAR(*burn_rate(second(0, 0, 10), {}, {}), 1000, 1e-9);  // 1 / 0.001
  EXPECT_FALSE(burn_rate(second(0, 0), {}, {}));
}

TEST(ErrorBudget, BurningAt14Point4ForAnHourUsesTwoPercentOf30Days) {
  EXPECT_NEAR(budget_used(14.4, 1h, {}), 0.02, 1e-12);  // 14.4 / 720
  EXPECT_NEAR(budget_used(6, 6h, {}), 0.05, 1e-12);     // 36 / 720
  EXPECT_NEAR(budget_used(1, 72h, {}), 0.10, 1e-12);    // 72 / 720
  EXPECT_NEAR(budget_used(1, 720h, {}), 1, 1e-12);
}

TEST(ErrorBudget, ShareOfTheBudgetCountsBadRequestsAgainstThoseOf30Days) {
  // 100 requests/s are 259,200,000 in 30 days: 259,200 may fail. 2,592 failures are 1 %.
  auto counts = second(0, 60 * 100 - 2'592, 2'592);
  counts.length = 60s;
  EXPECT_NEAR(*share_of_budget(counts, {}, {}), 0.01, 1e-12);
  EXPECT_FALSE(share_of_budget(second(0, 0), {}, {}));
  counts.length = 0s;
  EXPECT_FALSE(share_of_budget(counts, {}, {}));
}

TEST(BurnAlerts, ScaleTheirWindowsToTheTest) {
  // 720 s stand for 720 h: an hour's window is 1 s, and 3 d are 72 s. Four bad seconds, from 100 s on, 50 % at 99.9 %.
  std::vector<interval_counts> intervals;
  for (int i = 0; i < 720; ++i) intervals.push_back(i >= 100 && i < 104 ? second(i, 50, 50) : second(i, 100));
  auto const alerts = burn_alerts(intervals, {}, {});
  ASSERT_EQ(alerts.size(), 3U);
  EXPECT_EQ(alerts[0].rule.kind, alert_kind::page);
  EXPECT_EQ(alerts[0].rule.long_window, 1s);
  EXPECT_EQ(alerts[0].began, 101s);
  EXPECT_EQ(alerts[0].ended, 105s);  // the first window without a bad second
  EXPECT_EQ(alerts[2].rule.kind, alert_kind::ticket);
  EXPECT_EQ(alerts[2].rule.long_window, 72s);
  EXPECT_EQ(alerts[2].began, 101s);  // 50 of 7,200 is 0.7 %, seven budgets
  EXPECT_EQ(alerts[2].ended, 110s);  // six seconds after the last bad one the short window is clean
}

TEST(BurnAlerts, WithinTheBudgetNothingAlerts) {
  // One failure among 101 requests of a second is 1 %: a tenth of a budget of 10 %.
  auto intervals = std::vector<interval_counts>{};
  for (int i = 0; i < 100; ++i) intervals.push_back(second(i, 100, i == 50 ? 1 : 0));
  EXPECT_TRUE(burn_alerts(intervals, {.good_share = 0.9}, {}).empty());
}

TEST(BurnAlerts, QuietOrEmptyRunsHaveNone) {
  EXPECT_TRUE(burn_alerts({}, {}, {}).empty());
  EXPECT_TRUE(burn_alerts(seconds({{0, 0}, {0, 0}}), {}, {}).empty());
  EXPECT_TRUE(burn_alerts(seconds({{10, 0}, {10, 0}}), {}, {}).empty());
}

TEST(BurnAlerts, ThatStillHoldAtTheEndEndThere) {
  auto const alerts = burn_alerts(seconds({{0, 10}, {0, 10}}), {}, {});
  ASSERT_EQ(alerts.size(), 3U);
  for (auto const& alert : alerts) {
    EXPECT_EQ(alert.began, 1s);
    EXPECT_EQ(alert.ended, 2s);
  }
}

}  // namespace
}  // namespace holdfast::analysis
