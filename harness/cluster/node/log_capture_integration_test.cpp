#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/node/log_capture.hpp"
#include "cluster/node/log_cursor.hpp"
#include "cluster/node/node_test_support.hpp"
#include "cluster/node/process_runtime.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class LogCapture : public ::testing::Test {
 protected:
  boost::asio::io_context context_;
  temporary_folder folder_;
  process_runtime runtime_{context_.get_executor(), "log-test-" + std::to_string(::getpid())};
  std::shared_ptr<log_file> log_ = *log_file::create(folder_.root(), "0");
  std::unique_ptr<log_capture> capture_ = std::move(*log_capture::create(context_.get_executor(), log_));
  bool ended_ = false;

  void start(std::string script) {
    auto setup = shell(std::move(script));
    setup.standard_output = capture_->output();
    setup.standard_error = capture_->error_output();
    auto const id = runtime_.start(std::move(setup), "pod/c/0", process_role::container, [this](process_exit const&) {
      capture_->finish();
      ended_ = true;
    });
    ASSERT_TRUE(id.has_value());
    capture_->begin();
  }
  std::string all_of_it(log_selection what = {}) {
    log_cursor cursor{log_, what};
    std::string text;
    for (;;) {
      auto const piece = cursor.next();
      text += piece.text;
      if (!piece.more_now) return text;
    }
  }
};

TEST_F(LogCapture, TakesBothStreamsUntilTheEnd) {
  start("echo out; echo error >&2; printf unfinished");
  ASSERT_TRUE(runs_until(context_, [&] { return ended_; }));
  auto const text = all_of_it();
  EXPECT_THAT(text, HasSubstr("out\n"));
  EXPECT_THAT(text, HasSubstr("error\n"));
  EXPECT_THAT(text, HasSubstr("unfinished\n"));
  EXPECT_THAT(text_of_file(folder_.path("0.log")), HasSubstr(" stderr F error\n"));
  EXPECT_TRUE(log_->has_ended());
}

TEST_F(LogCapture, FiftyMegabytesCostBoundedDiskAndTheLoopStaysResponsive) {
  start(
      "yes 'a line of a program that says much more than anybody reads, again and again' | head -c 50000000; echo; "
      "echo end");
  int turns = 0;
  ASSERT_TRUE(runs_until(
      context_,
      [&] {
        ++turns;
        return ended_;
      },
      60s));
  std::uint64_t bytes = 0;
  for (auto const& entry : std::filesystem::directory_iterator{folder_.root()}) bytes += entry.file_size();
  EXPECT_LE(bytes, 5U * 10 * 1024 * 1024);
  EXPECT_EQ(all_of_it({.tail = 1}), "end\n");
  EXPECT_EQ(log_->lost_bytes(), 0U);
  EXPECT_GT(turns, 5);
}

TEST_F(LogCapture, WhoeverKeepsThePipeDoesNotKeepTheLogOpen) {
  file_descriptor const stranger{::dup(capture_->output())};
  start("echo said");
  ASSERT_TRUE(runs_until(context_, [&] { return ended_; }));
  EXPECT_EQ(all_of_it(), "said\n");
}

}  // namespace
}  // namespace holdfast::cluster
