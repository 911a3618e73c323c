#include "kit/app/capacity.hpp"

#include <optional>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "kit/http/task_group.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> take(capacity& from, std::optional<capacity::lease>& into, std::vector<int>& order, int me) {
  into = co_await from.acquire();
  order.push_back(me);
}

struct Capacity : testing::Test {
  asio::io_context context{1};
  task_group tasks{context.get_executor()};
  std::vector<int> order;
};

TEST_F(Capacity, WaitersGetTheirTurnInOrder) {
  capacity pool{context.get_executor(), 1, nanoseconds{3'600'000'000'000}};
  auto first = pool.try_acquire();
  ASSERT_TRUE(first);
  EXPECT_FALSE(pool.try_acquire());
  std::optional<capacity::lease> second, third;
  tasks.spawn(take(pool, second, order, 2));
  tasks.spawn(take(pool, third, order, 3));
  context.poll();
  EXPECT_EQ(pool.waiting(), 2U);
  first = {};
  context.restart();
  context.poll();
  EXPECT_EQ(order, std::vector{2});
  EXPECT_FALSE(pool.try_acquire()) << "nobody passes those who wait";
  second.reset();
  context.restart();
  context.poll();
  EXPECT_EQ(order, (std::vector{2, 3}));
  third.reset();
  EXPECT_EQ(pool.in_use(), 0U);
}

TEST_F(Capacity, AWaitThatIsTooLongFails) {
  capacity pool{context.get_executor(), 1, nanoseconds{1}};
  auto const held = pool.try_acquire();
  std::optional<capacity::lease> other;
  tasks.spawn(take(pool, other, order, 1));
  context.run();
  ASSERT_TRUE(other.has_value());
  EXPECT_FALSE(*other);
  EXPECT_EQ(pool.waiting(), 0U);
  EXPECT_EQ(pool.in_use(), 1U);
}

TEST_F(Capacity, ZeroIsAnyNumber) {
  capacity pool{context.get_executor(), 0, nanoseconds{1}};
  std::vector<capacity::lease> all;
  for (int i = 0; i < 1000; ++i) all.push_back(pool.try_acquire());
  EXPECT_TRUE(all.back());
}

TEST(CapacityAtTheEnd, AnAbandonedWaiterLeavesTheQueue) {
  std::optional<capacity> pool;
  std::optional<capacity::lease> never;
  std::vector<int> order;
  {
    asio::io_context context{1};
    pool.emplace(context.get_executor(), 1, nanoseconds{3'600'000'000'000});
    auto const held = pool->try_acquire();
    asio::co_spawn(context, take(*pool, never, order, 1), [](std::exception_ptr) {});
    context.poll();
    EXPECT_EQ(pool->waiting(), 1U);
  }
  EXPECT_EQ(pool->waiting(), 0U);
  EXPECT_TRUE(order.empty() || !never.has_value() || !*never);
}

}  // namespace
}  // namespace holdfast::kit
