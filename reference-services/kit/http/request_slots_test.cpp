#include "kit/http/request_slots.hpp"

#include <algorithm>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kit/http/task_group.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;

class request_slots_test : public testing::Test {
 protected:
  asio::awaitable<void> work(int number, int turns) {
    co_await slots_.enter();
    request_slots::holder const held{slots_};
    most_ = std::max(most_, slots_.in_use());
    for (; turns > 0; --turns) co_await asio::post(context_, asio::use_awaitable);
    order_.push_back(number);
  }

  void run() {
    context_.restart();
    context_.run();
  }

  asio::io_context context_{1};
  request_slots slots_{context_.get_executor(), 2};
  task_group group_{context_.get_executor()};
  std::vector<int> order_;
  std::size_t most_ = 0;
};

TEST_F(request_slots_test, no_more_than_the_limit_work_at_once_and_the_others_in_order) {
  for (int number = 0; number < 8; ++number) group_.spawn(work(number, 3));
  run();
  EXPECT_THAT(order_, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(most_, 2U);
  EXPECT_EQ(slots_.in_use(), 0U);
}

TEST_F(request_slots_test, a_newcomer_does_not_overtake_those_who_wait) {
  group_.spawn(work(0, 1));
  group_.spawn(work(1, 50));
  group_.spawn(work(2, 50));
  context_.poll_one();
  while (order_.empty()) context_.run_one();
  EXPECT_FALSE(slots_.try_enter());
  run();
  EXPECT_THAT(order_, testing::ElementsAre(0, 1, 2));
}

TEST_F(request_slots_test, a_cancelled_wait_leaves_the_queue) {
  for (int number = 0; number < 4; ++number) group_.spawn(work(number, 50));
  context_.poll_one();
  while (slots_.waiting() < 2) context_.run_one();
  group_.cancel();
  run();
  EXPECT_EQ(slots_.waiting(), 0U);
  EXPECT_EQ(slots_.in_use(), 0U);
}

}  // namespace
}  // namespace holdfast::kit
