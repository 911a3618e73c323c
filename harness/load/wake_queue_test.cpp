#include "load/wake_queue.hpp"

#include <gtest/gtest.h>

#include "load/pacing.hpp"

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

TEST(WakeQueue, WakesInOrderOfTimeAndThenOfArrival) {
  wake_queue<int> queue;
  queue.add(start + 3s, 3);
  queue.add(start + 1s, 1);
  queue.add(start + 3s, 4);
  queue.add(start + 2s, 2);
  EXPECT_EQ(queue.earliest(), start + 1s);
  EXPECT_EQ(queue.take_due(start + 999ms), std::nullopt);
  EXPECT_EQ(queue.take_due(start + 2s), 1);
  EXPECT_EQ(queue.take_due(start + 2s), 2);
  EXPECT_EQ(queue.take_due(start + 2s), std::nullopt);
  EXPECT_EQ(queue.take_due(start + 9s), 3);
  EXPECT_EQ(queue.take_due(start + 9s), 4);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.earliest(), std::nullopt);
}

TEST(WakeQueue, ForgetsAllWhenCleared) {
  wake_queue<int> queue;
  queue.add(start, 1);
  queue.clear();
  EXPECT_EQ(queue.take_due(start + 1h), std::nullopt);
}

TEST(Pacing, AlarmsAtLowRatesTicksAtHighOnes) {
  EXPECT_FALSE(pace_for(request_rate::per_second(0)).is_periodic);
  EXPECT_FALSE(pace_for(request_rate::per_second(5000)).is_periodic);
  EXPECT_TRUE(pace_for(request_rate::per_second(5001)).is_periodic);
  EXPECT_EQ(pace_for(request_rate::per_second(1e6)).period, 50us);
}

}  // namespace
}  // namespace holdfast::load
