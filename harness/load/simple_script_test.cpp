#include "load/simple_script.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

constexpr time_point now{};
constexpr attempt_times times{};

struct one_user {
  explicit one_user(simple_request request)
      : script{make_simple_scripts(std::make_shared<simple_request const>(std::move(request)))({origins}, 0)} {}
  attempt sent() {
    auto const move = script->next(now);
    EXPECT_TRUE(std::holds_alternative<attempt>(move));
    return std::get<attempt>(move);
  }
  judgement answered(std::uint16_t status, std::string_view location = {}) {
    header_field const field{"Location", location};
    return script->on_answer({.status = status, .headers = {&field, location.empty() ? 0U : 1U}}, times);
  }
  bool has_finished() { return std::holds_alternative<finished>(script->next(now)); }

  origin_table origins;
  std::unique_ptr<user_script> script;
};

simple_request plain(std::uint32_t redirects = 0) {
  return {.bytes = "GET /a HTTP/1.1\r\nHost: h\r\nAuthorization: Basic eDp5\r\n\r\n",
          .to = {.host = "h"},
          .redirects = redirects};
}

TEST(SimpleScript, RepeatsItsRequest) {
  auto request = plain();
  request.name = 3;
  request.close_after = true;
  one_user user{request};
  for (int i = 0; i < 3; ++i) {
    auto const sent = user.sent();
    EXPECT_EQ(sent.bytes, request.bytes);
    EXPECT_EQ(sent.name, 3U);
    EXPECT_EQ(sent.wants, answer_wants::status);
    EXPECT_TRUE(sent.close_after);
    EXPECT_EQ(user.answered(200).verdict, outcome::ok);
    EXPECT_TRUE(user.has_finished());
  }
  user.sent();
  user.script->on_failure(outcome::reset, {}, times);
  EXPECT_TRUE(user.has_finished());
}

TEST(SimpleScript, JudgesByStatus) {
  one_user user{plain()};
  EXPECT_EQ(user.answered(302, "/b").verdict, outcome::ok);
  EXPECT_FALSE(user.answered(302, "/b").continues);
  EXPECT_EQ(user.answered(404).verdict, outcome::http_4xx);
  EXPECT_EQ(user.answered(503).verdict, outcome::http_5xx);
}

TEST(SimpleScript, FollowsRedirectsAsTheSameRequest) {
  one_user user{plain(2)};
  EXPECT_EQ(user.sent().wants, answer_wants::headers);
  EXPECT_TRUE(user.answered(302, "/b").continues);
  EXPECT_EQ(user.sent().bytes, "GET /b HTTP/1.1\r\nHost: h\r\nAuthorization: Basic eDp5\r\n\r\n");
  EXPECT_TRUE(user.answered(302, "http://other/c").continues);
  auto const hop = user.sent();
  EXPECT_EQ(hop.bytes, "GET /c HTTP/1.1\r\nHost: other\r\n\r\n") << "no credentials for another host";
  EXPECT_EQ(user.origins[hop.origin].host, "other");
  auto const last = user.answered(200);
  EXPECT_FALSE(last.continues);
  EXPECT_EQ(last.verdict, outcome::ok);
  EXPECT_TRUE(user.has_finished());
  EXPECT_EQ(user.sent().bytes.substr(0, 6), "GET /a") << "the next iteration begins at the start";
}

TEST(SimpleScript, EndlessRedirectsFail) {
  one_user user{plain(2)};
  user.sent();
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(user.answered(302, "/again").continues);
    user.sent();
  }
  auto const last = user.answered(302, "/again");
  EXPECT_FALSE(last.continues);
  EXPECT_EQ(last.verdict, outcome::check_failed);
  EXPECT_EQ(last.detail, "more than 2 redirects");
  EXPECT_TRUE(user.has_finished());
  user.sent();
  EXPECT_TRUE(user.answered(302, "/b").continues) << "each request counts anew";
}

TEST(SimpleScript, AFailedHopEndsTheRequest) {
  one_user user{plain(2)};
  user.sent();
  user.answered(302, "/b");
  user.sent();
  user.script->on_failure(outcome::response_timeout, {}, times);
  EXPECT_TRUE(user.has_finished());
  EXPECT_EQ(user.sent().bytes.substr(0, 6), "GET /a");
}

TEST(SimpleScript, RedirectsToNowhereAndToTooManyHostsFail) {
  one_user user{plain(2)};
  user.sent();
  EXPECT_EQ(user.answered(302, "ftp://x/").verdict, outcome::check_failed);
  EXPECT_TRUE(user.has_finished());
  user.sent();
  EXPECT_EQ(user.answered(302).verdict, outcome::ok) << "without Location the answer is final";
  EXPECT_TRUE(user.has_finished());
  for (std::uint32_t i = 1; i < most_origins; ++i) user.origins.intern({.host = "h" + std::to_string(i)});
  user.sent();
  EXPECT_EQ(user.answered(302, "http://one-more/").detail, "redirected to too many hosts");
  EXPECT_EQ(user.origins.size(), most_origins);
}

}  // namespace
}  // namespace holdfast::load
