#include "core/units.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(Units, DurationsNeedAUnit) {
  EXPECT_EQ(*parse_duration("250ms"), 250ms);
  EXPECT_EQ(*parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(*parse_duration("1h30m"), 90min);
  EXPECT_EQ(*parse_duration("100us"), 100us);
  EXPECT_EQ(*parse_duration("0"), 0ns);
  for (auto const* bad : {"", "10", "s", "-1s", "1e3s", "5 s", "1.2.3s", "3x", "inf", "99999d", "1s2"}) {
    SCOPED_TRACE(bad);
    ASSERT_FALSE(parse_duration(bad).has_value());
    EXPECT_FALSE(parse_duration(bad).error().problem.empty());
    EXPECT_FALSE(parse_duration(bad).error().fix.empty());
  }
}

TEST(Units, RatesNeedAUnitOfTime) {
  EXPECT_DOUBLE_EQ(parse_rate("500/s")->per_second(), 500);
  EXPECT_DOUBLE_EQ(parse_rate("1.5k/s")->per_second(), 1500);
  EXPECT_DOUBLE_EQ(parse_rate("30/m")->per_second(), 0.5);
  EXPECT_DOUBLE_EQ(parse_rate("3600/h")->per_second(), 1);
  EXPECT_DOUBLE_EQ(parse_rate("0/s")->per_second(), 0);
  for (auto const* bad : {"", "500", "/s", "-1/s", "5/d", "5/s ", "nan/s", "k/s"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_rate(bad).has_value());
  }
}

TEST(Units, SizesKnowDecimalAndBinaryUnits) {
  EXPECT_EQ(*parse_size("512"), 512U);
  EXPECT_EQ(*parse_size("64KiB"), 65536U);
  EXPECT_EQ(*parse_size("10MB"), 10'000'000U);
  EXPECT_EQ(*parse_size("1.5GiB"), 1'610'612'736U);
  for (auto const* bad : {"", "KiB", "-1", "1 KiB", "1Q", "99999999999GiB"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_size(bad).has_value());
  }
}

TEST(Units, CountsAreDigitsOnly) {
  EXPECT_EQ(*parse_count("1200"), 1200U);
  for (auto const* bad : {"", "-1", "1.5", "12x", "99999999999999999999"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_count(bad).has_value());
  }
  EXPECT_DOUBLE_EQ(*parse_number("-0.25"), -0.25);
  EXPECT_FALSE(parse_number("nan").has_value());
}

TEST(Units, DurationsPrintThreeDigits) {
  EXPECT_EQ(format_duration(0ns), "0 ns");
  EXPECT_EQ(format_duration(999ns), "999 ns");
  EXPECT_EQ(format_duration(42us), "42.0 us");
  EXPECT_EQ(format_duration(999'700ns), "1.00 ms");
  EXPECT_EQ(format_duration(1250us), "1.25 ms");
  EXPECT_EQ(format_duration(3s), "3.00 s");
  EXPECT_EQ(format_duration(125s), "2 min 5 s");
  EXPECT_EQ(format_duration(2h + 3min), "2 h 3 min");
  EXPECT_EQ(format_duration(-42us), "-42.0 us");
}

TEST(Units, CountsSizesAndRatesAreReadable) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_size(512), "512 B");
  EXPECT_EQ(format_size(1536), "1.50 KiB");
  EXPECT_EQ(format_size(3'355'443), "3.20 MiB");
  EXPECT_EQ(format_rate(1.25), "1.25");
  EXPECT_EQ(format_rate(123.4), "123");
  EXPECT_EQ(format_rate(12345.6), "12,346");
}

}  // namespace
}  // namespace holdfast
