#include "target/special_answer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace holdfast::target {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

default_answer const& ordinary() {
  static default_answer const made{{.body_bytes = 100}};
  return made;
}

struct asked {
  request head;
  std::string_view body = {};
  std::uint64_t answers_before = 0;
};

answer ask(std::string_view target, asked const& with = {}) {
  auto head = with.head;
  if (head.method.empty()) head.method = "GET";
  head.target = target;
  return special_answer(head, match_path(head.method, target),
                        {.ordinary = ordinary(), .answers_before = with.answers_before, .body = with.body});
}

/// All that is sent, without its pauses; what never ends, once.
std::string text_of(answer const& a) {
  std::string all;
  for (auto const& s : a.steps) {
    if (auto const* fixed = std::get_if<send_fixed>(&s)) all += fixed->bytes;
    if (auto const* text = std::get_if<send_text>(&s)) all += text->bytes;
    if (auto const* paced = std::get_if<send_paced>(&s)) all += paced->bytes;
    if (auto const* forever = std::get_if<send_forever>(&s)) all += forever->bytes;
    if (auto const* pattern = std::get_if<send_filler>(&s)) all += filler(0, pattern->bytes);
  }
  return all;
}

std::string body_of(answer const& a) {
  auto const all = text_of(a);
  return all.substr(all.find("\r\n\r\n") + 4);
}

bool has_line(answer const& a, std::string_view line) {
  return text_of(a).find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
}

TEST(SpecialAnswer, HasTheStatusThatWasAskedFor) {
  struct status_case {
    char const* target;
    std::uint16_t status;
  };
  for (auto const& c : {
           status_case{"/status/404", 404},
           status_case{"/status/599", 599},
           status_case{"/status/100", 400},
           status_case{"/status/many", 400},
           status_case{"/bytes/10", 200},
           status_case{"/bytes/ten", 400},
           status_case{"/delay/1ms", 200},
           status_case{"/delay/1", 400},
           status_case{"/delay/2h", 400},
           status_case{"/redirect/2", 302},
           status_case{"/redirect/0", 400},
           status_case{"/redirect/1?status=307", 307},
           status_case{"/redirect/1?status=200", 400},
           status_case{"/redirect/1?to=%0d%0aX:y", 400},
           status_case{"/redirect-to/http://a/b", 302},
           status_case{"/basic-auth/a/b", 401},
           status_case{"/basic-auth/a", 400},
           status_case{"/no-content", 204},
           status_case{"/not-modified", 304},
           status_case{"/refused", 503},
           status_case{"/ok-by-fallback", 200},
           status_case{"/json", 200},
           status_case{"/html", 200},
           status_case{"/html/a.png", 200},
           status_case{"/cookies", 200},
           status_case{"/gzip", 200},
           status_case{"/echo", 200},
           status_case{"/slow-header?pause=0", 400},
           status_case{"/close-after/x", 400},
       }) {
    SCOPED_TRACE(c.target);
    auto const got = ask(c.target);
    EXPECT_EQ(got.status, c.status);
    EXPECT_TRUE(text_of(got).starts_with("HTTP/1.1 " + std::to_string(c.status) + " "));
    EXPECT_EQ(got.end, ending::keep);
  }
}

TEST(SpecialAnswer, RedirectsInStepsToItsGoal) {
  EXPECT_TRUE(has_line(ask("/redirect/3?to=/x"), "Location: /redirect/2?to=/x"));
  EXPECT_TRUE(has_line(ask("/redirect/1?to=%2Fx%3Fa%3Db"), "Location: /x?a=b"));
  EXPECT_TRUE(has_line(ask("/redirect/1"), "Location: /"));
  EXPECT_TRUE(has_line(ask("/redirect-to/http://a:1/b?c=d"), "Location: http://a:1/b?c=d"));
}

TEST(SpecialAnswer, SetsAndShowsCookies) {
  auto const set = ask("/cookies/set?a=b&c=d");
  EXPECT_TRUE(has_line(set, "Set-Cookie: a=b; Path=/"));
  EXPECT_TRUE(has_line(set, "Set-Cookie: c=d; Path=/"));
  auto const shown = ask("/cookies", {.head = {.cookie = "a=b; c=d"}});
  EXPECT_EQ(json::parse(body_of(shown))["cookies"], (json{{"a", "b"}, {"c", "d"}}));
}

TEST(SpecialAnswer, AsksForAndAcceptsCredentials) {
  auto const asks = ask("/basic-auth/us%20er/pass");
  EXPECT_TRUE(has_line(asks, "WWW-Authenticate: Basic realm=\"holdfast target\""));
  // base64("us er:pass")
  EXPECT_EQ(ask("/basic-auth/us%20er/pass", {.head = {.authorization = "Basic dXMgZXI6cGFzcw=="}}).status, 200);
  EXPECT_EQ(ask("/basic-auth/us%20er/wrong", {.head = {.authorization = "Basic dXMgZXI6cGFzcw=="}}).status, 401);
}

TEST(SpecialAnswer, EchoesHeadersAndBodyAlsoWhenTheyAreNoText) {
  auto const got = ask("/echo?x", {.head = {.method = "PUT", .headers = "A: b\r\nA: c\r\n"}, .body = "\xff\x01hi"});
  auto const told = json::parse(body_of(got));
  EXPECT_EQ(told["method"], "PUT");
  EXPECT_EQ(told["target"], "/echo?x");
  EXPECT_EQ(told["headers"]["A"], "b, c");
  EXPECT_EQ(told["body_bytes"], 4);
}

TEST(SpecialAnswer, SendsNoBodyToHead) {
  for (auto const* target :
       {"/bytes/10", "/json", "/close-delimited", "/status/404", "/delay/1ms", "/bytes/10?chunked=1"}) {
    SCOPED_TRACE(target);
    EXPECT_EQ(body_of(ask(target, {.head = {.method = "HEAD"}})), "");
  }
}

TEST(SpecialAnswer, WaitsBeforeADelayedAnswer) {
  auto const got = ask("/delay/50ms");
  ASSERT_EQ(got.steps.size(), 2u);
  EXPECT_EQ(std::get<wait_for>(got.steps.front()).length, 50ms);
}

TEST(SpecialAnswer, SendsInterimAnswersFirst) {
  auto const text = text_of(ask("/early-hints"));
  EXPECT_LT(text.find("HTTP/1.1 103 Early Hints\r\n"), text.find("HTTP/1.1 200 OK\r\n"));
}

TEST(SpecialAnswer, EndsACloseDelimitedBodyWithTheConnection) {
  auto const got = ask("/close-delimited");
  EXPECT_EQ(got.end, ending::close);
  EXPECT_TRUE(has_line(got, "Connection: close"));
  EXPECT_EQ(text_of(got).find("Content-Length"), std::string::npos);
  EXPECT_EQ(body_of(got).size(), 100u);
}

TEST(SpecialAnswer, CompressesForThoseWhoAccept) {
  EXPECT_TRUE(has_line(ask("/gzip", {.head = {.accepts_gzip = true}}), "Content-Encoding: gzip"));
  EXPECT_TRUE(body_of(ask("/gzip", {.head = {.accepts_gzip = true}})).starts_with("\x1f\x8b"));
  EXPECT_EQ(body_of(ask("/gzip")).size(), 100u);
}

TEST(SpecialAnswer, PromisesMoreThanATruncatedBodyHolds) {
  auto const got = ask("/truncated");
  EXPECT_TRUE(has_line(got, "Content-Length: 100"));
  EXPECT_EQ(body_of(got).size(), 50u);
  EXPECT_EQ(got.end, ending::close);
  EXPECT_EQ(got.status, 0);
}

TEST(SpecialAnswer, MisbehavesAsAsked) {
  EXPECT_EQ(ask("/reset").end, ending::reset);
  EXPECT_EQ(ask("/silence").end, ending::stall);
  EXPECT_TRUE(ask("/silence").steps.empty());
  EXPECT_GT(text_of(ask("/huge-header")).size(), 1024u * 1024u);
  EXPECT_TRUE(std::holds_alternative<send_forever>(ask("/endless-header").steps.back()));
  EXPECT_TRUE(std::holds_alternative<send_forever>(ask("/endless-chunks").steps.back()));
  EXPECT_TRUE(has_line(ask("/huge-length"), "Content-Length: 10000000000"));
  EXPECT_NE(text_of(ask("/nul-bytes")).find('\0'), std::string::npos);
  EXPECT_FALSE(text_of(ask("/garbage")).starts_with("HTTP"));
  EXPECT_EQ(std::get<send_paced>(ask("/byte-by-byte?pause=3ms").steps.front()).pause, 3ms);
}

TEST(SpecialAnswer, ClosesAfterSoManyAnswersOnAConnection) {
  EXPECT_EQ(ask("/close-after/2").end, ending::keep);
  EXPECT_EQ(ask("/close-after/2", {.answers_before = 1}).end, ending::close);
  EXPECT_TRUE(ask("/close-after/0").steps.empty());
}

TEST(DefaultAnswer, IsWhatTheSettingsSay) {
  request get;
  get.method = "GET";
  default_answer const made{{.status = 202, .body_bytes = 70, .content_type = "a/b", .headers = {{"X-A", "b"}}}};
  auto const text = std::string{*made.ready(get)};
  EXPECT_EQ(
      text.substr(0, text.find("\r\n\r\n") + 4),
      "HTTP/1.1 202 Accepted\r\nServer: holdfast-target\r\nContent-Type: a/b\r\nX-A: b\r\nContent-Length: 70\r\n\r\n");
  EXPECT_EQ(text.substr(text.find("\r\n\r\n") + 4), filler(0, 70));
  get.after = persistence::close;
  EXPECT_NE(made.ready(get)->find("Connection: close\r\n"), std::string::npos);
  get.after = persistence::keep_alive_10;
  EXPECT_NE(made.ready(get)->find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(DefaultAnswer, IsChunkedOnDemand) {
  request get;
  get.method = "GET";
  default_answer const small{{.body_bytes = 20'000, .chunked = true}};
  auto const text = *small.ready(get);
  EXPECT_NE(text.find("\r\n\r\n4000\r\n"), std::string_view::npos);
  EXPECT_NE(text.find("\r\ne20\r\n"), std::string_view::npos);
  EXPECT_TRUE(text.ends_with("\r\n0\r\n\r\n"));
}

TEST(DefaultAnswer, IsMadeOfStepsWhenItIsLarge) {
  request get;
  get.method = "GET";
  default_answer const large{{.body_bytes = 10'000'000}};
  EXPECT_FALSE(large.ready(get));
  EXPECT_EQ(std::get<send_filler>(large.steps(get).steps.back()).bytes, 10'000'000u);
  get.method = "HEAD";
  EXPECT_TRUE(large.ready(get));
}

TEST(Filler, GoesOnWhereItStopped) {
  std::string pieces;
  while (pieces.size() < 1000) pieces += filler(pieces.size(), std::min<std::size_t>(77, 1000 - pieces.size()));
  EXPECT_EQ(pieces, filler(0, 1000));
  EXPECT_EQ(filler(63, 1u << 30u).size(), 64u * 1024u);
}

}  // namespace
}  // namespace holdfast::target
