#include "net/precise_timer.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/short_read_buffer.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;

TEST(PreciseTimer, FiresOnceAndNotBeforeItsTime) {
  boost::asio::io_context context;
  int fired = 0;
  std::optional<precise_timer> timer;
  auto const when = clock_seam::now() + 2ms;
  time_point fired_at{};
  timer.emplace(context.get_executor(), [&](std::uint64_t expirations) {
    EXPECT_EQ(expirations, 1u);
    fired_at = clock_seam::now();
    ++fired;
    timer.reset();
  });
  timer->arm(when);
  context.run();
  EXPECT_EQ(fired, 1);
  EXPECT_GE(fired_at, when);
}

TEST(PreciseTimer, FiresForATimeThatIsPast) {
  boost::asio::io_context context;
  int fired = 0;
  std::optional<precise_timer> timer;
  timer.emplace(context.get_executor(), [&](std::uint64_t) {
    ++fired;
    timer.reset();
  });
  timer->arm(time_point{});
  context.run();
  EXPECT_EQ(fired, 1);
}

TEST(PreciseTimer, CountsEachPeriodOnceHoweverLateItIsServed) {
  boost::asio::io_context context;
  auto const first = clock_seam::now() - 10ms;
  std::uint64_t counted = 0;
  std::optional<precise_timer> timer;
  timer.emplace(context.get_executor(), [&](std::uint64_t expirations) {
    auto const most = static_cast<std::uint64_t>((clock_seam::now() - first) / 1ms + 1);
    counted += expirations;
    EXPECT_GE(counted, 11u);
    EXPECT_LE(counted, most);
    if (counted >= 15) timer.reset();
  });
  timer->arm_periodic(first, 1ms);
  context.run();
  EXPECT_GE(counted, 15u);
}

TEST(PreciseTimer, ForgetsWhatItWasArmedForWhenArmedAnew) {
  boost::asio::io_context context;
  std::optional<precise_timer> timer;
  auto const later = clock_seam::now() + 3ms;
  std::vector<time_point> fired;
  timer.emplace(context.get_executor(), [&](std::uint64_t) {
    fired.push_back(clock_seam::now());
    timer.reset();
  });
  timer->arm(time_point{});  // already due, and replaced before the context could serve it
  timer->arm(later);
  context.run();
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_GE(fired.front(), later);
}

TEST(PreciseTimer, StaysSilentAfterCancel) {
  boost::asio::io_context context;
  bool fired = false;
  precise_timer cancelled{context.get_executor(), [&](std::uint64_t) { fired = true; }};
  precise_timer periodic{context.get_executor(), [&](std::uint64_t) { fired = true; }};
  cancelled.arm(time_point{});
  cancelled.cancel();
  periodic.arm_periodic(time_point{}, 1us);
  periodic.cancel();
  std::optional<precise_timer> last;
  last.emplace(context.get_executor(), [&](std::uint64_t) { context.stop(); });
  last->arm(clock_seam::now() + 1ms);
  context.run();
  EXPECT_FALSE(fired);
}

TEST(PreciseTimer, MayArmItselfInItsHandler) {
  boost::asio::io_context context;
  int fired = 0;
  std::optional<precise_timer> timer;
  timer.emplace(context.get_executor(), [&](std::uint64_t) {
    if (++fired == 100) return timer.reset();
    timer->arm(clock_seam::now());
  });
  timer->arm(clock_seam::now());
  context.run();
  EXPECT_EQ(fired, 100);
}

TEST(PreciseTimer, MayOutliveTheRunOfItsContext) {
  auto context = std::make_unique<boost::asio::io_context>();
  precise_timer const unused{context->get_executor(), [](std::uint64_t) { FAIL(); }};
}

// The reactor keeps no note of data that came before a short read, so the next read must still see what comes later.
TEST(ShortReadBuffer, SeesDataThatComesAfterAShortRead) {
  using stream = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol>;
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  boost::asio::io_context context;
  stream reader{context, boost::asio::generic::stream_protocol{AF_UNIX, 0}, ends[0]};
  char buffer[8];
  std::string seen;
  std::function<void()> read = [&] {
    reader.async_receive(short_read_buffer{buffer, sizeof buffer}, [&](boost::system::error_code ec, std::size_t n) {
      if (ec) return;
      seen.append(buffer, n);
      if (seen.size() == 2) {
        EXPECT_EQ(::write(ends[1], "cdefghijkl", 10), 10);
      }
      if (seen.size() == 12) ::close(ends[1]);
      read();
    });
  };
  ASSERT_EQ(::write(ends[1], "ab", 2), 2);
  read();
  context.run();
  EXPECT_EQ(seen, "abcdefghijkl");
}

}  // namespace
}  // namespace holdfast::net
