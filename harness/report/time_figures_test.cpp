#include "report/time_figures.hpp"

#include <gtest/gtest.h>

namespace holdfast::report {
namespace {

using namespace std::chrono_literals;

TEST(TimeFigures, ShowNothingOfAnEmptyDistribution) {
  auto const figures = figures_of(stats::histogram{});
  EXPECT_TRUE(figures.empty());
  EXPECT_FALSE(figures.p50());
  EXPECT_FALSE(figures.p99());
}

TEST(TimeFigures, AreExactForAPlainHistogram) {
  stats::histogram values;
  for (int i = 1; i <= 1000; ++i) values.record(std::chrono::milliseconds{i});
  auto const figures = figures_of(values);
  EXPECT_EQ(figures.count, 1000U);
  EXPECT_EQ(figures.max.value, 1s);
  EXPECT_FALSE(figures.max.at_least);
  EXPECT_NEAR(in_seconds(figures.p50()->value), 0.5, 0.0005);
  EXPECT_NEAR(in_seconds(figures.p99()->value), 0.99, 0.001);
  EXPECT_DOUBLE_EQ(figures.mean.count(), 500.5e6);
}

TEST(TimeFigures, MarkWhatDependsOnCensoredValues) {
  stats::censored_distribution values;
  for (int i = 0; i < 90; ++i) values.record(1ms);
  for (int i = 0; i < 10; ++i) values.record_censored(2s);
  auto const figures = figures_of(values);
  EXPECT_EQ(figures.count, 100U);
  EXPECT_EQ(figures.at_least, 10U);
  EXPECT_FALSE(figures.p50()->at_least);
  EXPECT_TRUE(figures.p99()->at_least);
  EXPECT_TRUE(figures.max.at_least);
  EXPECT_EQ(figures.max.value, 2s);
}

}  // namespace
}  // namespace holdfast::report
