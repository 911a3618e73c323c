#include "target/delay_queue.hpp"

#include <algorithm>
#include <deque>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace holdfast::target {
namespace {

using namespace std::chrono_literals;

struct waiting : delay_queue::entry {
  nanoseconds due{};
};

constexpr time_point start{};

TEST(DelayQueue, HandsOutWhatIsDueInTheOrderOfTime) {
  delay_queue queue;
  random_engine random{3};
  std::deque<waiting> all(500);
  for (auto& w : all) {
    w.due = std::chrono::milliseconds{random.between(0, 100)};
    queue.push(w, start + w.due);
  }
  for (std::size_t i = 0; i < all.size(); i += 3) queue.erase(all[i]);
  std::vector<nanoseconds> got;
  while (auto* const e = queue.take_due(start + 50ms)) got.push_back(static_cast<waiting*>(e)->due);
  std::vector<nanoseconds> expected;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % 3 != 0 && all[i].due <= 50ms) expected.push_back(all[i].due);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(got, expected);
  EXPECT_GT(queue.next_due(), start + 50ms);
}

TEST(DelayQueue, LetsAnEntryLeaveAndComeBack) {
  delay_queue queue;
  waiting w;
  queue.erase(w);
  queue.push(w, start + 1s);
  EXPECT_TRUE(w.is_waiting());
  queue.erase(w);
  EXPECT_FALSE(w.is_waiting());
  EXPECT_TRUE(queue.empty());
  queue.push(w, start + 2s);
  EXPECT_EQ(queue.take_due(start + 1s), nullptr);
  EXPECT_EQ(queue.take_due(start + 2s), &w);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace holdfast::target
