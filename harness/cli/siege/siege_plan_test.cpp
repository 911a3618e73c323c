#include "cli/siege/siege_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/siege/siege_test_support.hpp"

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

TEST(SiegePlan, TakesTheArgumentOrTheFile) {
  testing::fake_environment const world{.variables = {}, .files = {{"u.txt", "http://a/\nhttp://b/\n"}}};
  siege_invocation invocation;
  invocation.settings.file = "u.txt";
  EXPECT_EQ(make_siege_plan(invocation, world.view())->urls.size(), 2U);
  EXPECT_EQ(origins_of(*make_siege_plan(invocation, world.view())).size(), 2U);
  invocation.settings.url = "http://c/";
  EXPECT_EQ(make_siege_plan(invocation, world.view())->urls.size(), 1U);
}

TEST(SiegePlan, LookingUsesTheConfiguredMethod) {
  siege_invocation invocation;
  invocation.settings.look = siege_look::heads;
  invocation.settings.url = "http://c/";
  EXPECT_EQ(make_siege_plan(invocation, testing::fake_environment{}.view())->urls[0].method, "GET") << "as siege";
  invocation.settings.gmethod = siege_method::head;
  EXPECT_EQ(make_siege_plan(invocation, testing::fake_environment{}.view())->urls[0].method, "HEAD");
  invocation.settings.gmethod = siege_method::get;
  EXPECT_EQ(make_siege_plan(invocation, testing::fake_environment{}.view())->urls[0].method, "GET");
}

TEST(SiegePlan, AllProblemsComeAtOnce) {
  siege_invocation invocation;
  invocation.settings.proxy_host = "p";
  invocation.settings.url = "http+unix://%2Frun%2Fs.sock/";
  invocation.settings.login_urls = {"ftp://x/"};
  auto const plan = make_siege_plan(invocation, testing::fake_environment{}.view());
  ASSERT_FALSE(plan);
  EXPECT_THAT(to_string(plan.error()), HasSubstr("a unix socket cannot be reached through a proxy"));
  EXPECT_THAT(to_string(plan.error()), HasSubstr("login-url: FTP is not supported"));
}

TEST(SiegePlan, AProxyIsTheNextHopOfHttpAndATunnelToHttps) {
  siege_settings settings;
  settings.proxy_host = "p";
  settings.proxy_port = 8080;
  settings.proxy_logins = {{"joe", "pw", "any"}, {"second", "x", "any"}};
  EXPECT_EQ(next_hop(settings, *net::parse_url("http://h/a")),
            (net::origin{.host = "p", .port = 8080, .unix_path = {}}));
  auto const hop = next_hop(settings, *net::parse_url("https://h/a"));
  EXPECT_EQ(hop.host, "h");
  EXPECT_EQ(hop.port, 443);
  EXPECT_EQ(hop.proxy, (net::tunnel_proxy{"p", 8080, "Basic am9lOnB3"}));
}

TEST(SiegePlan, WithoutAUrlTheMissingFileIsNamed) {
  auto const plan = make_siege_plan({}, testing::fake_environment{}.view());
  ASSERT_FALSE(plan);
  EXPECT_THAT(to_string(plan.error()), HasSubstr("there is no URL, and the URL file cannot be read"));
  EXPECT_THAT(to_string(plan.error()), HasSubstr("/etc/siege/urls.txt"));
}

}  // namespace
}  // namespace holdfast::cli
