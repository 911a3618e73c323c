#include "net/response_scanner.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/response_scanner_test_support.hpp"

namespace holdfast::net {
namespace {

struct answer_case {
  char const* claim;
  std::string bytes;
  std::uint16_t status;
  bool keep_alive;
  body_framing framing;
  std::string body;
  std::size_t left_over = 0;
  body_rule rule = body_rule::by_headers;
};

std::vector<answer_case> answers() {
  using enum body_framing;
  auto const never = body_rule::never;
  return {
      {"a fixed length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, true, length, "hello"},
      {"an empty body", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, true, length, ""},
      {"what follows is left", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP", 200, true, length, "x", 4},
      {"a missing reason", "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404, true, length, ""},
      {"a missing reason and blank", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", 404, true, length, ""},
      {"bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, true, length, "ok"},
      {"equal lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok", 200, true, length,
       "ok"},
      {"blanks and tabs around a value", "HTTP/1.1 200 OK\r\nContent-Length:\t 2 \t\r\n\r\nok", 200, true, length,
       "ok"},
      {"a tab and Latin-1 in a value", "HTTP/1.1 200 OK\r\nX: a\tb\xe9\r\nContent-Length: 0\r\n\r\n", 200, true, length,
       ""},
      {"a folded field", "HTTP/1.1 200 OK\r\nX: a\r\n  b\r\n \r\nContent-Length: 0\r\n\r\n", 200, true, length, ""},
      {"an empty value", "HTTP/1.1 200 OK\r\nX:\r\nContent-Length: 0\r\n\r\n", 200, true, length, ""},
      {"close ends it", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", 200, false, length, ""},
      {"close in a list", "HTTP/1.1 200 OK\r\nConnection: x, close\r\nContent-Length: 0\r\n\r\n", 200, false, length,
       ""},
      {"not every word is close", "HTTP/1.1 200 OK\r\nConnection: closed\r\nContent-Length: 0\r\n\r\n", 200, true,
       length, ""},
      {"HTTP/1.0 closes", "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 200, false, length, ""},
      {"HTTP/1.0 may stay", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", 200, true, length,
       ""},
      {"until close", "HTTP/1.1 200 OK\r\n\r\nall of this", 200, false, until_close, "all of this"},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n", 200,
       true, chunked, "abc0123456789"},
      {"no chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, true, chunked, ""},
      {"extensions and trailers",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n2;a=\"b;c\"\r\nhi\r\n1 ;x\r\n!\r\n0;end\r\nSum: "
       "1\r\nContent-Length: "
       "9\r\n\r\n",
       200, true, chunked, "hi!"},
      {"blanks behind a chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2  \r\nhi\r\n0\r\n\r\n", 200,
       true, chunked, "hi"},
      {"chunked wins but is not trusted",
       "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, false,
       chunked, "x"},
      {"chunked in HTTP/1.0",
       "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, false,
       chunked, "x"},
      {"another coding below", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200,
       true, chunked, "x"},
      {"codings in two fields",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, true,
       chunked, "x"},
      {"chunked is not the last", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\nrest", 200, false,
       until_close, "rest"},
      {"a foreign coding beats the length",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\nrest", 200, false, until_close, "rest"},
      {"identity is no coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok", 200,
       true, length, "ok"},
      {"an answer to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", 200, true, none, "", 0, never},
      {"chunked to HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, true, none, "", 0, never},
      {"no framing to HEAD", "HTTP/1.1 200 OK\r\n\r\n", 200, true, none, "", 0, never},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, true, none, ""},
      {"304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n", 304, true, none, ""},
      {"100 before 200", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, true,
       length, "ok"},
      {"103 with fields", "HTTP/1.1 103 Early\r\nContent-Length: 7\r\nConnection: close\r\n\r\nHTTP/1.1 204 x\r\n\r\n",
       204, true, none, ""},
      {"101 ends HTTP", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nraw", 101, false, none, "", 3},
      {"a status from elsewhere", "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", 999, true, length, ""},
  };
}

TEST(ResponseScanner, ReadsWholeAnswers) {
  for (auto const& c : answers()) {
    SCOPED_TRACE(c.claim);
    auto const found = scan_whole(c.bytes, c.rule);
    EXPECT_EQ(found.problem, "");
    ASSERT_EQ(found.state, scan_state::complete);
    EXPECT_EQ(found.taken, c.bytes.size() - c.left_over);
    EXPECT_EQ(found.head.status, c.status);
    EXPECT_EQ(found.head.keep_alive, c.keep_alive);
    EXPECT_EQ(found.head.framing, c.framing);
    EXPECT_EQ(found.body, c.body);
    EXPECT_EQ(found.body_bytes, c.body.size());
  }
}

void expect_same(scan_result const& whole, scan_result const& pieces) {
  EXPECT_EQ(whole.state, pieces.state);
  EXPECT_EQ(whole.finished, pieces.finished);
  EXPECT_EQ(whole.problem, pieces.problem);
  EXPECT_EQ(whole.body_bytes, pieces.body_bytes);
  EXPECT_EQ(whole.body, pieces.body);
  EXPECT_EQ(whole.reason, pieces.reason);
  EXPECT_EQ(whole.fields, pieces.fields);
  EXPECT_EQ(whole.head.status, pieces.head.status);
  EXPECT_EQ(whole.head.keep_alive, pieces.head.keep_alive);
  EXPECT_EQ(whole.head.framing, pieces.head.framing);
  if (whole.state != scan_state::malformed) {
    EXPECT_EQ(whole.taken, pieces.taken);
  }
}

/// The stream cut once at `cut`.
scan_result scan_cut_at(std::string const& bytes, std::size_t cut, body_rule rule) {
  response_scanner scanner;
  scanner.start(rule, retain::nothing);
  auto taken = scanner.feed(std::span{bytes}.first(cut));
  taken += scanner.feed(std::span{bytes}.subspan(taken));
  scan_result found{.finished = scanner.finish(), .taken = taken, .head = scanner.head()};
  found.state = scanner.state();
  found.body_bytes = scanner.body_bytes();
  return found;
}

TEST(ResponseScanner, DoesNotCareWhereTheStreamWasCut) {
  for (auto const& c : answers()) {
    SCOPED_TRACE(c.claim);
    auto const whole = scan_whole(c.bytes, c.rule);
    for (std::size_t const piece : {1, 2, 3, 7}) expect_same(whole, scan(c.bytes, piece, c.rule));
    for (std::size_t cut = 0; cut <= c.bytes.size(); ++cut) {
      SCOPED_TRACE(cut);
      auto const found = scan_cut_at(c.bytes, cut, c.rule);
      EXPECT_EQ(found.state, scan_state::complete);
      EXPECT_EQ(found.taken, whole.taken);
      EXPECT_EQ(found.head.status, c.status);
      EXPECT_EQ(found.head.keep_alive, c.keep_alive);
      EXPECT_EQ(found.body_bytes, c.body.size());
    }
  }
}

TEST(ResponseScanner, AnEndInTheMiddleIsNoAnswer) {
  for (auto const& c : answers()) {
    if (c.framing == body_framing::until_close) continue;
    SCOPED_TRACE(c.claim);
    auto const whole = scan_whole(c.bytes, c.rule);
    for (std::size_t size = 0; size < whole.taken; ++size) {
      auto const part = scan_whole(c.bytes.substr(0, size), c.rule);
      EXPECT_FALSE(part.finished) << size;
      EXPECT_LT(part.state, scan_state::complete) << size;
    }
  }
}

TEST(ResponseScanner, KnowsWhetherAnythingHasCome) {
  response_scanner scanner;
  scanner.start();
  EXPECT_FALSE(scanner.has_begun());
  EXPECT_EQ(scanner.feed({}), 0U);
  EXPECT_FALSE(scanner.has_begun());
  (void)scanner.feed(std::string_view{"H"});
  EXPECT_TRUE(scanner.has_begun());
  scanner.start();
  EXPECT_FALSE(scanner.has_begun());
}

TEST(ResponseScanner, KeepsReasonAndFieldsInOrder) {
  auto const found = scan_whole(
      "HTTP/1.1 200 Quite OK \r\nSet-Cookie: a=1\r\nX-Empty:\r\nset-cookie:  b=2 \r\nX: "
      "one\r\n\ttwo\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(found.reason, "Quite OK");
  EXPECT_EQ(found.fields, "Set-Cookie=a=1;X-Empty=;set-cookie=b=2;X=one two;Content-Length=0;");
}

TEST(ResponseScanner, KeepsNothingUnlessAsked) {
  response_scanner scanner;
  scanner.start(body_rule::by_headers, retain::nothing);
  (void)scanner.feed(std::string_view{"HTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 2\r\n\r\nok"});
  EXPECT_EQ(scanner.state(), scan_state::complete);
  EXPECT_EQ(scanner.reason(), "");
  EXPECT_TRUE(scanner.fields().empty());
  EXPECT_EQ(scanner.body(), "");
  EXPECT_FALSE(scanner.body_was_cut());
  scanner.start(body_rule::by_headers, retain::fields);
  (void)scanner.feed(std::string_view{"HTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 2\r\n\r\nok"});
  EXPECT_EQ(scanner.fields().size(), 2U);
  EXPECT_EQ(scanner.body(), "");
}

TEST(ResponseScanner, CutsALongBodyAndCountsAllOfIt) {
  auto const found =
      scan("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", 4, body_rule::by_headers, {.kept_body_bytes = 7});
  EXPECT_EQ(found.state, scan_state::complete);
  EXPECT_EQ(found.body, "0123456");
  EXPECT_EQ(found.body_bytes, 10U);
}

TEST(ResponseScanner, OffersWhatMayBeDiscardedUnseen) {
  response_scanner scanner;
  scanner.start();
  EXPECT_EQ(scanner.skippable(), 0U);
  (void)scanner.feed(std::string_view{"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\nxx"});
  ASSERT_EQ(scanner.skippable(), 9'999'999'998U);
  scanner.skipped(9'999'999'990U);
  EXPECT_EQ(scanner.state(), scan_state::in_body);
  EXPECT_EQ(scanner.skippable(), 8U);
  scanner.skipped(8);
  EXPECT_EQ(scanner.state(), scan_state::complete);
  EXPECT_EQ(scanner.body_bytes(), 10'000'000'000U);
  EXPECT_EQ(scanner.skippable(), 0U);
}

TEST(ResponseScanner, OffersTheRestOfAChunkToo) {
  response_scanner scanner;
  scanner.start();
  (void)scanner.feed(std::string_view{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n"});
  ASSERT_EQ(scanner.skippable(), 255U);
  scanner.skipped(255);
  EXPECT_EQ(scanner.skippable(), 0U);
  (void)scanner.feed(std::string_view{"\r\n0\r\n\r\n"});
  EXPECT_EQ(scanner.state(), scan_state::complete);
}

TEST(ResponseScanner, OffersNothingThatIsStillToBeKept) {
  response_scanner scanner{{.kept_body_bytes = 4}};
  scanner.start(body_rule::by_headers, retain::fields_and_body);
  (void)scanner.feed(std::string_view{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012"});
  EXPECT_EQ(scanner.skippable(), 0U);
  (void)scanner.feed(std::string_view{"3"});
  ASSERT_EQ(scanner.skippable(), 6U);
  scanner.skipped(6);
  EXPECT_EQ(scanner.body(), "0123");
  EXPECT_TRUE(scanner.body_was_cut());
}

TEST(ResponseScanner, ARememberedHeadChangesNothing) {
  std::vector<std::string> const answers{
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nho",
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhey",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil close",
      "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
  };
  head_memo memo;
  response_scanner remembering{{}, &memo};
  response_scanner plain;
  for (auto const rule : {body_rule::by_headers, body_rule::never}) {
    for (int again = 0; again < 2; ++again) {
      for (auto const& text : answers) {
        for (int twice = 0; twice < 2; ++twice) {
          SCOPED_TRACE(text);
          remembering.start(rule);
          plain.start(rule);
          EXPECT_EQ(remembering.feed(text), plain.feed(text));
          EXPECT_EQ(remembering.state(), plain.state());
          EXPECT_EQ(remembering.head().status, plain.head().status);
          EXPECT_EQ(remembering.head().keep_alive, plain.head().keep_alive);
          EXPECT_EQ(remembering.head().framing, plain.head().framing);
          EXPECT_EQ(remembering.head().content_length, plain.head().content_length);
          EXPECT_EQ(remembering.body_bytes(), plain.body_bytes());
        }
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::net
