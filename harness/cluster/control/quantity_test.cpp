#include "cluster/control/quantity.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

struct quantity_case {
  char const* text;
  std::int64_t milli;
};

TEST(Quantity, IsReadInThousandths) {
  for (auto const& c :
       {quantity_case{"250m", 250}, quantity_case{"1.5", 1500}, quantity_case{"2", 2000},
        quantity_case{"64Mi", 67'108'864'000}, quantity_case{"1.5Gi", 1'610'612'736'000},
        quantity_case{"2k", 2'000'000}, quantity_case{"1e3", 1'000'000}, quantity_case{"15E-1", 1500},
        quantity_case{"-3", -3000}, quantity_case{"+3", 3000}, quantity_case{".5", 500}, quantity_case{"5.", 5000},
        quantity_case{"0", 0}, quantity_case{"0Ei", 0}, quantity_case{"9P", 9'000'000'000'000'000'000}}) {
    SCOPED_TRACE(c.text);
    auto const read = parse_quantity(c.text);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->milli(), c.milli);
  }
}

TEST(Quantity, FinerThanAThousandthIsRoundedAwayFromZero) {
  EXPECT_EQ(parse_quantity("1n")->milli(), 1);
  EXPECT_EQ(parse_quantity("1000u")->milli(), 1);
  EXPECT_EQ(parse_quantity("1001u")->milli(), 2);
  EXPECT_EQ(parse_quantity("-0.0001")->milli(), -1);
  EXPECT_EQ(parse_quantity("1e-999")->milli(), 1);
}

TEST(Quantity, WhatIsNotOneIsRefusedWithItsTextAndAFix) {
  for (auto const* bad : {"", "m", "-", ".", "1.2.3", "250 m", "250mi", "1KiB", "1e", "1e1000", "0x10", "nan", "10E",
                          "9999999999999999999", "8Ei", "1e99", "1\n"}) {
    SCOPED_TRACE(bad);
    auto const read = parse_quantity(bad);
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(read.error().problem.find(bad), std::string::npos);
    EXPECT_NE(read.error().fix.find("250m"), std::string::npos);
  }
  EXPECT_NE(parse_quantity("10E").error().problem.find("too large"), std::string::npos);
  EXPECT_NE(parse_quantity("5bytes").error().problem.find("\"bytes\" is no suffix"), std::string::npos);
}

TEST(Quantity, IsWrittenAsShortAsItIsExact) {
  EXPECT_EQ(decimal_text(quantity::from_milli(250)), "250m");
  EXPECT_EQ(decimal_text(quantity::from_milli(1500)), "1500m");
  EXPECT_EQ(decimal_text(quantity::from_milli(2000)), "2");
  EXPECT_EQ(decimal_text(quantity::from_milli(20'000'000)), "20k");
  EXPECT_EQ(decimal_text(quantity{}), "0");
  EXPECT_EQ(decimal_text(quantity::from_milli(-1'000)), "-1");
  EXPECT_EQ(binary_text(*parse_quantity("64Mi")), "64Mi");
  EXPECT_EQ(binary_text(*parse_quantity("1536")), "1536");
  EXPECT_EQ(binary_text(*parse_quantity("0.5")), "500m");
}

TEST(Quantity, WrittenAndReadAgainIsTheSame) {
  for (std::int64_t milli : {1L, 999L, 1000L, 123'456'789L, 67'108'864'000L, -5L}) {
    EXPECT_EQ(parse_quantity(decimal_text(quantity::from_milli(milli)))->milli(), milli);
    EXPECT_EQ(parse_quantity(binary_text(quantity::from_milli(milli)))->milli(), milli);
  }
}

}  // namespace
}  // namespace holdfast::cluster
