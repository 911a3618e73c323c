#include "cluster/controllers/work_queue.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

constexpr time_point queue_begin{1000h};

TEST(WorkQueue, HoldsAnObjectOnce) {
  work_queue queue;
  queue.add({"shop", "b"});
  queue.add({"shop", "a"});
  queue.add({"shop", "b"});
  EXPECT_EQ(queue.take(queue_begin)->name, "a");
  EXPECT_EQ(queue.take(queue_begin)->name, "b");
  EXPECT_FALSE(queue.take(queue_begin));
}

TEST(WorkQueue, ALaterTimeReplacesAnEarlierOne) {
  work_queue queue;
  queue.add_at({"shop", "a"}, queue_begin + 1s);
  queue.add_at({"shop", "a"}, queue_begin + 3s);
  EXPECT_FALSE(queue.take(queue_begin + 2s));
  EXPECT_EQ(queue.next_due(), queue_begin + 3s);
  EXPECT_TRUE(queue.take(queue_begin + 3s));
  EXPECT_FALSE(queue.next_due());
}

TEST(WorkQueue, WaitsTwiceAsLongAfterEachFailure) {
  work_queue queue;
  for (auto const expected : {10ms, 20ms, 40ms, 80ms}) {
    queue.retry({"shop", "a"}, queue_begin);
    EXPECT_EQ(queue.next_due(), queue_begin + expected);
  }
  for (int i = 0; i < 100; ++i) queue.retry({"shop", "a"}, queue_begin);
  EXPECT_EQ(queue.next_due(), queue_begin + 5min);
  EXPECT_TRUE(queue.waits_to_retry({"shop", "a"}, queue_begin));
  queue.succeeded({"shop", "a"});
  EXPECT_FALSE(queue.waits_to_retry({"shop", "a"}, queue_begin));
  queue.retry({"shop", "a"}, queue_begin);
  EXPECT_EQ(queue.next_due(), queue_begin + 10ms);
}

TEST(WorkQueue, ForgetsWhatIsGone) {
  work_queue queue;
  queue.add({"shop", "a"});
  queue.add_at({"shop", "a"}, queue_begin);
  queue.forget({"shop", "a"});
  EXPECT_FALSE(queue.take(queue_begin));
}

}  // namespace
}  // namespace holdfast::cluster
