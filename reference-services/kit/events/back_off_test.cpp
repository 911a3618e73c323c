#include "kit/events/back_off.hpp"

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;

TEST(BackOff, DoublesUpToTheLongest) {
  back_off pauses{50ms, 350ms};
  for (auto const expected : {50ms, 100ms, 200ms, 350ms, 350ms}) EXPECT_EQ(pauses.next(), expected);
}

TEST(BackOff, StartsAgainAfterSuccess) {
  back_off pauses{50ms, 2s};
  (void)pauses.next();
  (void)pauses.next();
  pauses.reset();
  EXPECT_EQ(pauses.next(), 50ms);
}

TEST(BackOff, NeverOverflows) {
  back_off pauses{1ns, nanoseconds::max()};
  for (int i = 0; i < 200; ++i) EXPECT_GT(pauses.next(), 0ns);
}

}  // namespace
}  // namespace holdfast::kit
