#include "cli/siege/siege_transaction_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using ::testing::MatchesRegex;
using namespace std::chrono_literals;

struct transaction_line : ::testing::Test {
  siege_settings settings;
  siege_transaction what{.user = 3,
                         .status = 200,
                         .time = 4ms,
                         .body_bytes = 5,
                         .method = "GET",
                         .target = "/a?b",
                         .url = "http://h:1/a?b",
                         .url_id = 2};
  transaction_line() { settings.color = false; }

  std::string line() const {
    std::string out;
    siege_line_printer{settings, {time_point{}, wall_time{}}}.append(out, what, time_point{} + 12h);
    return out;
  }
};

TEST_F(transaction_line, IsSieges) {
  EXPECT_EQ(line(), "HTTP/1.1 200     0.00 secs:       5 bytes ==> GET  /a?b\n");
  what.time = 1236ms;
  what.http_minor = 0;
  EXPECT_EQ(line(), "HTTP/1.0 200     1.24 secs:       5 bytes ==> GET  /a?b\n");
  what.from_cache = true;
  EXPECT_EQ(line(), "HTTP/1.0 200(C)  1.24 secs:       5 bytes ==> GET  /a?b\n");
}

TEST_F(transaction_line, ShowsTheWholeUrlOfOtherMethodsOrOnDemand) {
  what.method = "POST";
  EXPECT_EQ(line(), "HTTP/1.1 200     0.00 secs:       5 bytes ==> POST http://h:1/a?b\n");
  what.method = "GET";
  settings.fullurl = true;
  EXPECT_EQ(line(), "HTTP/1.1 200     0.00 secs:       5 bytes ==> GET  http://h:1/a?b\n");
}

TEST_F(transaction_line, MayCarryTheUsersNumber) {
  settings.display_id = true;
  settings.timestamp = true;
  EXPECT_EQ(line(), "   3) HTTP/1.1 200   0.00 secs:       5 bytes ==> GET  /a?b\n") << "without a stamp, as in siege";
}

TEST_F(transaction_line, MayBeCommaSeparated) {
  settings.csv = true;
  EXPECT_THAT(line(), MatchesRegex("HTTP/1.1,200,  0.00,      5,/a\\?b,2,19[0-9-]+ [0-9:]+\n"));
  settings.mark = "M";
  settings.display_id = true;
  EXPECT_THAT(line(), MatchesRegex("M,   3,HTTP/1.1,200,  0.00,      5,/a\\?b,2,19[0-9-]+ [0-9:]+\n"));
}

TEST_F(transaction_line, MayBeginWithAStamp) {
  settings.timestamp = true;
  EXPECT_THAT(line(), MatchesRegex("\\[[A-Za-z]+, 19[0-9-]+ [0-9:]+\\] HTTP/1.1 200 .*\n"));
}

TEST_F(transaction_line, ColoursFollowTheStatus) {
  settings.color = true;
  struct color_case {
    std::uint16_t status;
    bool from_cache;
    char const* begins;
  };
  for (auto const& c : {color_case{200, false, "\x1b[0;34m"}, color_case{302, false, "\x1b[0;36m"},
                        color_case{404, false, "\x1b[0;35m"}, color_case{503, false, "\x1b[0;31m"},
                        color_case{304, true, "\x1b[0;32m"}}) {
    what.status = c.status;
    what.from_cache = c.from_cache;
    EXPECT_TRUE(line().starts_with(c.begins)) << c.status;
    EXPECT_TRUE(line().ends_with("\x1b[0m\n")) << c.status;
  }
}

TEST(SiegeErrorLine, IsMarkedAsInSiege) {
  EXPECT_EQ(siege_error_line("socket: x", false), "[error] socket: x\n");
  EXPECT_EQ(siege_error_line("socket: x", true), "[\x1b[1;33merror\x1b[0m] socket: x\n");
}

}  // namespace
}  // namespace holdfast::cli
