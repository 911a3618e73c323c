#include "target/path_kind.hpp"

#include <gtest/gtest.h>

#include "target/misbehaviour.hpp"

namespace holdfast::target {
namespace {

TEST(PathKind, IsFoundFromMethodAndTarget) {
  struct path_case {
    char const* method;
    char const* target;
    path_kind kind;
    char const* argument;
    char const* query;
  };
  for (auto const& c : {
           path_case{"GET", "/", path_kind::ordinary, "", ""},
           path_case{"GET", "*", path_kind::ordinary, "", ""},
           path_case{"GET", "/anything/else?x=1", path_kind::ordinary, "", "x=1"},
           path_case{"GET", "/status/404", path_kind::status, "404", ""},
           path_case{"GET", "/status", path_kind::ordinary, "", ""},
           path_case{"GET", "/status/", path_kind::status, "", ""},
           path_case{"GET", "/digest-auth/me/pw?qop=none", path_kind::digest_auth, "me/pw", "qop=none"},
           path_case{"GET", "/statusx/404", path_kind::ordinary, "", ""},
           path_case{"GET", "/bytes/10?chunked=1", path_kind::bytes, "10", "chunked=1"},
           path_case{"GET", "http://host:80/delay/5ms", path_kind::delay, "5ms", ""},
           path_case{"GET", "http://host", path_kind::ordinary, "", ""},
           path_case{"GET", "/redirect-to/http://x/y?z=1", path_kind::redirect_to, "http://x/y", "z=1"},
           path_case{"GET", "/redirect/3?to=/a", path_kind::redirect, "3", "to=/a"},
           path_case{"GET", "/cookies", path_kind::cookies, "", ""},
           path_case{"GET", "/cookies/set?a=b", path_kind::cookies_set, "", "a=b"},
           path_case{"GET", "/html", path_kind::html, "", ""},
           path_case{"GET", "/html/style.css", path_kind::html_part, "style.css", ""},
           path_case{"GET", "/reset", path_kind::reset, "", ""},
           path_case{"GET", "/close-after/2", path_kind::close_after, "2", ""},
           path_case{"GET", "/__truth", path_kind::truth, "", ""},
           path_case{"POST", "/__truth/reset", path_kind::truth_reset, "", ""},
           path_case{"GET", "/__truth/reset", path_kind::truth, "", ""},
       }) {
    SCOPED_TRACE(c.target);
    auto const got = match_path(c.method, c.target);
    EXPECT_EQ(key_of(got.kind), key_of(c.kind));
    EXPECT_EQ(got.argument, c.argument);
    EXPECT_EQ(got.query, c.query);
  }
}

TEST(PathKind, FindsAValueInAQuery) {
  EXPECT_EQ(query_value("a=1&to=/x&b=2", "to"), "/x");
  EXPECT_EQ(query_value("auto=1", "to"), "");
  EXPECT_EQ(query_value("to", "to"), "");
  EXPECT_EQ(query_value("", "to"), "");
}

TEST(Misbehaviour, HasANameForEachKind) {
  for (auto const name : misbehaviour_names()) {
    auto const kind = misbehaviour_named(name);
    ASSERT_TRUE(kind) << name;
    EXPECT_TRUE(is_misbehaviour(*kind));
    EXPECT_EQ(match_path("GET", "/" + std::string{name}).kind, *kind) << name;
  }
  EXPECT_FALSE(misbehaviour_named("politeness"));
  EXPECT_FALSE(is_misbehaviour(path_kind::ordinary));
}

std::vector<std::uint64_t> hits_of(misbehaviour_settings const& settings, std::uint64_t requests, std::uint64_t seed) {
  random_engine random{seed};
  std::vector<std::uint64_t> hit;
  for (std::uint64_t i = 1; i <= requests; ++i) {
    if (settings.hits(i, random)) hit.push_back(i);
  }
  return hit;
}

TEST(Misbehaviour, HitsTheRequestsThatItsConditionsName) {
  auto const kind = path_kind::reset;
  EXPECT_TRUE(hits_of({}, 10, 1).empty());
  EXPECT_EQ(hits_of({.kind = kind}, 3, 1), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(hits_of({.kind = kind, .every = 3}, 7, 1), (std::vector<std::uint64_t>{3, 6}));
  EXPECT_EQ(hits_of({.kind = kind, .after = 5}, 7, 1), (std::vector<std::uint64_t>{6, 7}));
  EXPECT_EQ(hits_of({.kind = kind, .every = 2, .after = 2}, 6, 1), (std::vector<std::uint64_t>{4, 6}));
  EXPECT_TRUE(hits_of({.kind = kind, .probability = 0}, 100, 1).empty());
  auto const some = hits_of({.kind = kind, .probability = 0.25}, 10'000, 1);
  EXPECT_NEAR(static_cast<double>(some.size()), 2500, 250);
  EXPECT_EQ(some, hits_of({.kind = kind, .probability = 0.25}, 10'000, 1));
  EXPECT_NE(some, hits_of({.kind = kind, .probability = 0.25}, 10'000, 2));
}

}  // namespace
}  // namespace holdfast::target
