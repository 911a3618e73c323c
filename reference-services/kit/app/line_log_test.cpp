#include "kit/app/line_log.hpp"

#include <array>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace holdfast::kit {
namespace {

struct LineLog : testing::Test {
  LineLog() { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); }
  ~LineLog() override {
    close(ends[0]);
    if (ends[1] >= 0) close(ends[1]);
  }
  std::string read_some() {
    std::string text(1 << 20, '\0');
    auto const count = read(ends[0], text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }
  boost::asio::io_context context{1};
  std::array<int, 2> ends{};
};

TEST_F(LineLog, WritesLinesTogether) {
  line_log log{context.get_executor(), {.descriptor = ends[1]}};
  log.add("a");
  log.add("b");
  context.run();
  EXPECT_EQ(read_some(), "a\nb\n");
}

TEST_F(LineLog, WritesTheRestAtItsEnd) {
  {
    line_log log{context.get_executor(), {.descriptor = ends[1]}};
    log.stop();
    log.add("late");
  }
  EXPECT_EQ(read_some(), "late\n");
}

TEST_F(LineLog, ASlowReaderCostsLinesAndNeverTheService) {
  fcntl(ends[1], F_SETPIPE_SZ, 4096);
  line_log log{context.get_executor(), {.descriptor = ends[1], .buffer_bytes = 10'000}};
  std::string const line(99, 'x');
  for (int i = 0; i < 1000; ++i) log.add(line);
  EXPECT_EQ(log.dropped(), 900U);
  context.run_one();
  context.poll();
  EXPECT_GT(read_some().size(), 4000U);
  context.run_one();
  log.add("next");
  auto text = read_some();
  for (int i = 0; i < 10 && text.find("next") == std::string::npos; ++i) {
    context.run_one();
    text += read_some();
  }
  EXPECT_NE(text.find(R"({"event":"log_lines_dropped","count":900})"), std::string::npos) << text.size();
}

TEST_F(LineLog, AFlagOfTheSharedPipeIsNotChanged) {
  line_log const log{context.get_executor(), {.descriptor = ends[1]}};
  EXPECT_EQ(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
}

}  // namespace
}  // namespace holdfast::kit
