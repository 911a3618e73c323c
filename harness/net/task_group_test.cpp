#include "net/task_group.hpp"

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace holdfast::net {
namespace {

namespace asio = boost::asio;

class task_group_test : public testing::Test {
 protected:
  /// Joins the group and runs until nothing is left; what() of a failure.
  std::string join() {
    std::string failure;
    joined_ = false;
    auto on_done = [&](std::exception_ptr const& thrown) {
      joined_ = true;
      try {
        if (thrown) std::rethrow_exception(thrown);
      } catch (std::exception const& error) {
        failure = error.what();
      }
    };
    asio::co_spawn(context_, group_.join(), on_done);
    context_.restart();
    context_.run();
    EXPECT_TRUE(joined_);
    return failure;
  }

  asio::awaitable<void> wait_for_ever() {
    asio::steady_timer never{context_, asio::steady_timer::time_point::max()};
    co_await never.async_wait(asio::use_awaitable);
  }

  asio::awaitable<void> count_after(int turns) {
    for (; turns > 0; --turns) co_await asio::post(context_, asio::use_awaitable);
    ++ended_;
  }

  asio::awaitable<void> fail_after(int turns, std::string why) {
    for (; turns > 0; --turns) co_await asio::post(context_, asio::use_awaitable);
    throw std::runtime_error{why};
  }

  asio::awaitable<void> spawn_two_more() {
    co_await asio::post(context_, asio::use_awaitable);
    group_.spawn(count_after(3));
    group_.spawn(count_after(0));
  }

  asio::io_context context_{1};
  task_group group_{context_.get_executor()};
  int ended_ = 0;
  bool joined_ = false;
};

TEST_F(task_group_test, joining_an_empty_group_returns_at_once) { EXPECT_EQ(join(), ""); }

TEST_F(task_group_test, join_waits_for_every_child) {
  for (int child = 0; child < 10; ++child) group_.spawn(count_after(child));
  EXPECT_EQ(join(), "");
  EXPECT_EQ(ended_, 10);
  EXPECT_EQ(group_.size(), 0U);
}

TEST_F(task_group_test, join_waits_for_children_spawned_meanwhile) {
  group_.spawn(spawn_two_more());
  EXPECT_EQ(join(), "");
  EXPECT_EQ(ended_, 2);
}

TEST_F(task_group_test, join_rethrows_the_first_failure_after_the_last_child_has_ended) {
  group_.spawn(fail_after(1, "first"));
  group_.spawn(fail_after(2, "second"));
  group_.spawn(count_after(9));
  EXPECT_EQ(join(), "first");
  EXPECT_EQ(ended_, 1);
}

TEST_F(task_group_test, a_failure_is_told_once) {
  group_.spawn(fail_after(0, "once"));
  EXPECT_EQ(join(), "once");
  EXPECT_EQ(join(), "");
}

TEST_F(task_group_test, cancelled_children_end_and_are_no_failure) {
  group_.spawn(wait_for_ever());
  group_.spawn(wait_for_ever());
  asio::post(context_, [this] { group_.cancel(); });
  EXPECT_EQ(join(), "");
}

TEST_F(task_group_test, a_group_can_be_used_again_after_join) {
  group_.spawn(count_after(1));
  EXPECT_EQ(join(), "");
  group_.spawn(count_after(1));
  EXPECT_EQ(join(), "");
  EXPECT_EQ(ended_, 2);
}

TEST_F(task_group_test, join_is_not_interrupted_when_its_caller_is_cancelled) {
  asio::cancellation_signal stop;
  asio::steady_timer gate{context_, asio::steady_timer::time_point::max()};
  auto wait_at_gate = [](asio::steady_timer& at, int& ended) -> asio::awaitable<void> {
    co_await at.async_wait(asio::as_tuple(asio::use_awaitable));
    ++ended;
  };
  group_.spawn(wait_at_gate(gate, ended_));
  int ended_at_join = -1;
  auto on_done = [&](std::exception_ptr const&) { ended_at_join = ended_; };
  asio::co_spawn(context_, group_.join(), asio::bind_cancellation_slot(stop.slot(), on_done));
  context_.poll();
  stop.emit(asio::cancellation_type::all);
  context_.poll();
  EXPECT_EQ(ended_at_join, -1);
  gate.cancel();
  context_.run();
  EXPECT_EQ(ended_at_join, 1);
}

}  // namespace
}  // namespace holdfast::net
