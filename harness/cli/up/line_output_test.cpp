#include "cli/up/line_output.hpp"

#include <array>
#include <csignal>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/node/file_descriptor.hpp"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;

class LineOutput : public ::testing::Test {
 protected:
  LineOutput() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = cluster::file_descriptor{ends[0]};
    writer_ = cluster::file_descriptor{ends[1]};
    ::fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
  }

  std::string read_all() {
    std::string all;
    std::array<char, 4096> buffer{};
    for (;;) {
      auto const got = ::read(reader_.get(), buffer.data(), buffer.size());
      if (got <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  boost::asio::io_context context_;
  cluster::file_descriptor reader_;
  cluster::file_descriptor writer_;
};

TEST_F(LineOutput, WritesAtOnceWhatIsRead) {
  line_output out{context_.get_executor(), writer_.get()};
  out.say("pod/book  ready");
  EXPECT_EQ(read_all(), "pod/book  ready\n");
}

TEST_F(LineOutput, WaitsForNobodyAndLosesNothingUpToItsBound) {
  line_output out{context_.get_executor(), writer_.get()};
  std::string const line(999, 'x');
  for (int i = 0; i < 300; ++i) out.say(line);  // a pipe holds 64 KiB
  std::size_t read = 0;
  for (int i = 0; i < 10; ++i) {
    read += read_all().size();
    out.finish(0ms);
  }
  EXPECT_EQ(read, 300'000U);
}

TEST_F(LineOutput, CountsWhatItLeavesOut) {
  line_output out{context_.get_executor(), writer_.get(), 2000};
  std::string const line(999, 'x');
  for (int i = 0; i < 100; ++i) out.say(line);
  auto const first = read_all();
  out.finish(0ms);
  auto const rest = read_all();
  auto const lines = (first + rest).find("(");
  ASSERT_NE(lines, std::string::npos);
  auto const whole_lines = lines / 1000;
  EXPECT_EQ((first + rest).substr(lines), "(" + std::to_string(100 - whole_lines) +
                                              " lines were left out: nobody read what was written before them)\n");
}

TEST_F(LineOutput, AReaderThatHasGoneEndsNothing) {
  auto const before = ::signal(SIGPIPE, SIG_IGN);
  line_output out{context_.get_executor(), writer_.get()};
  reader_.reset();
  out.say("anybody?");
  out.finish(1h);  // there is nothing to wait for
  ::signal(SIGPIPE, before);
}

struct printable_case {
  char const* claim;
  std::string_view text;
  char const* shown;
};

TEST(PrintableText, ShowsNothingThatATerminalWouldObey) {
  for (auto const& c : {printable_case{"plain text stays", "book \xC3\xA9 \xE2\x82\xAC", "book \xC3\xA9 \xE2\x82\xAC"},
                        printable_case{"lines and tabs stay", "a\n\tb", "a\n\tb"},
                        printable_case{"escape sequences do not", "\x1B[2Jgone\x07", "?[2Jgone?"},
                        printable_case{"nor a carriage return", "all is well\rbad", "all is well?bad"},
                        printable_case{"nor the eight-bit ones",
                                       "a\xC2\x9B"
                                       "2J\xC2\xA0",
                                       "a?2J\xC2\xA0"},
                        printable_case{"broken UTF-8", "a\xFFz\xE2\x82", "a?z??"},
                        printable_case{"a zero", std::string_view{"a\0b", 3}, "a?b"}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(printable_text(c.text), c.shown);
  }
}

}  // namespace
}  // namespace holdfast::cli
