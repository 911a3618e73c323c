#include "cluster/control/int_or_percent.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

TEST(IntOrPercent, IsAWholeNumberOrAPercentage) {
  EXPECT_EQ(*parse_int_or_percent("3"), (int_or_percent{3, false}));
  EXPECT_EQ(*parse_int_or_percent("25%"), (int_or_percent{25, true}));
  for (auto const* bad : {"", "%", "oops", "-1", "-5%", "2.5%", "1 %", "25%%", "99999999999"}) {
    SCOPED_TRACE(bad);
    ASSERT_FALSE(parse_int_or_percent(bad).has_value());
    EXPECT_NE(parse_int_or_percent(bad).error().problem.find(bad), std::string::npos);
    EXPECT_NE(parse_int_or_percent(bad).error().fix.find("25%"), std::string::npos);
  }
}

TEST(IntOrPercent, RoundsUpOrDownAtTheExactBoundary) {
  int_or_percent const quarter{25, true};
  EXPECT_EQ(resolved(quarter, 4, rounding::up), 1);
  EXPECT_EQ(resolved(quarter, 5, rounding::up), 2);
  EXPECT_EQ(resolved(quarter, 4, rounding::down), 1);
  EXPECT_EQ(resolved(quarter, 3, rounding::down), 0);
  EXPECT_EQ(resolved({7, false}, 3, rounding::down), 7);
  EXPECT_EQ(resolved({2'000'000'000, true}, 2'000'000'000, rounding::up), 2'147'483'647);
}

TEST(IntOrPercent, IsWrittenAsItIsRead) {
  EXPECT_EQ(text_of(int_or_percent{25, true}), "25%");
  EXPECT_EQ(text_of(int_or_percent{3, false}), "3");
}

}  // namespace
}  // namespace holdfast::cluster
