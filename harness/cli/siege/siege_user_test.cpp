#include "cli/siege/siege_user.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/siege/siege_message_text.hpp"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

struct recording_sink final : transaction_sink {
  void print(std::string_view text, time_point) override { out += text; }
  void complain(std::string_view text, time_point) override { err += text; }
  std::string out, err;
};

/// Plays the server for one user: every request is recorded, every answer scripted.
struct siege_user_play : ::testing::Test {
  siege_plan plan;
  std::optional<siege_abort_switch> abort{1024};
  load::origin_table origins;
  recording_sink sink;
  std::unique_ptr<siege_shard> shard;
  std::unique_ptr<siege_user> user;
  time_point now{};
  std::vector<std::string> lines;  ///< request lines

  siege_user_play() {
    plan.settings = shipped_siege_settings(siege_dialect::v4_0);
    plan.settings.color = false;
    plan.settings.concurrent = 1;
    plan.settings.reps = 1;
  }
  void url(std::string_view text, std::string method = "GET", std::string body = {}) {
    plan.urls.push_back(
        {.where = *net::parse_url(text), .method = std::move(method), .body = std::move(body), .content_type = {}});
  }
  void start(std::uint64_t number = 0) {
    shard = std::make_unique<siege_shard>(plan, *abort, origins, sink, siege_calendar{});
    user = std::make_unique<siege_user>(*shard, number);
  }
  /// The request that the user sends now, or "" when it is done.
  std::string request() {
    auto const move = user->next(now);
    auto const* const sent = std::get_if<load::attempt>(&move);
    if (sent == nullptr) return "";
    last = *sent;
    std::string const bytes{sent->bytes};
    lines.push_back(bytes.substr(0, bytes.find("\r\n")));
    return bytes;
  }
  load::judgement answer(std::uint16_t status, std::vector<net::header_field> const& headers = {},
                         std::string_view body = "hello") {
    auto const started = now;
    now += 10ms;
    return user->on_answer({.status = status, .body_bytes = body.size(), .headers = headers, .body = body},
                           {started, now});
  }
  void fail(load::outcome reason, std::string_view detail = {}) {
    auto const started = now;
    now += 10ms;
    user->on_failure(reason, detail, {started, now});
  }
  bool is_done() { return std::holds_alternative<load::retired>(user->next(now)); }
  siege_tally const& tally() { return shard->tally(); }

  load::attempt last;
};

TEST_F(siege_user_play, ARepetitionIsOneRequestAndItsLine) {
  url("http://h:81/a");
  start();
  EXPECT_TRUE(request().starts_with("GET /a HTTP/1.1\r\nHost: h:81\r\nAccept: */*\r\n"));
  EXPECT_TRUE(last.close_after);
  EXPECT_EQ(origins[last.origin].port, 81);
  EXPECT_EQ(answer(200).verdict, load::outcome::ok);
  EXPECT_EQ(sink.out, "HTTP/1.1 200     0.01 secs:       5 bytes ==> GET  /a\n");
  EXPECT_TRUE(is_done());
  EXPECT_EQ(tally().transactions, 1U);
}

TEST_F(siege_user_play, AQuietUserPrintsNothing) {
  url("http://h/a");
  plan.settings.json_output = true;
  start();
  (void)request();
  answer(200);
  EXPECT_EQ(sink.out + sink.err, "");
}

TEST_F(siege_user_play, EachHopOfARedirectIsATransaction) {
  url("http://h/a", "POST", "x");
  start();
  (void)request();
  answer(302, {{"Location", "/b"}});
  (void)request();
  answer(301, {{"location", "http://other:90/c"}});
  EXPECT_THAT(request(), HasSubstr("Host: other:90\r\n"));
  answer(200);
  EXPECT_TRUE(is_done());
  EXPECT_THAT(lines, ElementsAre("POST /a HTTP/1.1", "GET /b HTTP/1.1", "GET /c HTTP/1.1"));
  EXPECT_EQ(tally().transactions, 3U);
  EXPECT_EQ(tally().successful, 3U);
}

TEST_F(siege_user_play, OnlyA307KeepsMethodAndBody) {
  url("http://h/a", "POST", "x=1");
  start();
  (void)request();
  answer(307, {{"Location", "/b"}});
  auto const second = request();
  EXPECT_TRUE(second.starts_with("POST /b HTTP/1.1\r\n"));
  EXPECT_TRUE(second.ends_with("\r\n\r\nx=1"));
}

TEST_F(siege_user_play, A201AndA308AreNotFollowed) {
  for (auto const status : std::initializer_list<std::uint16_t>{201, 308}) {
    plan.urls.clear();
    url("http://h/a", "POST", "x");
    start();
    (void)request();
    answer(status, {{"Location", "/b"}});
    EXPECT_TRUE(is_done()) << status;
  }
}

TEST_F(siege_user_play, RedirectsInACircleEnd) {
  url("http://h/a");
  start();
  while (!request().empty()) answer(302, {{"Location", "/a"}});
  EXPECT_EQ(lines.size(), 21U);
  EXPECT_THAT(sink.err, HasSubstr("[error] redirect from http://h/a not followed: more than 20 in a row"));
}

TEST_F(siege_user_play, NoFollowMeansNoFollow) {
  url("http://h/a");
  plan.settings.follow_location = false;
  start();
  (void)request();
  answer(302, {{"Location", "/b"}});
  EXPECT_TRUE(is_done());
}

TEST_F(siege_user_play, AnswersABasicChallengeAndKeepsAnswering) {
  url("http://h/a");
  plan.settings.reps = 2;
  plan.settings.logins = {{"joe", "pw", "r"}};
  start();
  EXPECT_THAT(request(), Not(HasSubstr("Authorization")));
  answer(401, {{"WWW-Authenticate", "Basic realm=\"r\""}});
  EXPECT_THAT(request(), HasSubstr("Host: h\r\nAuthorization: Basic am9lOnB3\r\n"));
  answer(200);
  EXPECT_THAT(request(), HasSubstr("Authorization: Basic am9lOnB3\r\n"));
  answer(200);
  EXPECT_EQ(tally().transactions, 3U);
}

TEST_F(siege_user_play, WithoutALoginA401IsTriedFiveTimesAsInSiege) {
  url("http://h/a");
  start();
  while (!request().empty()) answer(401, {{"WWW-Authenticate", "Basic realm=\"r\""}});
  EXPECT_EQ(lines.size(), 5U);
  EXPECT_EQ(tally().successful, 5U);
}

TEST_F(siege_user_play, NtlmIsRefusedClearlyAndOnce) {
  url("http://h/a");
  plan.settings.reps = 2;
  plan.settings.logins = {{"joe", "pw", "any"}};
  start();
  while (!request().empty()) answer(401, {{"WWW-Authenticate", "NTLM"}});
  EXPECT_EQ(lines.size(), 2U);
  EXPECT_EQ(sink.err.find("NTLM is not"), sink.err.rfind("NTLM is not"));
  EXPECT_THAT(sink.err, HasSubstr("NTLM is not"));
}

TEST_F(siege_user_play, AProxyGetsRequestsAndItsOwnLogin) {
  url("http://h:81/a");
  plan.settings.proxy_host = "proxy";
  plan.settings.proxy_logins = {{"joe", "pw", "any"}};
  start();
  EXPECT_TRUE(request().starts_with("GET http://h:81/a HTTP/1.1\r\nHost: h:81\r\n"));
  EXPECT_EQ(origins[last.origin], (net::origin{.host = "proxy", .port = 3128, .unix_path = {}}));
  answer(407, {{"Proxy-Authenticate", "Basic realm=x"}});
  EXPECT_THAT(request(), HasSubstr("Proxy-Authorization: Basic am9lOnB3\r\n"));
  answer(302, {{"Location", "https://h/"}});
  auto const in_tunnel = request();
  EXPECT_TRUE(in_tunnel.starts_with("GET / HTTP/1.1\r\nHost: h\r\n")) << in_tunnel;
  EXPECT_THAT(in_tunnel, Not(HasSubstr("Proxy-Authorization"))) << "the server is not to learn it";
  EXPECT_EQ(origins[last.origin].proxy, (net::tunnel_proxy{"proxy", 3128, "Basic am9lOnB3"}));
  answer(407, {{"Proxy-Authenticate", "Digest realm=x, nonce=y"}});
  EXPECT_TRUE(is_done()) << "a server in a tunnel is not the proxy";
}

TEST_F(siege_user_play, AfterA403TheAuthUrlIsAskedAndTheRequestTriedAgain) {
  url("http://h/a");
  plan.auth_urls = {{.where = *net::parse_url("http://h/grant"), .method = "POST", .body = "k", .content_type = {}}};
  start();
  (void)request();
  answer(403);
  (void)request();
  answer(200);
  (void)request();
  answer(403);
  EXPECT_TRUE(is_done()) << "a second 403 is final";
  EXPECT_THAT(lines, ElementsAre("GET /a HTTP/1.1", "POST /grant HTTP/1.1", "GET /a HTTP/1.1"));
}

TEST_F(siege_user_play, LogsInOnceWithItsOwnLoginUrl) {
  url("http://h/a");
  plan.settings.reps = 2;
  plan.login_urls = {{.where = *net::parse_url("http://h/zero"), .body = {}, .content_type = {}},
                     {.where = *net::parse_url("http://h/one"), .body = {}, .content_type = {}}};
  start(3);
  while (!request().empty()) answer(200);
  EXPECT_THAT(lines, ElementsAre("GET /one HTTP/1.1", "GET /a HTTP/1.1", "GET /a HTTP/1.1"));
}

TEST_F(siege_user_play, CookiesComeBackUnlessTheyAreOff) {
  for (auto const on : {true, false}) {
    plan.urls.clear();
    url("http://h/a");
    plan.settings.reps = 2;
    plan.settings.cookies = on;
    start();
    (void)request();
    answer(200, {{"Set-Cookie", "a=b; path=/"}});
    auto const second = request();
    EXPECT_EQ(second.find("Cookie: a=b\r\n") != std::string::npos, on);
  }
}

TEST_F(siege_user_play, WithACacheAnswersAreRevalidated) {
  url("http://h/a");
  plan.settings.reps = 2;
  plan.settings.cache = true;
  start();
  (void)request();
  answer(200, {{"ETag", "\"e\""}, {"Last-Modified", "then"}});
  EXPECT_THAT(request(), HasSubstr("If-Modified-Since: then\r\nIf-None-Match: \"e\"\r\n"));
  answer(304, {}, "");
  EXPECT_THAT(sink.out, HasSubstr("HTTP/1.1 304(C)  0.01 secs:       0 bytes ==> GET  /a\n"));
}

TEST_F(siege_user_play, AResourceOfAPageIsATransactionOfItsOwn) {
  url("http://h/dir/page");
  start();
  (void)request();
  EXPECT_EQ(last.wants, load::answer_wants::headers_and_body);
  answer(200, {{"Content-Type", "text/html; charset=utf-8"}},
         "<img src=i.png><img src=http://ad.doubleclick.net/x><script src=/j.js></script>");
  (void)request();
  answer(200);
  (void)request();
  answer(404);
  EXPECT_TRUE(is_done());
  EXPECT_THAT(lines, ElementsAre("GET /dir/page HTTP/1.1", "GET /dir/i.png HTTP/1.1", "GET /j.js HTTP/1.1"));
}

TEST_F(siege_user_play, WithoutTheParserBodiesAreNotWanted) {
  url("http://h/a");
  plan.settings.parser = false;
  start();
  (void)request();
  EXPECT_EQ(last.wants, load::answer_wants::headers);
  answer(200, {{"Content-Type", "text/html"}}, "<img src=i.png>");
  EXPECT_TRUE(is_done());
}

TEST_F(siege_user_play, LookingShowsTheHeads) {
  url("http://h/a");
  plan.settings.look = siege_look::heads;
  plan.urls.front().method = "HEAD";
  (void)settle(plan.settings);
  start();
  (void)request();
  EXPECT_TRUE(last.is_head);
  answer(200, {{"X", "y"}}, "");
  EXPECT_THAT(sink.out, HasSubstr("HEAD /a HTTP/1.0\r\nHost: h\r\n"));
  EXPECT_THAT(sink.out, HasSubstr("Connection: close\r\n\r\n\nHTTP/1.1 200 OK\r\nX: y\r\n\r\n\n"));
}

TEST_F(siege_user_play, PrintingShowsTheBody) {
  url("http://h/a");
  plan.settings.look = siege_look::body;
  start();
  (void)request();
  answer(200);
  EXPECT_TRUE(sink.out.ends_with("\r\n\r\n\nhello\n")) << sink.out;
}

TEST_F(siege_user_play, APauseComesBeforeEachRequest) {
  url("http://h/a");
  plan.settings.delay = 1s;
  start();
  auto const first = user->next(now);
  ASSERT_TRUE(std::holds_alternative<load::pause>(first));
  EXPECT_GE(std::get<load::pause>(first).length, 1ms);
  EXPECT_TRUE(request().starts_with("GET /a"));
}

TEST_F(siege_user_play, FailuresAreCountedAndNamed) {
  url("http://h:81/a");
  plan.settings.reps = 2;
  start();
  (void)request();
  fail(load::outcome::connect_refused);
  (void)request();
  fail(load::outcome::cancelled_at_end);
  EXPECT_EQ(sink.err, "[error] socket: unable to connect h:81: Connection refused\n");
  EXPECT_EQ(
      failure_text(load::outcome::connect_refused, "No route to host", {.host = "h", .port = 81, .unix_path = {}}),
      "socket: unable to connect h:81: No route to host");
  EXPECT_EQ(tally().failed, 1U) << "what the end of the run cut off counts nowhere";
}

TEST_F(siege_user_play, TooManyFailuresEndTheSiege) {
  abort.emplace(3);
  url("http://h/a");
  plan.settings.reps.reset();
  start();
  while (!request().empty()) answer(500);
  EXPECT_EQ(lines.size(), 3U) << "the third is the last";
  EXPECT_TRUE(abort->is_thrown());
}

TEST_F(siege_user_play, AnEmptyAnswerFailsWhenDataIsDemanded) {
  url("http://h/a");
  plan.settings.zero_data_ok = false;
  start();
  (void)request();
  EXPECT_EQ(answer(200, {}, "").verdict, load::outcome::check_failed);
  EXPECT_EQ(tally().failed, 1U);
}

TEST_F(siege_user_play, TheSameSeedGivesTheSameRun) {
  for (int i = 0; i < 10; ++i) url("http://h/" + std::to_string(i));
  plan.settings.internet = true;
  plan.settings.reps = 20;
  auto const run = [&](std::uint64_t seed) {
    plan.settings.seed = seed;
    lines.clear();
    start();
    while (!request().empty()) answer(200);
    return lines;
  };
  auto const first = run(1);
  EXPECT_EQ(first, run(1));
  EXPECT_NE(first, run(2));
}

}  // namespace
}  // namespace holdfast::cli
