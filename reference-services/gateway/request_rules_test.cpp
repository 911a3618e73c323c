#include "gateway/request_rules.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

TEST(RequestRules, AContinuedLineIsSeen) {
  EXPECT_TRUE(has_folded_line("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"));
  EXPECT_TRUE(has_folded_line("GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n"));
  EXPECT_FALSE(has_folded_line("GET / HTTP/1.1\r\nA: b c\r\n\r\n"));
}

struct framing_case {
  char const* claim;
  fields head;
  bool is_ambiguous;
};

TEST(RequestRules, BodiesMustEndInOnePlace) {
  for (auto const& c : {framing_case{"one length", {{"content-length", "5"}}, false},
                        framing_case{"one coding", {{"Transfer-Encoding", "chunked"}}, false},
                        framing_case{"no body", {{"Host", "a"}}, false},
                        framing_case{"two lengths", {{"Content-Length", "5"}, {"content-length", "6"}}, true},
                        framing_case{"the same twice", {{"Content-Length", "5"}, {"Content-Length", "5"}}, true},
                        framing_case{"a list", {{"Content-Length", "5, 5"}}, true},
                        framing_case{"a sign", {{"Content-Length", "+5"}}, true},
                        framing_case{"both", {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}, true},
                        framing_case{"two codings", {{"Transfer-Encoding", "x"}, {"Transfer-Encoding", "y"}}, true}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(is_framed_ambiguously(c.head), c.is_ambiguous);
  }
}

TEST(RequestRules, TargetsWithAHostLoseIt) {
  EXPECT_EQ(path_and_query("/a?b"), "/a?b");
  EXPECT_EQ(path_and_query("http://host:1/a?b"), "/a?b");
  EXPECT_EQ(path_and_query("http://host"), "/");
}

}  // namespace
}  // namespace holdfast::gateway
