#include <gtest/gtest.h>

#include "net/url.hpp"

namespace holdfast::net {
namespace {

struct reference_case {
  char const* location;
  char const* expected;
};

TEST(UrlReference, ResolvesAsInRfc3986) {
  // Section 5.4, without the fragments, which are not sent, and with '/' where the RFC leaves a path empty.
  auto const base = *parse_url("http://a/b/c/d;p?q");
  for (auto const& c : {
           reference_case{"g", "http://a/b/c/g"},
           reference_case{"./g", "http://a/b/c/g"},
           reference_case{"g/", "http://a/b/c/g/"},
           reference_case{"/g", "http://a/g"},
           reference_case{"//g", "http://g/"},
           reference_case{"?y", "http://a/b/c/d;p?y"},
           reference_case{"g?y", "http://a/b/c/g?y"},
           reference_case{"#s", "http://a/b/c/d;p?q"},
           reference_case{"g?y#s", "http://a/b/c/g?y"},
           reference_case{";x", "http://a/b/c/;x"},
           reference_case{"", "http://a/b/c/d;p?q"},
           reference_case{".", "http://a/b/c/"},
           reference_case{"./", "http://a/b/c/"},
           reference_case{"..", "http://a/b/"},
           reference_case{"../", "http://a/b/"},
           reference_case{"../g", "http://a/b/g"},
           reference_case{"../..", "http://a/"},
           reference_case{"../../g", "http://a/g"},
           reference_case{"../../../../g", "http://a/g"},
           reference_case{"/./g", "http://a/g"},
           reference_case{"/../g", "http://a/g"},
           reference_case{"g.", "http://a/b/c/g."},
           reference_case{"..g", "http://a/b/c/..g"},
           reference_case{"./g/.", "http://a/b/c/g/"},
           reference_case{"g/./h", "http://a/b/c/g/h"},
           reference_case{"g;x=1/../y", "http://a/b/c/y"},
           reference_case{"g?y/../x", "http://a/b/c/g?y/../x"},
       }) {
    SCOPED_TRACE(c.location);
    auto const found = resolve_reference(base, c.location);
    ASSERT_TRUE(found.has_value()) << found.error().problem;
    EXPECT_EQ(to_string(*found), c.expected);
  }
}

TEST(UrlReference, FollowsToOtherOrigins) {
  auto const base = *parse_url("https://a:8443/x");
  EXPECT_EQ(to_string(*resolve_reference(base, "http://b:81/../y")), "http://b:81/y");
  EXPECT_EQ(to_string(*resolve_reference(base, "//b/y")), "https://b/y");
  EXPECT_EQ(to_string(*resolve_reference(base, "HTTP://B")), "http://b/");
}

TEST(UrlReference, EscapesWhatServersForgetToEscape) {
  auto const base = *parse_url("http://a/");
  EXPECT_EQ(resolve_reference(base, "/a b\xc3\xa9")->target, "/a%20b%C3%A9");
  EXPECT_EQ(resolve_reference(base, "http://a/x y")->target, "/x%20y");
}

TEST(UrlReference, TakesTheLoginToTheSameOriginOnly) {
  auto const base = *parse_url("http://u:p@a/x");
  EXPECT_TRUE(resolve_reference(base, "/y")->login.has_value());
  EXPECT_TRUE(resolve_reference(base, "http://a/y")->login.has_value());
  EXPECT_FALSE(resolve_reference(base, "http://b/y")->login.has_value());
  EXPECT_FALSE(resolve_reference(base, "https://a/y")->login.has_value());
  EXPECT_FALSE(resolve_reference(base, "http://a:81/y")->login.has_value());
  EXPECT_EQ(resolve_reference(base, "http://v@a/y")->login->user, "v");
}

TEST(UrlReference, StaysOnItsUnixSocket) {
  auto const base = *parse_url("http+unix://%2Fs/x");
  EXPECT_EQ(resolve_reference(base, "/y")->to, base.to);
  EXPECT_EQ(resolve_reference(base, "http://localhost/y")->to, base.to);
  EXPECT_EQ(resolve_reference(base, "http://other/y")->to.unix_path, "");
  EXPECT_FALSE(resolve_reference(base, "http+unix://%2Fother/y").has_value());
  EXPECT_FALSE(resolve_reference(*parse_url("http://h"), "unix:/run/docker.sock:/x").has_value());
}

TEST(UrlReference, RefusesWhatLeadsNowhere) {
  auto const base = *parse_url("http://a/");
  for (auto const* bad : {"mailto:x@y", "javascript:alert(1)", "ftp://h/", "http://", "http:x", "http://h:99999/",
                          "/a\r\nX: y", "//", "data:text/plain,x"}) {
    SCOPED_TRACE(bad);
    auto const found = resolve_reference(base, bad);
    ASSERT_FALSE(found.has_value());
    EXPECT_FALSE(found.error().problem.empty());
    EXPECT_FALSE(found.error().fix.empty());
  }
}

}  // namespace
}  // namespace holdfast::net
