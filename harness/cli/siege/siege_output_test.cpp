#include "cli/siege/siege_output.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

struct pipe_ends {
  pipe_ends() { EXPECT_EQ(::pipe(ends.data()), 0); }
  ~pipe_ends() {
    for (auto const end : ends) ::close(end);
  }
  std::array<int, 2> ends{};
};

std::uint64_t lines_in(int file, std::uint64_t expected) {
  std::uint64_t lines = 0;
  std::array<char, 4096> buffer{};
  while (lines < expected) {
    auto const got = ::read(file, buffer.data(), buffer.size());
    if (got <= 0) break;
    lines += static_cast<std::uint64_t>(std::count(buffer.begin(), buffer.begin() + got, '\n'));
  }
  return lines;
}

TEST(BackgroundStream, TakesLinesWithoutWaitingForAReaderAndCountsThoseLeftOut) {
  pipe_ends pipe;
  constexpr std::size_t most_waiting = 1000;
  // Behind what a pipe holds and what may wait, nothing is taken: were it to wait, this test would not end.
  background_stream stream{pipe.ends[1], broken_pipe::is_an_error, most_waiting};
  constexpr std::uint64_t offered = 100'000;
  for (std::uint64_t i = 0; i < offered; ++i) stream.offer("a line of some twenty\n");
  std::uint64_t read = 0;
  std::thread reader{[&] { read = lines_in(pipe.ends[0], offered); }};
  auto const account = stream.finish();
  EXPECT_TRUE(account.written);
  EXPECT_GT(account.lines_left_out, 0U);
  // The reader waits for more than was written: the rest of the lines ends it.
  auto const rest = std::string(account.lines_left_out, '\n');
  EXPECT_TRUE(write_stream(pipe.ends[1], rest, broken_pipe::is_an_error));
  reader.join();
  EXPECT_EQ(read, offered);
}

TEST(BackgroundStream, TakesOneTextOfAnySize) {
  pipe_ends pipe;
  background_stream stream{pipe.ends[1], broken_pipe::is_an_error, 10};
  stream.offer(std::string(100, '\n'));
  EXPECT_EQ(lines_in(pipe.ends[0], 100), 100U);
  EXPECT_EQ(stream.finish().lines_left_out, 0U);
}

TEST(BackgroundStream, TellsTheFirstFailure) {
  auto const full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  background_stream stream{full, broken_pipe::is_an_error};
  stream.offer("line\n");
  stream.offer("line\n");
  auto const account = stream.finish();
  ASSERT_FALSE(account.written);
  EXPECT_EQ(account.written.error().value(), ENOSPC);
  EXPECT_EQ(account.lines_left_out, 0U);
  ::close(full);
}

TEST(BatchingSink, KeepsStandardOutputForTheJsonReport) {
  pipe_ends out, err;
  {
    background_stream out_stream{out.ends[1], broken_pipe::is_an_error};
    background_stream err_stream{err.ends[1], broken_pipe::is_an_error};
    batching_sink text{out_stream, err_stream, false};
    batching_sink json{out_stream, err_stream, true};
    text.print("1\n", {});
    json.print("2\n", {});
    json.complain("3\n", {});
    text.flush();
    json.flush();
  }
  EXPECT_EQ(lines_in(out.ends[0], 1), 1U);
  EXPECT_EQ(lines_in(err.ends[0], 2), 2U);
}

}  // namespace
}  // namespace holdfast::cli
