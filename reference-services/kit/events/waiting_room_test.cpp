#include "kit/events/waiting_room.hpp"

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

asio::awaitable<void> sit(waiting_room& room, nanoseconds at_most, std::optional<bool>& answer) {
  answer = co_await room.wait(at_most);
}

void start(asio::io_context& context, asio::awaitable<void> task) {
  asio::co_spawn(context, std::move(task), [](std::exception_ptr const& failure) { EXPECT_FALSE(failure); });
}

TEST(WaitingRoom, WakesEverybodyAtOnce) {
  asio::io_context context{1};
  waiting_room room{context.get_executor()};
  std::optional<bool> first, second;
  start(context, sit(room, 1h, first));
  start(context, sit(room, 2h, second));
  context.poll();
  EXPECT_FALSE(first || second);
  room.wake_all();
  context.run();
  EXPECT_EQ(first, true);
  EXPECT_EQ(second, true);
}

TEST(WaitingRoom, LetsGoWhenTheTimeHasPassed) {
  asio::io_context context{1};
  waiting_room room{context.get_executor()};
  std::optional<bool> answer;
  start(context, sit(room, 1ms, answer));
  context.run();
  EXPECT_EQ(answer, false);
}

TEST(WaitingRoom, AWakeMeetsOnlyThoseWhoWait) {
  asio::io_context context{1};
  waiting_room room{context.get_executor()};
  room.wake_all();
  std::optional<bool> answer;
  start(context, sit(room, 1ms, answer));
  context.run();
  EXPECT_EQ(answer, false);
}

}  // namespace
}  // namespace holdfast::kit
