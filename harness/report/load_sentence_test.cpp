#include "report/load_sentence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::report {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(LoadSentence, SaysWhatAnOpenLoopOffers) {
  load::load_settings const settings{
      .arrivals = load::open_loop{.schedule = load::arrival_schedule::constant(request_rate::per_second(2000), 20s)}};
  EXPECT_EQ(load_sentence(settings),
            "open loop: 40,000 requests due in 20.0 s (2,000/s on average), at most 1,000 at once");
}

TEST(LoadSentence, SaysWhatAClosedLoopDoes) {
  load::load_settings const settings{.arrivals = load::closed_loop_plan{.users = 64, .ramp = 5s, .duration = 30s}};
  EXPECT_EQ(load_sentence(settings), "closed loop: 64 users coming in over 5.00 s for 30.0 s");
  load::load_settings const counted{
      .arrivals = load::closed_loop_plan{.users = 1, .think = load::constant_think{200ms}, .requests = 1000}};
  EXPECT_EQ(load_sentence(counted), "closed loop: 1 user, 1,000 requests in all, think time 200 ms");
}

TEST(LoadSentence, SaysThatUsersShareConnections) {
  load::load_settings settings{.arrivals = load::closed_loop_plan{.users = 64, .requests = 5}};
  auto const alone = load_sentence(settings);
  settings.pipeline = 8;
  EXPECT_EQ(load_sentence(settings), alone + ", 8 pipelined on a connection");
}

TEST(ThinkText, NamesEachLaw) {
  EXPECT_EQ(think_text(load::no_think{}), "none");
  EXPECT_EQ(think_text(load::uniform_think{100ms, 300ms}), "100 ms to 300 ms");
  EXPECT_EQ(think_text(load::exponential_think{200ms}), "200 ms on average (exponential)");
}

TEST(WithoutSecrets, HidesPasswordsTokensAndCookiesWhereverTheyStand) {
  std::vector<std::string> const words{
      "load", "http://me:secret@host/p?q=a@b", "--user",        "me:secret",       "--user=me:secret",
      "-H",   "Authorization: Bearer t",       "-HCookie: a=b", "--header=X-Id: 7"};
  EXPECT_THAT(without_secrets(words),
              ElementsAre("load", "http://***@host/p?q=a@b", "--user", "me:***", "--user=me:***", "-H",
                          "Authorization: ***", "-HCookie: ***", "--header=X-Id: 7"));
}

TEST(WithoutSecrets, HidesHeadersAndQueriesWhoseNamesSpeakOfSecrets) {
  std::vector<std::string> const words{"-H",
                                       "X-Api-Key: S",
                                       "-HX-AUTH-TOKEN:S",
                                       "--header=Client-Secret: S",
                                       "--header",
                                       "Set-Cookie: S",
                                       "http://host/p?page=2&access_token=S&Api-Key=S#x",
                                       "http://host/?password=S",
                                       "http://host/key=S?a=b=key&flag"};
  EXPECT_THAT(without_secrets(words),
              ElementsAre("-H", "X-Api-Key: ***", "-HX-AUTH-TOKEN: ***", "--header=Client-Secret: ***", "--header",
                          "Set-Cookie: ***", "http://host/p?page=2&access_token=***&Api-Key=***#x",
                          "http://host/?password=***", "http://host/key=S?a=b=key&flag"));
}

TEST(WithoutSecrets, OfABodyOnlyTheLengthIsLeft) {
  std::vector<std::string> const words{"--data",     "password=S", "--data=S", "--json-body",
                                       "{\"a\": 1}", "--data",     "@body.txt"};
  EXPECT_THAT(without_secrets(words), ElementsAre("--data", "*** (10 bytes)", "--data=*** (1 bytes)", "--json-body",
                                                  "*** (8 bytes)", "--data", "@body.txt"));
}

TEST(WithoutSecrets, HidesALoginWithoutAScheme) {
  std::vector<std::string> const words{"me:secret@host:8080/path"};
  EXPECT_THAT(without_secrets(words), ElementsAre("***@host:8080/path"));
}

TEST(WithoutSecrets, LeavesOrdinaryWordsAlone) {
  std::vector<std::string> const words{"load",           "http://host/a@b", "-c", "5", "--out", "a@b://c",
                                       "me@example.org", "{\"a\": \"b@c\"}"};
  EXPECT_EQ(without_secrets(words), words);
}

}  // namespace
}  // namespace holdfast::report
