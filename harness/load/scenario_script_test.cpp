#include "load/scenario_script.hpp"

#include <map>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;
using files = std::map<std::string, std::string, std::less<>>;

constexpr time_point start{};

std::shared_ptr<scenario const> scenario_of(std::string_view text, files const& content = {}) {
  auto made = read_scenario(text, "s.json", [&](std::string_view name) -> result<std::string, file_problem> {
    auto const found = content.find(name);
    if (found == content.end()) return file_problem{name, "is not there"};
    return found->second;
  });
  EXPECT_TRUE(made) << to_string(made.error());
  return made ? std::make_shared<scenario const>(std::move(*made)) : nullptr;
}

std::string with_steps(std::string_view steps, std::string_view more = "") {
  return "{\"base\": \"http://h\", " + std::string{more} + "\"mix\": [{\"steps\": [" + std::string{steps} + "]}]}";
}

// One user of a scenario, and what happens to it.
class one_user {
 public:
  explicit one_user(std::string_view text, files const& content = {}, std::uint64_t seed = 1, std::uint64_t number = 0)
      : what{scenario_of(text, content)},
        scripts{make_scenario_scripts(what, 1, {start, wall_time{}})},
        script{scripts({.origins = origins, .seed = seed}, number)} {}

  // The request line and the host of the next attempt; "finished", "retired" or "pause".
  std::string next() {
    auto const move = script->next(now);
    if (std::holds_alternative<finished>(move)) return "finished";
    if (std::holds_alternative<retired>(move)) return "retired";
    if (auto const* const rest = std::get_if<pause>(&move)) {
      last_pause = rest->length;
      return "pause";
    }
    last = std::get<attempt>(move);
    sent = last.bytes;
    return sent.substr(0, sent.find(" HTTP/"));
  }
  judgement answer_with(std::uint16_t status, std::string_view body = {}, std::vector<header_field> headers = {}) {
    auto const judged =
        script->on_answer({.status = status, .body_bytes = body.size(), .headers = headers, .body = body},
                          {.started = now, .ended = now});
    detail = judged.detail;
    return judged;
  }
  outcome verdict(std::uint16_t status, std::string_view body = {}, std::vector<header_field> headers = {}) {
    return answer_with(status, body, std::move(headers)).verdict;
  }
  void fail() { script->on_failure(outcome::reset, {}, {}); }
  bool sent_has(std::string_view part) const { return sent.find(part) != std::string::npos; }

  std::shared_ptr<scenario const> what;
  origin_table origins;
  script_factory scripts;
  std::unique_ptr<user_script> script;
  time_point now = start;
  attempt last;
  std::string sent;
  std::string detail;
  nanoseconds last_pause{};
};

TEST(ScenarioScript, GoesThroughTheStepsAgainAndAgain) {
  one_user user{with_steps(R"({"get": "/a"}, {"name": "b", "post": "/b", "body": "x"})")};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(user.next(), "GET /a");
    EXPECT_EQ(user.last.name, 0U);
    EXPECT_EQ(user.last.wants, answer_wants::headers);
    EXPECT_EQ(user.verdict(200), outcome::ok);
    EXPECT_EQ(user.next(), "POST /b");
    EXPECT_EQ(user.last.name, 1U);
    EXPECT_EQ(user.verdict(201), outcome::ok);
    EXPECT_EQ(user.next(), "finished");
  }
}

TEST(ScenarioScript, CarriesValuesFromAnswersIntoRequests) {
  one_user user{with_steps(R"-(
    {"post": "/orders", "json": {"n": "{{raw random 5 5}}", "who": "{{who}}"},
     "extract": {"id": {"json": "/id"}, "tag": {"header": "ETag", "default": "none"},
                 "next": {"regex": "next=(\\w+)"}}},
    {"get": "/orders/{{id}}?t={{tag}}", "headers": {"X-Next": "{{next}}"},
     "check": {"body": {"json": {"/id": "{{id}}"}}}})-",
                           R"("vars": {"who": "a\"b"},)")};
  EXPECT_EQ(user.next(), "POST /orders");
  EXPECT_EQ(user.last.wants, answer_wants::headers_and_body);
  EXPECT_TRUE(user.sent_has("Content-Length: 20\r\n\r\n{\"n\":5,\"who\":\"a\\\"b\"}")) << user.sent;
  EXPECT_EQ(user.verdict(201, R"({"id": "a b/1", "next": "next=soon"})"), outcome::ok);
  EXPECT_EQ(user.next(), "GET /orders/a%20b/1?t=none");
  EXPECT_TRUE(user.sent_has("\r\nX-Next: soon\r\n"));
  EXPECT_EQ(user.verdict(200, R"({"id": "other"})"), outcome::check_failed);
  EXPECT_EQ(user.detail, "body at \"/id\" is \"other\", not \"a b/1\"");
  EXPECT_EQ(user.next(), "finished");
}

TEST(ScenarioScript, ContentLengthIsThatOfTheRenderedBody) {
  one_user user{with_steps(R"({"post": "/", "body": "{{random_string 7}}-{{user}}"})"), {}, 1, 12};
  user.next();
  EXPECT_TRUE(user.sent_has("\r\nContent-Length: 10\r\n\r\n"));
  EXPECT_EQ(user.sent.size() - user.sent.find("\r\n\r\n") - 4, 10U);
  EXPECT_TRUE(user.sent.ends_with("-12"));
}

TEST(ScenarioScript, AFailureEndsTheSequence) {
  auto const text = with_steps(R"({"get": "/a", "think": "1s"}, {"get": "/b"})");
  for (int way = 0; way < 3; ++way) {
    one_user user{text};
    EXPECT_EQ(user.next(), "GET /a");
    if (way == 0) user.fail();
    if (way == 1) {
      EXPECT_EQ(user.verdict(500), outcome::http_5xx);
      EXPECT_EQ(user.detail, "status 500");
    }
    EXPECT_EQ(user.next(), "finished") << way;  // the third way: given up without a word
    EXPECT_EQ(user.next(), "GET /a");
  }
}

TEST(ScenarioScript, MayGoOnAfterAFailureButNotWithoutItsValues) {
  one_user user{with_steps(R"({"get": "/a", "extract": {"id": {"json": "/id"}}}, {"get": "/b/{{id}}"},
                              {"get": "/c"}, {"get": "/d", "check": {"body": {"contains": "{{id}}"}}})",
                           R"("on_failure": "continue",)")};
  EXPECT_EQ(user.next(), "GET /a");
  EXPECT_EQ(user.verdict(200, "{}"), outcome::check_failed);
  EXPECT_EQ(user.detail, "no value for \"id\": the body has nothing at \"/id\"");
  EXPECT_EQ(user.next(), "GET /c");
  user.fail();
  EXPECT_EQ(user.next(), "finished");
  EXPECT_EQ(user.next(), "GET /a");
  EXPECT_EQ(user.verdict(200, R"({"id": 3})"), outcome::ok);
  EXPECT_EQ(user.next(), "GET /b/3");
  user.fail();
  EXPECT_EQ(user.next(), "GET /c");
  user.fail();
  EXPECT_EQ(user.next(), "GET /d");
  EXPECT_EQ(user.verdict(200, "3"), outcome::ok);
  EXPECT_EQ(user.next(), "finished");
}

TEST(ScenarioScript, ValuesOfTheLastIterationAreForgotten) {
  one_user user{with_steps(R"({"get": "/a", "extract": {"id": {"json": "/id"}}}, {"get": "/b/{{id}}"})",
                           R"("on_failure": "continue",)")};
  user.next();
  user.verdict(200, R"({"id": 3})");
  EXPECT_EQ(user.next(), "GET /b/3");
  user.verdict(200);
  EXPECT_EQ(user.next(), "finished");
  user.next();
  user.verdict(500);
  EXPECT_EQ(user.next(), "finished");
}

TEST(ScenarioScript, PausesAfterSteps) {
  one_user user{with_steps(R"({"get": "/a", "think": "150ms"}, {"get": "/b", "think": {"uniform": ["1s", "2s"]}},
                              {"get": "/c", "think": {"exponential": "1s"}}, {"get": "/d"})")};
  EXPECT_EQ(user.next(), "GET /a");
  user.verdict(200);
  EXPECT_EQ(user.next(), "pause");
  EXPECT_EQ(user.last_pause, 150ms);
  EXPECT_EQ(user.next(), "GET /b");
  user.verdict(200);
  EXPECT_EQ(user.next(), "pause");
  EXPECT_GE(user.last_pause, 1s);
  EXPECT_LE(user.last_pause, 2s);
  EXPECT_EQ(user.next(), "GET /c");
  user.verdict(200);
  EXPECT_EQ(user.next(), "pause");
  EXPECT_EQ(user.next(), "GET /d");
  user.verdict(200);
  EXPECT_EQ(user.next(), "finished");
}

TEST(ThinkTime, FollowsItsLaw) {
  random_engine random{1};
  double sum = 0;
  think_time const exponential{.kind = think_time::law::exponential, .first = 100ms};
  for (int i = 0; i < 10'000; ++i) sum += in_seconds(exponential.draw(random));
  EXPECT_NEAR(sum / 10'000, 0.1, 0.004);
  think_time const uniform{.kind = think_time::law::uniform, .first = 100ms, .last = 300ms};
  sum = 0;
  for (int i = 0; i < 10'000; ++i) sum += in_seconds(uniform.draw(random));
  EXPECT_NEAR(sum / 10'000, 0.2, 0.003);
}

TEST(ScenarioScript, PicksSequencesByWeight) {
  one_user user{
      R"({"base": "http://h", "mix": [{"weight": 3, "get": "/a"}, {"get": "/b"}, {"weight": 0.5, "get": "/c"}]})"};
  std::map<std::string, int> seen;
  for (int i = 0; i < 4500; ++i) {
    ++seen[user.next()];
    user.verdict(200);
    EXPECT_EQ(user.next(), "finished");
  }
  EXPECT_NEAR(seen["GET /a"], 3000, 120);
  EXPECT_NEAR(seen["GET /b"], 1000, 120);
  EXPECT_NEAR(seen["GET /c"], 500, 90);
}

// The first requests of a user of a scenario in which much is drawn.
std::string requests_of(std::uint64_t seed, std::uint64_t number) {
  one_user user{R"({"base": "http://h", "feeders": {"f": {"file": "f.csv", "order": "random"}}, "mix": [
                    {"get": "/a/{{uuid}}", "think": {"uniform": ["0s", "1s"]}}, {"get": "/b/{{random 1 1000}}/{{f.x}}"}]})",
                {{"f.csv", "x\n1\n2\n3\n4\n5\n6\n7\n8\n"}},
                seed,
                number};
  std::string all;
  for (int i = 0; i < 40; ++i) {
    auto const move = user.next();
    all += move + std::to_string(user.last_pause.count()) + "\n";
    if (move.starts_with("GET")) user.verdict(200);
  }
  return all;
}

TEST(ScenarioScript, SameSeedSameRequestsOtherSeedOthers) {
  EXPECT_EQ(requests_of(1, 5), requests_of(1, 5));
  EXPECT_NE(requests_of(1, 5), requests_of(2, 5));
  EXPECT_NE(requests_of(1, 5), requests_of(1, 6)) << "users differ";
}

TEST(ScenarioScript, TakesARowForEachSequenceThatUsesOne) {
  one_user user{
      with_steps(R"({"get": "/{{users.name}}"}, {"get": "/{{mail}}"})", R"("feeders": {"users": {"file": "u.csv"}},)"),
      {{"u.csv", "name,mail\na,b\nc,d\n"}}};
  for (auto const* name : {"GET /a", "GET /b", "finished", "GET /c", "GET /d", "finished", "GET /a"}) {
    EXPECT_EQ(user.next(), name);
    if (std::string_view{name} != "finished") user.verdict(200);
  }
}

TEST(ScenarioScript, RetiresWhenRowsForOneUseAreGone) {
  one_user user{with_steps(R"({"get": "/{{name}}"})", R"("feeders": {"u": {"file": "u.csv", "order": "once"}},)"),
                {{"u.csv", "name\na\n"}}};
  EXPECT_EQ(user.next(), "GET /a");
  user.verdict(200);
  EXPECT_EQ(user.next(), "finished");
  EXPECT_EQ(user.next(), "retired");
  EXPECT_EQ(user.next(), "retired");
}

TEST(ScenarioScript, NumbersAreUniqueOverShardsAndOnePerRequest) {
  auto const what = scenario_of(with_steps(R"({"get": "/{{seq}}/{{seq}}"})"));
  origin_table origins;
  auto const scripts = make_scenario_scripts(what, 2, {start, wall_time{}});
  auto const first = scripts({.origins = origins, .shard = 0, .shards = 2, .seed = 1}, 0);
  auto const also_first = scripts({.origins = origins, .shard = 0, .shards = 2, .seed = 1}, 2);
  auto const second = scripts({.origins = origins, .shard = 1, .shards = 2, .seed = 1}, 1);
  auto const target = [](user_script& script) {
    return std::string{target_of(std::get<attempt>(script.next(start)).bytes)};
  };
  EXPECT_EQ(target(*first), "/1/1");
  EXPECT_EQ(target(*second), "/2/2");
  EXPECT_EQ(target(*also_first), "/3/3");
}

TEST(ScenarioScript, FollowsRedirectsAndJudgesTheLastAnswer) {
  one_user user{with_steps(R"({"post": "/a", "json": {"x": 1}, "auth": {"user": "u", "password": "p"},
                               "check": {"status": 200, "body": {"contains": "end"}}})",
                           R"("redirects": 2,)")};
  EXPECT_EQ(user.next(), "POST /a");
  EXPECT_TRUE(user.answer_with(303, "", {{"Location", "/b"}}).continues);
  EXPECT_EQ(user.next(), "GET /b");
  EXPECT_TRUE(user.sent_has("Authorization: Basic dTpw\r\n"));
  EXPECT_FALSE(user.sent_has("Content"));
  EXPECT_TRUE(user.answer_with(307, "", {{"Location", "http://other:8/c"}}).continues);
  EXPECT_EQ(user.next(), "GET /c");
  EXPECT_EQ(user.origins[user.last.origin].host, "other");
  EXPECT_FALSE(user.sent_has("Authorization"));
  EXPECT_EQ(user.last.wants, answer_wants::headers_and_body);
  auto const judged = user.answer_with(200, "the end");
  EXPECT_FALSE(judged.continues);
  EXPECT_EQ(judged.verdict, outcome::ok);
  EXPECT_EQ(user.next(), "finished");
}

TEST(ScenarioScript, RedirectsEnd) {
  one_user user{with_steps(R"({"get": "/a", "redirects": 1}, {"get": "/b"})")};
  user.next();
  EXPECT_TRUE(user.answer_with(302, "", {{"Location", "/x"}}).continues);
  user.next();
  EXPECT_EQ(user.verdict(302, "", {{"Location", "/x"}}), outcome::check_failed);
  EXPECT_EQ(user.detail, "more than 1 redirects");
  EXPECT_EQ(user.next(), "finished");
  user.next();
  EXPECT_EQ(user.verdict(302, "", {{"Location", "gopher://x"}}), outcome::check_failed);
  EXPECT_NE(user.detail.find("redirected to \"gopher://x\""), std::string::npos);
}

TEST(ScenarioScript, RedirectsThatAreExpectedOrUnwantedAreNotFollowed) {
  one_user expected{with_steps(R"({"get": "/a", "check": {"status": 302, "headers": {"Location": "/x"}}})")};
  expected.next();
  EXPECT_EQ(expected.verdict(302, "", {{"Location", "/x"}}), outcome::ok);
  one_user unwanted{with_steps(R"({"get": "/a", "redirects": 0})")};
  unwanted.next();
  EXPECT_EQ(unwanted.verdict(302, "", {{"Location", "/x"}}), outcome::ok);
}

TEST(ScenarioScript, AFailedHopFailsTheRequest) {
  one_user user{with_steps(R"({"get": "/a"}, {"get": "/b"})")};
  user.next();
  user.answer_with(302, "", {{"Location", "/x"}});
  EXPECT_EQ(user.next(), "GET /x");
  user.fail();
  EXPECT_EQ(user.next(), "finished");
}

TEST(ScenarioScript, KeepsCookies) {
  one_user user{with_steps(R"({"get": "/a"}, {"get": "/b"})", R"("cookies": true,)")};
  user.next();
  EXPECT_FALSE(user.sent_has("Cookie"));
  user.verdict(200, "", {{"Set-Cookie", "s=1; Path=/"}, {"set-cookie", "t=2; Path=/; Max-Age=10"}});
  EXPECT_EQ(user.next(), "GET /b");
  EXPECT_TRUE(user.sent_has("\r\nCookie: s=1; t=2\r\n"));
  user.verdict(200);
  EXPECT_EQ(user.next(), "finished");
  user.now += 11s;
  EXPECT_EQ(user.next(), "GET /a");
  EXPECT_TRUE(user.sent_has("\r\nCookie: s=1\r\n")) << "kept over iterations, until they expire";
}

TEST(ScenarioScript, FreshCookiesEndWithTheSequence) {
  one_user user{with_steps(R"({"get": "/a"})", R"("cookies": "fresh",)")};
  user.next();
  user.verdict(200, "", {{"Set-Cookie", "s=1"}});
  user.next();
  user.next();
  EXPECT_FALSE(user.sent_has("Cookie"));
}

TEST(ScenarioScript, WithoutCookiesNothingIsKept) {
  one_user user{with_steps(R"({"get": "/a"}, {"get": "/b"})")};
  user.next();
  user.verdict(200, "", {{"Set-Cookie", "s=1; Path=/"}});
  user.next();
  EXPECT_FALSE(user.sent_has("Cookie"));
}

TEST(ScenarioScript, RedirectsSetAndSendCookiesOfTheirHosts) {
  one_user user{with_steps(R"({"get": "/a"})", R"("cookies": true,)")};
  user.next();
  user.answer_with(302, "", {{"Set-Cookie", "s=1; Path=/"}, {"Location", "/b"}});
  user.next();
  EXPECT_TRUE(user.sent_has("Cookie: s=1\r\n"));
  user.answer_with(302, "", {{"Set-Cookie", "s=2; Path=/"}, {"Location", "http://other/c"}});
  EXPECT_EQ(user.next(), "GET /c");
  EXPECT_FALSE(user.sent_has("Cookie"));
  user.answer_with(302, "", {{"Location", "http://h/d"}});
  EXPECT_EQ(user.next(), "GET /d");
  EXPECT_TRUE(user.sent_has("Cookie: s=2\r\n"));
}

TEST(ScenarioScript, ALoginMayDependOnTheUser) {
  one_user user{with_steps(R"({"get": "/", "auth": {"user": "{{name}}", "password": "p{{user}}"}})",
                           R"("feeders": {"u": {"file": "u.csv"}},)"),
                {{"u.csv", "name\nann\n"}},
                1,
                3};
  user.next();
  EXPECT_TRUE(user.sent_has("Authorization: Basic YW5uOnAz\r\n"));
}

TEST(ScenarioScript, RefusalsAndFallbacksHaveTheirClasses) {
  one_user user{with_steps(R"({"get": "/"})", R"("fallback": {"headers": {"X-Fallback": {}}},)")};
  user.next();
  EXPECT_EQ(user.verdict(503, "", {{"Retry-After", "1"}}), outcome::refused_fast);
  EXPECT_EQ(user.detail, "refused with status 503");
  user.next();
  user.next();
  EXPECT_EQ(user.verdict(200, "", {{"X-Fallback", "cache"}}), outcome::ok_by_fallback);
  EXPECT_EQ(user.detail, "");
}

TEST(ScenarioScript, StaticStepsAreSentFromTheScenarioItself) {
  one_user user{with_steps(R"({"get": "/a"})")};
  user.next();
  EXPECT_EQ(user.last.bytes.data(), user.what->mix[0].steps[0].fixed_bytes.data()) << "no copy for each user";
}

TEST(ScenarioScript, KnowsHeadAndCloses) {
  one_user user{with_steps(R"({"head": "/a", "check": {"status": 200}})", R"("keep_alive": false,)")};
  EXPECT_EQ(user.next(), "HEAD /a");
  EXPECT_TRUE(user.last.is_head);
  EXPECT_TRUE(user.last.close_after);
  EXPECT_TRUE(user.sent_has("Connection: close\r\n"));
}

}  // namespace
}  // namespace holdfast::load
