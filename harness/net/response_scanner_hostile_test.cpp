// What is not an answer, or would never end.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/response_scanner.hpp"
#include "net/response_scanner_test_support.hpp"

namespace holdfast::net {
namespace {

using namespace std::string_literals;

struct bad_case {
  char const* problem_part;
  std::string bytes;
};

std::vector<bad_case> bad_answers() {
  std::string const ok = "HTTP/1.1 200 OK\r\n";
  std::string const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  return {
      {"does not begin like", "garbage\r\n"},
      {"does not begin like", "SSH-2.0-no end of line"},
      {"does not begin like", "\r\nHTTP/1.1 200 OK\r\n"},
      {"does not begin like", "\0\0\0\0"s},
      {"does not begin like", "HTTP/1.1\r\n"},
      {"does not begin like", "HTTP/1.1 200OK\r\n"},
      {"does not begin like", "HTTP/1.1 2\r\n\r\nhello"},
      {"does not begin like", "HTTP/1.\n 200 OK\r\n"},
      {"does not begin like", "http/1.1 200 OK\r\n"},
      {"an HTTP version", "HTTP/1.2 200 OK\r\n"},
      {"does not begin like", "HTTP/2.0 200 OK\r\n"},
      {"three digits", "HTTP/1.1 20 OK\r\n"},
      {"three digits", "HTTP/1.1 2000 OK\r\n"},
      {"three digits", "HTTP/1.1 099 OK\r\n"},
      {"three digits", "HTTP/1.1 +20 OK\r\n"},
      {"control byte", "HTTP/1.1 200 O\0K\r\n"s},
      {"control byte", ok + "X: a\0b\r\n"s},
      {"control byte", ok + "X: a\x7f\r\n"},
      {"control byte", ok + "X: a\rb\r\n"},
      {"control byte", ok + "X: a\r\r\n"},
      {"control byte", ok + "\rX: a\r\n"},
      {"without a name", ok + "X : a\r\n"},
      {"without a name", ok + ": a\r\n"},
      {"without a name", ok + "no colon\r\n"},
      {"without a name", ok + "n\xc3\xa4me: a\r\n"},
      {"white space before", ok + " X: a\r\n"},
      {"folded", ok + "Content-Length: 1\r\n 0\r\n"},
      {"folded", ok + "Transfer-Encoding: gzip,\r\n chunked\r\n"},
      {"Content-Length", ok + "Content-Length: -1\r\n"},
      {"Content-Length", ok + "Content-Length: +1\r\n"},
      {"Content-Length", ok + "Content-Length: 0x10\r\n"},
      {"Content-Length", ok + "Content-Length:\r\n"},
      {"Content-Length", ok + "Content-Length: 1 2\r\n"},
      {"Content-Length", ok + "Content-Length: 18446744073709551616\r\n"},
      {"Content-Length", ok + "Content-Length: 99999999999999999999999999\r\n"},
      {"two different", ok + "Content-Length: 1\r\nContent-Length: 2\r\n"},
      {"two different", ok + "Content-Length: 1, 2\r\n"},
      {"chunked twice", ok + "Transfer-Encoding: chunked, chunked\r\n"},
      {"not a list of codings", ok + "Transfer-Encoding: \xe9, chunked\r\n"},
      {"not a list of codings", ok + "Transfer-Encoding: chunked;a=b\r\n"},
      {"not a list of codings", ok + "Transfer-Encoding: chunked gzip\r\n"},
      {"without a size", chunked + "\r\n"},
      {"without a size", chunked + ";x\r\n"},
      {"without a size", chunked + "x\r\n"},
      {"not a hexadecimal", chunked + "1x\r\n"},
      {"not a hexadecimal", chunked + "1 1\r\n"},
      {"not a hexadecimal", chunked + "1\n"},
      {"beyond 2^64", chunked + "10000000000000000\r\n"},
      {"beyond 2^64", chunked + "1\r\nx\r\nffffffffffffffff\r\n"},
      {"longer than its size", chunked + "1\r\nxy\r\n"},
      {"does not end in CR LF", chunked + "1\r\nx\rx"},
      {"size which does not end", chunked + "1\rx"},
      {"control byte", chunked + "1;\x01\r\n"},
      {"without a name", chunked + "0\r\nbad trailer\r\n"},
  };
}

TEST(ResponseScanner, RefusesWhatIsNotAnAnswerAndSaysWhy) {
  for (auto const& c : bad_answers()) {
    SCOPED_TRACE(c.bytes);
    auto const whole = scan_whole(c.bytes);
    EXPECT_EQ(whole.state, scan_state::malformed);
    EXPECT_NE(whole.problem.find(c.problem_part), std::string::npos) << whole.problem;
    EXPECT_FALSE(whole.finished);
    for (std::size_t const piece : {1, 2, 3, 7}) {
      auto const pieces = scan(c.bytes, piece);
      EXPECT_EQ(pieces.state, scan_state::malformed);
      EXPECT_EQ(pieces.problem, whole.problem);
    }
  }
}

/// Feeds `head`, then `piece` again and again, until the scanner has had enough or `most` bytes went in.
std::size_t bytes_endured(response_scanner& scanner, std::string const& head, std::string const& piece,
                          std::size_t most) {
  std::size_t fed = scanner.feed(head);
  while (fed < most && scanner.state() < scan_state::complete) {
    (void)scanner.feed(piece);
    fed += piece.size();
  }
  return fed;
}

TEST(ResponseScanner, GivesUpOnWhatNeverEnds) {
  struct endless_case {
    char const* claim;
    std::string head;
    std::string piece;
    std::size_t at_most;
  };
  std::string const ok = "HTTP/1.1 200 OK\r\n";
  auto const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  for (auto const& c : {
           endless_case{"one endless header", ok + "X: ", std::string(1000, 'a'), 67'000},
           endless_case{"one endless name", ok, std::string(1000, 'a'), 67'000},
           endless_case{"an endless reason", "HTTP/1.1 200 ", std::string(1000, 'a'), 67'000},
           endless_case{"a header bomb", ok, "X: a\r\n", 1600},
           endless_case{"endless folding", ok + "X: a\r\n", " a\r\n", 66'000},
           endless_case{"endless 100 Continue", "", "HTTP/1.1 100 Continue\r\n\r\n", 1700},
           endless_case{"an endless chunk extension", chunked + "1;", std::string(100, 'a'), 4300},
           endless_case{"a chunk size of zeros", chunked, std::string(100, '0'), 4300},
           endless_case{"endless trailers", chunked + "0\r\n", "X: " + std::string(1000, 'a') + "\r\n", 18'000},
       }) {
    SCOPED_TRACE(c.claim);
    response_scanner scanner;
    scanner.start();
    EXPECT_LE(bytes_endured(scanner, c.head, c.piece, 1'000'000), c.at_most);
    EXPECT_EQ(scanner.state(), scan_state::malformed);
    EXPECT_NE(scanner.problem().find("allowed"), std::string_view::npos) << scanner.problem();
  }
}

TEST(ResponseScanner, EnduresEndlessChunksWithoutKeepingThem) {
  response_scanner scanner;
  scanner.start();
  auto const fed =
      bytes_endured(scanner, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 6'000'000);
  EXPECT_EQ(scanner.state(), scan_state::in_body);
  EXPECT_NEAR(static_cast<double>(scanner.body_bytes()), static_cast<double>(fed) / 6, 10.0);
  EXPECT_EQ(scanner.body(), "");
}

TEST(ResponseScanner, IsAsNewAfterABadAnswer) {
  response_scanner scanner;
  scanner.start(body_rule::never, retain::fields_and_body);
  (void)scanner.feed(std::string_view{"HTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: x\r\n"});
  ASSERT_EQ(scanner.state(), scan_state::malformed);
  EXPECT_EQ(scanner.feed(std::string_view{"more"}), 0U);
  scanner.start();
  EXPECT_EQ(scanner.problem(), "");
  std::string_view const good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  EXPECT_EQ(scanner.feed(good), good.size());
  EXPECT_EQ(scanner.state(), scan_state::complete);
  EXPECT_EQ(scanner.body_bytes(), 2U);
  EXPECT_TRUE(scanner.fields().empty());
}

}  // namespace
}  // namespace holdfast::net
