#include "load/cookie_jar.hpp"

#include <gtest/gtest.h>

#include "load/cookie_date.hpp"

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
constexpr wall_time noon = sys_days{2024y / 5 / 1} + 12h;

net::origin http(std::string host) { return {.host = std::move(host)}; }
net::origin https(std::string host) { return {.scheme = net::url_scheme::https, .host = std::move(host), .port = 443}; }

std::string sent(cookie_jar& jar, net::origin const& to, std::string_view target = "/", wall_time now = noon) {
  std::string out;
  bool const any = jar.append_to(out, to, target, now);
  EXPECT_EQ(any, !out.empty());
  return out;
}

struct exchange_case {
  char const* claim;
  std::string_view set_cookie;
  net::origin from;
  std::string_view from_target;
  net::origin to;
  std::string_view to_target;
  std::string_view sent;
};

void expect_sent(std::vector<exchange_case> const& cases) {
  for (auto const& c : cases) {
    SCOPED_TRACE(c.claim);
    cookie_jar jar;
    jar.store(c.set_cookie, c.from, c.from_target, noon);
    EXPECT_EQ(sent(jar, c.to, c.to_target), c.sent);
  }
}

TEST(CookieJar, SendsBackWhatItGot) {
  auto const h = http("a.example");
  expect_sent({
      {"a plain cookie", "id=1", h, "/", h, "/x", "id=1"},
      {"blanks around are no part of it", " id = 1 2 ; Path=/", h, "/", h, "/", "id=1 2"},
      {"quotes are part of it", "id=\"1\"", h, "/", h, "/", "id=\"1\""},
      {"a value with equals signs", "id=a=b==", h, "/", h, "/", "id=a=b=="},
      {"an empty value", "id=", h, "/", h, "/", "id="},
      {"another port of the same host", "id=1", h, "/", {.host = "a.example", .port = 81}, "/", "id=1"},
      {"no name", "=1", h, "/", h, "/", ""},
      {"no equals sign", "id", h, "/", h, "/", ""},
      {"control characters", "id=1\x01", h, "/", h, "/", ""},
      {"nothing at all", "", h, "/", h, "/", ""},
      {"unknown attributes do not matter", "id=1; SameSite=Lax; HttpOnly; x=y;;", h, "/", h, "/", "id=1"},
  });
}

TEST(CookieJar, KeepsToTheDomain) {
  auto const shop = http("www.shop.example");
  expect_sent({
      {"without Domain the host only", "id=1", http("shop.example"), "/", shop, "/", ""},
      {"with Domain names under it too", "id=1; Domain=shop.example", http("shop.example"), "/", shop, "/", "id=1"},
      {"a leading dot does not matter", "id=1; domain=.SHOP.example", shop, "/", http("x.shop.example"), "/", "id=1"},
      {"not to a host that only ends alike", "id=1; Domain=shop.example", shop, "/", http("badshop.example"), "/", ""},
      {"a Domain that does not hold the host", "id=1; Domain=other.example", shop, "/", http("other.example"), "/", ""},
      {"a Domain under the host", "id=1; Domain=x.www.shop.example", shop, "/", http("x.www.shop.example"), "/", ""},
      {"a top-level Domain", "id=1; Domain=example", shop, "/", shop, "/", ""},
      {"an address as its own Domain", "id=1; Domain=127.0.0.1", http("127.0.0.1"), "/", http("127.0.0.1"), "/",
       "id=1"},
      {"part of an address", "id=1; Domain=0.0.1", http("127.0.0.1"), "/", http("127.0.0.1"), "/", ""},
      {"a bare name as its own Domain", "id=1; Domain=localhost", http("localhost"), "/", http("localhost"), "/",
       "id=1"},
      {"an empty Domain", "id=1; Domain=", shop, "/", shop, "/", "id=1"},
  });
}

TEST(CookieJar, KeepsToThePath) {
  auto const h = http("a.example");
  expect_sent({
      {"below the path", "id=1; Path=/a", h, "/", h, "/a/b?q=/", "id=1"},
      {"the path itself", "id=1; Path=/a", h, "/", h, "/a?x", "id=1"},
      {"not what only begins alike", "id=1; Path=/a", h, "/", h, "/ab", ""},
      {"a path with a slash at the end", "id=1; Path=/a/", h, "/", h, "/a/b", "id=1"},
      {"not above the path", "id=1; Path=/a", h, "/", h, "/", ""},
      {"without Path the request's directory", "id=1", h, "/a/b?x=/c/d", h, "/a/c", "id=1"},
      {"and nothing outside", "id=1", h, "/a/b", h, "/c", ""},
      {"a relative Path counts as none", "id=1; Path=a", h, "/x", h, "/", "id=1"},
  });
}

TEST(CookieJar, SecureCookiesStayOnHttps) {
  expect_sent({
      {"over https", "id=1; Secure", https("a.example"), "/", https("a.example"), "/", "id=1"},
      {"not over http", "id=1; Secure", https("a.example"), "/", http("a.example"), "/", ""},
      {"http cannot set them", "id=1; Secure", http("a.example"), "/", https("a.example"), "/", ""},
  });
}

TEST(CookieJar, CookiesExpire) {
  auto const h = http("a.example");
  cookie_jar jar;
  jar.store("a=1; Max-Age=10", h, "/", noon);
  jar.store("b=1; Expires=Wed, 01 May 2024 12:00:20 GMT", h, "/", noon);
  jar.store("c=1; Expires=Wed, 01 May 2024 12:00:20 GMT; Max-Age=5", h, "/", noon);
  jar.store("d=1; Max-Age=soon", h, "/", noon);
  jar.store("e=1; Max-Age=99999999999999999999999", h, "/", noon);
  jar.store("f=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", h, "/", noon);
  EXPECT_EQ(sent(jar, h), "a=1; b=1; c=1; d=1; e=1; f=1");
  EXPECT_EQ(sent(jar, h, "/", noon + 5s), "a=1; b=1; d=1; e=1; f=1");
  EXPECT_EQ(sent(jar, h, "/", noon + 10s), "b=1; d=1; e=1; f=1");
  EXPECT_EQ(sent(jar, h, "/", noon + 20s), "d=1; e=1; f=1");
  EXPECT_EQ(sent(jar, h, "/", noon + 24h * 401), "d=1");
}

TEST(CookieJar, ReplacesAndDeletes) {
  auto const h = http("a.example");
  cookie_jar jar;
  jar.store("a=1", h, "/", noon);
  jar.store("b=1", h, "/", noon);
  jar.store("a=2", h, "/", noon);
  EXPECT_EQ(sent(jar, h), "a=2; b=1");
  jar.store("a=x; Max-Age=0", h, "/", noon);
  EXPECT_EQ(sent(jar, h), "b=1");
  jar.store("b=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", h, "/", noon);
  EXPECT_EQ(jar.size(), 0U);
  jar.store("c=x; Max-Age=-1", h, "/", noon);
  EXPECT_EQ(jar.size(), 0U);
}

TEST(CookieJar, LongerPathsComeFirst) {
  auto const h = http("a.example");
  cookie_jar jar;
  jar.store("a=1; Path=/", h, "/", noon);
  jar.store("b=1; Path=/x/y", h, "/", noon);
  jar.store("c=1; Path=/x", h, "/", noon);
  EXPECT_EQ(sent(jar, h, "/x/y/z"), "b=1; c=1; a=1");
}

TEST(CookieJar, StaysBoundedUnderHostileServers) {
  cookie_jar jar;
  auto const h = http("a.example");
  for (int i = 0; i < 60; ++i) jar.store("n" + std::to_string(i) + "=1", h, "/", noon);
  EXPECT_EQ(jar.size(), cookie_jar::most_per_domain);
  EXPECT_EQ(sent(jar, h).substr(0, 5), "n10=1") << "the oldest went first";
  for (int i = 0; i < 400; ++i) jar.store("x=1", http("h" + std::to_string(i) + ".example"), "/", noon);
  EXPECT_EQ(jar.size(), cookie_jar::most);
  jar.store("big=" + std::string(cookie_jar::longest, 'x'), h, "/", noon);
  EXPECT_EQ(sent(jar, h), "");
  for (int i = 0; i < 40; ++i) jar.store("v" + std::to_string(i) + "=" + std::string(4000, 'x'), h, "/", noon);
  EXPECT_LE(sent(jar, h).size(), cookie_jar::most_bytes);
  EXPECT_GE(jar.size(), 15U);
  jar.store("p=1; Path=/" + std::string(5000, 'x'), h, "/", noon);
  jar.clear();
  EXPECT_EQ(jar.size(), 0U);
}

struct date_case {
  char const* claim;
  std::string_view text;
  std::optional<std::chrono::sys_seconds> expected;
};

TEST(CookieDate, ReadsWhatServersSend) {
  auto const moment = sys_days{1994y / 11 / 6} + 8h + 49min + 37s;
  for (auto const& c : {
           date_case{"the shape of RFC 9110", "Sun, 06 Nov 1994 08:49:37 GMT", moment},
           date_case{"the shape of RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", moment},
           date_case{"the shape of asctime", "Sun Nov  6 08:49:37 1994", moment},
           date_case{"digits after 69 are of the last century", "06 Nov 70 08:49:37",
                     sys_days{1970y / 11 / 6} + 8h + 49min + 37s},
           date_case{"digits up to 69 are of this one", "1 Jan 69 0:0:0", sys_days{2069y / 1 / 1}},
           date_case{"no such day", "31 Feb 2024 08:49:37", std::nullopt},
           date_case{"no such hour", "1 Feb 2024 24:49:37", std::nullopt},
           date_case{"no time", "1 Feb 2024", std::nullopt},
           date_case{"no month", "1 2024 08:49:37", std::nullopt},
           date_case{"too long ago", "1 Feb 1600 08:49:37", std::nullopt},
           date_case{"no date", "tomorrow", std::nullopt},
           date_case{"nothing", "", std::nullopt},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(parse_cookie_date(c.text), c.expected);
  }
}

}  // namespace
}  // namespace holdfast::load
