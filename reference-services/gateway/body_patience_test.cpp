#include "gateway/body_patience.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

using namespace std::chrono_literals;

TEST(BodyPatience, AQuickBodyMayPauseHoweverLongItIs) {
  body_patience patience{30s, 500};
  EXPECT_EQ(patience.left(), 30s);
  for (int i = 0; i < 10'000; ++i) patience.came(65'536, 100ms);
  EXPECT_EQ(patience.left(), 30s);
}

TEST(BodyPatience, AByteNowAndThenWearsItOut) {
  body_patience patience{30s, 500};
  patience.came(1, 29s);
  EXPECT_EQ(patience.left(), 1s + 2ms) << "what came has earned its time";
  patience.came(1, 29s);
  EXPECT_EQ(patience.left(), 0s);
}

TEST(BodyPatience, JustTheLeastRateIsEnough) {
  body_patience patience{30s, 500};
  for (int i = 0; i < 1000; ++i) patience.came(500, 1s);
  EXPECT_EQ(patience.left(), 30s);
}

TEST(BodyPatience, WithoutALeastRateOnlyThePauseCounts) {
  body_patience patience{30s, 0};
  for (int i = 0; i < 1000; ++i) patience.came(1, 29s);
  EXPECT_EQ(patience.left(), 30s);
}

}  // namespace
}  // namespace holdfast::gateway
