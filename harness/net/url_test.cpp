#include "net/url.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast::net {
namespace {

using namespace std::string_literals;
using enum url_scheme;

struct good_url {
  char const* text;
  origin to;
  char const* target;
  std::optional<credentials> login = std::nullopt;
};

TEST(Url, ReadsEveryForm) {
  for (auto const& c : {
           good_url{"http://example.com", {http, "example.com", 80, ""}, "/"},
           good_url{"http://example.com/", {http, "example.com", 80, ""}, "/"},
           good_url{"HTTPS://Example.COM:8443/A?b=C", {https, "example.com", 8443, ""}, "/A?b=C"},
           good_url{"https://example.com", {https, "example.com", 443, ""}, "/"},
           good_url{"example.com", {http, "example.com", 80, ""}, "/"},
           good_url{"localhost:8080/a/b", {http, "localhost", 8080, ""}, "/a/b"},
           good_url{"127.0.0.1:1", {http, "127.0.0.1", 1, ""}, "/"},
           good_url{"http://h:65535", {http, "h", 65535, ""}, "/"},
           good_url{"http://my_service.ns.svc./", {http, "my_service.ns.svc.", 80, ""}, "/"},
           good_url{"http://h?x=1", {http, "h", 80, ""}, "/?x=1"},
           good_url{"http://h#top", {http, "h", 80, ""}, "/"},
           good_url{"http://h/a?b#c?d", {http, "h", 80, ""}, "/a?b"},
           good_url{"h/login?next=http://other/", {http, "h", 80, ""}, "/login?next=http://other/"},
           good_url{"http://h/a@b:c", {http, "h", 80, ""}, "/a@b:c"},
           good_url{"http://h/%7B%22a%22%7D{}|", {http, "h", 80, ""}, "/%7B%22a%22%7D{}|"},
           good_url{"http://[::1]:8080/x", {http, "::1", 8080, ""}, "/x"},
           good_url{"[2001:db8::1]", {http, "2001:db8::1", 80, ""}, "/"},
           good_url{"http://[fe80::1%25eth0]/", {http, "fe80::1%eth0", 80, ""}, "/"},
           good_url{"http://u:p@h/", {http, "h", 80, ""}, "/", credentials{"u", "p"}},
           good_url{"u@h:81", {http, "h", 81, ""}, "/", credentials{"u", ""}},
           good_url{"http://a%40b:p%3a%2f:q@h", {http, "h", 80, ""}, "/", credentials{"a@b", "p:/:q"}},
           good_url{"http://u:p@ss@h", {http, "h", 80, ""}, "/", credentials{"u", "p@ss"}},
           good_url{"http://@h/", {http, "h", 80, ""}, "/"},
           good_url{"http+unix://%2Frun%2Fapp.sock/a?b", {http, "localhost", 80, "/run/app.sock"}, "/a?b"},
           good_url{"http+unix://app.sock", {http, "localhost", 80, "app.sock"}, "/"},
           good_url{"https+unix://%2fs/", {https, "localhost", 443, "/s"}, "/"},
           good_url{"unix:/run/app.sock:/a?u=b:/c", {http, "localhost", 80, "/run/app.sock"}, "/a?u=b:/c"},
           good_url{"unix:/run/app.sock", {http, "localhost", 80, "/run/app.sock"}, "/"},
           good_url{"unix:81/x", {http, "unix", 81, ""}, "/x"},
       }) {
    SCOPED_TRACE(c.text);
    auto const parsed = parse_url(c.text);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().problem;
    EXPECT_EQ(parsed->to, c.to);
    EXPECT_EQ(parsed->target, c.target);
    EXPECT_EQ(parsed->login, c.login);
  }
}

struct bad_url {
  std::string text;
  char const* problem_part;
};

TEST(Url, RefusesTheRestAndSaysWhy) {
  for (auto const& c : {
           bad_url{"", "missing"},
           bad_url{"ftp://h/file", "\"ftp\" is not supported"},
           bad_url{"ws://h", "\"ws\" is not supported"},
           bad_url{"://h", "\"\" is not supported"},
           bad_url{"http://", "no host"},
           bad_url{"http:///path", "no host"},
           bad_url{"http://:80", "no host"},
           bad_url{"/path", "no host"},
           bad_url{"http://u@", "no host"},
           bad_url{"http://h:", "colon without a port"},
           bad_url{"http://h:0", "\"0\" is out of range"},
           bad_url{"http://h:65536", "\"65536\" is out of range"},
           bad_url{"http://h:99999999999999999999", "out of range"},
           bad_url{"http://h:+80", "\"+80\" is not a number"},
           bad_url{"http://h:8o", "\"8o\" is not a number"},
           bad_url{"http://::1/", "more than one colon"},
           bad_url{"http://[::1", "without its ']'"},
           bad_url{"http://[::1]x", "goes on"},
           bad_url{"http://[::g]", "\"::g\" is not an IPv6 address"},
           bad_url{"http://[::1%25]", "not an IPv6 address"},
           bad_url{"http://[::1%2500\n]", "not an IPv6 address"},
           bad_url{"http://[::1%00x]", "not an IPv6 address"},
           bad_url{"http://[127.0.0.1]", "not an IPv6 address"},
           bad_url{"http://[]", "not an IPv6 address"},
           bad_url{"http://a b/", "\"a b\" is not a host name"},
           bad_url{"http://a\\b/", "not a host name"},
           bad_url{"http://a%41/", "not a host name"},
           bad_url{"http://a..b/", "not a host name"},
           bad_url{"http://h\0.com/"s, "not a host name"},
           bad_url{"http://caf\xc3\xa9/", "not ASCII"},
           bad_url{"http://" + std::string(254, 'a'), "253"},
           bad_url{"http://h/a b", "a blank in the path"},
           bad_url{"http://h/a\r\nX: y", "a control byte in the path"},
           bad_url{"http://h/\xc3\xa9", "not ASCII"},
           bad_url{"http://u%zz@h/", "hexadecimal"},
           bad_url{"http://u%0a@h/", "control byte in the login"},
           bad_url{"http://u:p%00@h/", "control byte in the login"},
           bad_url{"http://a%3ab:c@h/", "':' in the user name"},
           bad_url{"http+unix:///x", "missing"},
           bad_url{"http+unix://%2Frun:80/x", "not the percent-encoded path"},
           bad_url{"http+unix://%2/x", "not the percent-encoded path"},
           bad_url{"http+unix://%2Fa%00/x", "NUL"},
           bad_url{"unix:/" + std::string(107, 'a'), "107"},
           bad_url{"unix:/a:/b c", "a blank"},
       }) {
    SCOPED_TRACE(c.text);
    auto const parsed = parse_url(c.text);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_NE(parsed.error().problem.find(c.problem_part), std::string::npos) << parsed.error().problem;
    EXPECT_FALSE(parsed.error().fix.empty());
  }
}

TEST(Url, MayInsistOnAScheme) {
  EXPECT_TRUE(parse_url("http://h", missing_scheme::is_an_error).has_value());
  EXPECT_TRUE(parse_url("unix:/s", missing_scheme::is_an_error).has_value());
  ASSERT_FALSE(parse_url("h:80/", missing_scheme::is_an_error).has_value());
  EXPECT_EQ(parse_url("h:80/", missing_scheme::is_an_error).error().problem, "the scheme is missing");
}

TEST(Url, SupportedSchemesAreNamedInTheFix) {
  auto const fix = parse_url("ftp://h").error().fix;
  for (auto const* part : {"http://", "https://", "http+unix://", "unix:/"}) {
    EXPECT_NE(fix.find(part), std::string::npos) << part;
  }
}

TEST(Url, PrintsAsItIsRead) {
  for (auto const* text : {"http://h/", "https://h:8443/a?b", "http://[::1]:81/", "http+unix://%2Frun%2Fa.sock/x"}) {
    EXPECT_EQ(to_string(*parse_url(text)), text);
  }
  EXPECT_EQ(to_string(*parse_url("http://user:secret@h")), "http://h/");
}

TEST(Origin, NamesThePortOnlyWhenItIsUnusual) {
  EXPECT_EQ(host_header({http, "h", 80, ""}), "h");
  EXPECT_EQ(host_header({http, "h", 443, ""}), "h:443");
  EXPECT_EQ(host_header({https, "h", 443, ""}), "h");
  EXPECT_EQ(host_header({https, "::1", 8443, ""}), "[::1]:8443");
  EXPECT_EQ(host_header({http, "fe80::1%eth0", 80, ""}), "[fe80::1]");
  EXPECT_EQ(to_string(origin{https, "h", 80, ""}), "https://h:80");
  EXPECT_EQ(to_string(origin{http, "localhost", 80, "/run/a b.sock"}), "http+unix://%2Frun%2Fa%20b.sock");
}

TEST(PercentEncoding, EscapesWhatMayNotStandInATarget) {
  EXPECT_EQ(escape_target("/a b?c=\xc3\xa9"), "/a%20b?c=%C3%A9");
  EXPECT_EQ(escape_target("/%20%2f%zz%"), "/%20%2f%25zz%25");
  EXPECT_EQ(escape_target("/{\"a\":1}\r\n"), "/%7B%22a%22:1%7D%0D%0A");
  EXPECT_EQ(escape_target("/a-b_c~d.e!$&'()*+,;=:@[]"), "/a-b_c~d.e!$&'()*+,;=:@[]");
}

TEST(PercentEncoding, DecodesWhatItEncodes) {
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  EXPECT_EQ(percent_decode(percent_encode(every_byte)), every_byte);
  for (auto const* bad : {"%", "%1", "%g0", "%0g", "a%"}) EXPECT_FALSE(percent_decode(bad).has_value()) << bad;
}

}  // namespace
}  // namespace holdfast::net
