#include "cli/siege/siege_resource_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/siege/siege_resource_keys.hpp"
#include "cli/siege/siege_test_support.hpp"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

result<siege_resource, diagnostics> parse(std::string text, testing::fake_environment const& world = {}) {
  auto const variable = world.view().variable;
  return parse_siege_resource({"siege.conf", std::move(text)}, siege_dialect::v4_0, variable);
}

siege_settings settings_of(std::string text, testing::fake_environment const& world = {}) {
  auto resource = parse(std::move(text), world);
  EXPECT_TRUE(resource) << to_string(resource.error());
  return resource ? resource->settings : siege_settings{};
}

TEST(SiegeResourceFile, KeysLeftOutHaveSiegesOwnDefaults) {
  auto const s = settings_of("");
  EXPECT_FALSE(s.verbose || s.parser || s.json_output || s.chunked || s.keep_alive);
  EXPECT_TRUE(s.color && s.unique && s.follow_location && s.zero_data_ok && s.url_escaping);
  EXPECT_EQ(s.concurrent, 1U);
  EXPECT_EQ(s.limit, 255U);
  EXPECT_EQ(s.failures, 1024U);
  EXPECT_EQ(s.timeout_seconds, 30U);
  EXPECT_EQ(s.protocol, siege_protocol::http_1_0);
  EXPECT_EQ(s.accept_encoding, "*");
  EXPECT_EQ(s.proxy_port, 3128);
  EXPECT_EQ(s.attempts, 5U);
  EXPECT_EQ(s.resource_file, "siege.conf");
}

TEST(SiegeResourceFile, SettingsMayUseEqualsOrColonCommentsAndVariables) {
  auto const s = settings_of(
      "# a comment\n  # another\nUSERS = 7\nconcurrent: ${USERS}\nlogfile = $(HOME)/siege.log   # where\r\n"
      "header = X-Note: a#b\nuser-agent = \\${not} a variable\nverbose=YES\n",
      {.variables = {{"HOME", "/home/me"}}, .files = {}});
  EXPECT_EQ(s.concurrent, 7U);
  EXPECT_EQ(s.logfile, "/home/me/siege.log");
  EXPECT_THAT(s.headers, ElementsAre("X-Note: a#b"));
  EXPECT_EQ(s.user_agent, "${not} a variable");
  EXPECT_TRUE(s.verbose);
}

TEST(SiegeResourceFile, EveryKeyOfSiegeIsKnown) {
  auto const s = settings_of(
      "verbose=true\ncolor=off\nquiet=true\ndebug=true\njson_output=true\nshow-logfile=true\nlogging=true\n"
      "logfile=l\ngmethod=get\nparser=true\nnofollow=a\nnofollow=b\ncsv=true\nfullurl=true\ndisplay-id=true\n"
      "timestamp=true\nconcurrent=2\nlimit=9\nreps=once\ntime=5S\ndelay=1.5\ntimeout=4\ninternet=true\n"
      "benchmark=true\ncache=true\ncookies=false\nprotocol=HTTP/1.1\nconnection=keep-alive\nchunked=true\n"
      "accept-encoding=gzip\nurl-escaping=false\nuser-agent=U\nfile=f\nurl=http://u/\nheader=A: b\nunique=false\n"
      "failures=0\nlogin=a:b\nlogin=c:d:e\nlogin-url=http://l/\nauth-url=http://p/\nattempts=3\nproxy-host=p\n"
      "proxy-port=8\nproxy-login=x:y\nexpire-session=true\nfollow-location=false\nzero-data-ok=false\n"
      "ssl-cert=c\nssl-key=k\nssl-timeout=1\nssl-ciphers=n\nspinner=true\ncontent-type=t\n");
  EXPECT_TRUE(s.verbose && s.quiet && s.debug && s.json_output && s.show_logfile && s.logging && s.parser);
  EXPECT_TRUE(s.csv && s.fullurl && s.display_id && s.timestamp && s.internet && s.benchmark && s.cache);
  EXPECT_TRUE(s.keep_alive && s.chunked && s.once && s.expire_session && s.spinner);
  EXPECT_FALSE(s.color || s.cookies || s.url_escaping || s.unique || s.follow_location || s.zero_data_ok);
  EXPECT_EQ(s.gmethod, siege_method::get);
  EXPECT_THAT(s.nofollow, ElementsAre("a", "b"));
  EXPECT_EQ(s.limit, 9U);
  EXPECT_EQ(s.time, 5s);
  EXPECT_EQ(s.delay, 1500ms);
  EXPECT_EQ(s.timeout_seconds, 4U);
  EXPECT_EQ(s.protocol, siege_protocol::http_1_1);
  EXPECT_EQ(s.failures, 0U);
  EXPECT_THAT(s.logins, ElementsAre(siege_login{"a", "b", "any"}, siege_login{"c", "d", "e"}));
  EXPECT_THAT(s.login_urls, ElementsAre("http://l/"));
  EXPECT_THAT(s.auth_urls, ElementsAre("http://p/"));
  EXPECT_EQ(s.attempts, 3U);
  EXPECT_EQ(s.proxy_host, "p");
  EXPECT_EQ(s.proxy_port, 8);
  EXPECT_EQ(s.ssl_cert + s.ssl_key + s.ssl_ciphers + s.content_type + s.file + s.logfile, "ckntfl");
  EXPECT_EQ(s.url, "http://u/");
}

TEST(SiegeResourceFile, UnknownKeysBecomeVariablesAndLikelySlipsAreNamed) {
  auto const resource = parse("HOST = h:80\nconcurent = 5\n");
  ASSERT_TRUE(resource);
  EXPECT_EQ(resource->variables.at("HOST"), "h:80");
  ASSERT_EQ(resource->warnings.size(), 1U);
  EXPECT_THAT(to_string(resource->warnings), HasSubstr("siege.conf:2: concurent:"));
  EXPECT_THAT(to_string(resource->warnings), HasSubstr("Did you mean \"concurrent\"?"));
}

TEST(SiegeResourceFile, WrongValuesAreErrorsWithTheirLine) {
  auto const resource = parse(
      "concurrent = none\nverbose = maybe\n\ntimeout = 0\nprotocol = HTTP/2\nconnection = open\ngmethod = POST\n"
      "login = joe\nheader = x\nnonsense\nlogfile = ${NOWHERE}/x\nproxy-port = 70000\nftp-login = a:b\nreps = x\n");
  ASSERT_FALSE(resource);
  auto const text = to_string(resource.error());
  for (auto const* const part :
       {"siege.conf:1: concurrent: not a whole number (got \"none\")", "siege.conf:2: verbose: neither true nor false",
        "siege.conf:4: timeout: too small", "siege.conf:5: protocol:", "siege.conf:6: connection:",
        "siege.conf:7: gmethod:", "siege.conf:8: login: no user and password (got \"joe\")",
        "siege.conf:9: header:", "siege.conf:10: not a setting (got \"nonsense\")",
        "siege.conf:11: logfile: this variable has no value (got "
        "\"NOWHERE\")",
        "siege.conf:12: proxy-port: too large", "siege.conf:13: ftp-login: FTP is not supported",
        "siege.conf:14: reps:"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(SiegeResourceFile, IsLookedForWhereSiegeLooks) {
  testing::fake_environment world{
      .variables = {{"HOME", "/h"}, {"SIEGERC", "env.rc"}},
      .files = {{"named.rc", "1"}, {"env.rc", "2"}, {"/h/.siege/siege.conf", "3"}, {"/etc/siege/siegerc", "4"}}};
  auto const found = [&](std::optional<std::string> const& named) -> std::string {
    auto const file = find_siege_resource(named, world.view());
    if (!file) return "error";
    return *file ? (*file)->text : "none";
  };
  EXPECT_EQ(found("named.rc"), "1");
  EXPECT_EQ(found("gone.rc"), "error");
  EXPECT_EQ(found(std::nullopt), "2");
  world.files.erase("env.rc");
  EXPECT_EQ(found(std::nullopt), "error") << "$SIEGERC was asked for";
  world.variables.erase("SIEGERC");
  EXPECT_EQ(found(std::nullopt), "3");
  world.files.erase("/h/.siege/siege.conf");
  EXPECT_EQ(found(std::nullopt), "4");
  world.files.erase("/etc/siege/siegerc");
  EXPECT_EQ(found(std::nullopt), "none");
}

}  // namespace
}  // namespace holdfast::cli
