#include "cluster/api/age_text.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

TEST(AgeText, GetsCoarserTheLongerItIs) {
  EXPECT_EQ(human_duration(-5s), "<invalid>");
  EXPECT_EQ(human_duration(-1s), "0s");
  EXPECT_EQ(human_duration(0s), "0s");
  EXPECT_EQ(human_duration(119s), "119s");
  EXPECT_EQ(human_duration(120s), "2m");
  EXPECT_EQ(human_duration(150s), "2m30s");
  EXPECT_EQ(human_duration(10min), "10m");
  EXPECT_EQ(human_duration(3h - 1s), "179m");
  EXPECT_EQ(human_duration(3h), "3h");
  EXPECT_EQ(human_duration(3h + 5min), "3h5m");
  EXPECT_EQ(human_duration(47h + 59min), "47h");
  EXPECT_EQ(human_duration(48h), "2d");
  EXPECT_EQ(human_duration(76h), "3d4h");
  EXPECT_EQ(human_duration(24h * 9), "9d");
  EXPECT_EQ(human_duration(24h * 760), "2y30d");
  EXPECT_EQ(human_duration(24h * 365 * 9), "9y");
}

TEST(AgeText, IsCountedFromAStamp) {
  wall_time const noon = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h;
  EXPECT_EQ(age_text("2026-01-31T11:59:00Z", noon), "60s");
  EXPECT_EQ(age_text("2026-01-31T11:59:59.900000Z", noon), "0s");
  EXPECT_EQ(age_text(nullptr, noon), "<unknown>");
  EXPECT_EQ(age_text("soon", noon), "<unknown>");
}

}  // namespace
}  // namespace holdfast::cluster
