#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/node/container_termination.hpp"
#include "cluster/node/node_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Grace periods pass 100 times faster here, if nothing else is said. Where a program is to end by itself they are long
/// all the same: a busy machine must not turn an end into a kill.
class ContainerTermination : public ::testing::Test {
 protected:
  boost::asio::io_context context_;
  temporary_folder folder_;
  process_runtime processes_{context_.get_executor(), "termination-test-" + std::to_string(::getpid())};
  handler_runner handlers_{context_.get_executor(), processes_, "kube-lifecycle/1.31"};
  std::optional<process_exit> exit_;
  process_id id_{};
  std::vector<std::string> events_;
  std::optional<container_termination> termination_;

  void start(std::string const& script) {
    auto const id =
        processes_.start(shell(script + "; echo > " + folder_.path("ready") + "; while :; do sleep 0.005; done"),
                         "pod/c/0", process_role::container, [this](process_exit const& e) { exit_ = e; });
    ASSERT_TRUE(id.has_value());
    id_ = *id;
    ASSERT_TRUE(runs_until(context_, [&] { return std::filesystem::exists(folder_.path("ready")); }));
  }
  void terminate(std::chrono::seconds grace, std::optional<handler_action> pre_stop = {}, double time_scale = 100) {
    termination_.emplace(context_.get_executor(), processes_, handlers_, id_,
                         termination_order{.grace = grace,
                                           .pre_stop = std::move(pre_stop),
                                           .place = {.like = shell(""), .container = "pod/c/0"},
                                           .time_scale = time_scale},
                         [this](control_event const& e) { events_.push_back(e.why.statement); });
  }
  bool ended() {
    return runs_until(context_, [&] { return exit_.has_value(); });
  }
};

TEST_F(ContainerTermination, AProgramThatObeysSigtermIsNotKilled) {
  start("trap 'exit 7' TERM");
  terminate(3000s);
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 7);
  EXPECT_THAT(events_, ElementsAre("sending SIGTERM"));
}

TEST_F(ContainerTermination, AProgramThatIgnoresSigtermIsKilledWithItsChildren) {
  start("trap '' TERM; sleep 300 & setsid sleep 301 & true");
  terminate(5s);
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 137);
  EXPECT_EQ(exit_->left_over, 0U);
  EXPECT_THAT(events_, ElementsAre("sending SIGTERM", "sending SIGKILL"));
}

TEST_F(ContainerTermination, PreStopComesFirst) {
  start("trap 'test -e " + folder_.path("stopping") + " && exit 5; exit 6' TERM");
  terminate(3000s, exec_action{.command = {"sh", "-c", "echo > " + folder_.path("stopping")}});
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 5);
  EXPECT_THAT(events_, ElementsAre("running preStop", "sending SIGTERM"));
}

TEST_F(ContainerTermination, APreStopThatFailsIsToldAndTheSequenceGoesOn) {
  start("trap 'exit 0' TERM");
  terminate(3000s, exec_action{.command = {"sh", "-c", "echo no way; exit 1"}});
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 0);
  ASSERT_EQ(events_.size(), 3U);
  EXPECT_THAT(events_[1], HasSubstr("PreStopHook failed: no way"));
}

TEST_F(ContainerTermination, APreStopThatHangsIsAbandonedAndKilled) {
  start("trap 'exit 0' TERM");
  terminate(1s, exec_action{.command = {"sleep", "300"}}, 1);  // the program has 2 s after its SIGTERM
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 0);
  EXPECT_THAT(events_, ElementsAre("running preStop", "sending SIGTERM"));
  EXPECT_TRUE(runs_until(context_, [&] { return processes_.running() == 0; }));
}

TEST_F(ContainerTermination, APeriodThatASlowClockMakesEndlessIsNone) {
  start("trap 'exit 7' TERM");
  terminate(std::chrono::seconds{2'147'483'647}, exec_action{.command = {"sh", "-c", "true"}}, 0.01);
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 7);
  EXPECT_THAT(events_, ElementsAre("running preStop", "sending SIGTERM"));
}

TEST_F(ContainerTermination, ASecondRequestBringsTheEndNearer) {
  start("trap '' TERM");
  terminate(360000s);
  termination_->shorten(1s);
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 137);
}

}  // namespace
}  // namespace holdfast::cluster
