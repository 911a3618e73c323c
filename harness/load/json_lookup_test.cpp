#include "load/json_lookup.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

// The text at one place; "(none)" when there is nothing.
std::string at(std::string_view body, std::string_view place) {
  std::vector<json_pointer> const pointers{*json_pointer::parse(place)};
  std::vector<json_finding> findings;
  look_up(body, pointers, findings);
  return findings[0].exists ? findings[0].text : "(none)";
}

struct lookup_case {
  char const* claim;
  std::string_view place;
  std::string_view expected;
};

TEST(JsonLookup, FindsWhatStandsAtAPlace) {
  constexpr std::string_view body =
      R"( {"items":[{"id":17,"tags":["a","b\u00e9\"x"]},{"id":-2.50e1, "x" : {} }],"a/b":1,"m~n":2,"":3,"ok":true,
          "none":null,"7":"key","big":18446744073709551615,"deep":[[[ 5 ]]]} )";
  for (auto const& c : {
           lookup_case{"a number in an array's object", "/items/0/id", "17"},
           lookup_case{"a number as it is written", "/items/1/id", "-2.50e1"},
           lookup_case{"a string without quotes and escapes", "/items/0/tags/1", "b\u00e9\"x"},
           lookup_case{"an object as JSON", "/items/1", R"({"id":-2.50e1, "x" : {} })"},
           lookup_case{"an array as JSON", "/items/0/tags", R"(["a","b\u00e9\"x"])"},
           lookup_case{"an escaped slash", "/a~1b", "1"},
           lookup_case{"an escaped tilde", "/m~0n", "2"},
           lookup_case{"an empty key", "/", "3"},
           lookup_case{"true", "/ok", "true"},
           lookup_case{"null exists", "/none", "null"},
           lookup_case{"a key that is a number", "/7", "key"},
           lookup_case{"a number beyond 63 bits", "/big", "18446744073709551615"},
           lookup_case{"arrays in arrays", "/deep/0/0/0", "5"},
           lookup_case{"no such key", "/nothing", "(none)"},
           lookup_case{"no such element", "/items/2", "(none)"},
           lookup_case{"an index with a leading zero is no index", "/items/00", "(none)"},
           lookup_case{"the element after the last does not exist", "/items/-", "(none)"},
           lookup_case{"a way through a scalar", "/ok/x", "(none)"},
           lookup_case{"a way deeper than a match", "/items/0/id/0", "(none)"},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(at(body, c.place), c.expected);
  }
  EXPECT_EQ(at(" 12\n", ""), "12");
  EXPECT_EQ(at("[1,[2],3]", ""), "[1,[2],3]");
  EXPECT_EQ(at("[1,[2],3]", "/2"), "3");
}

TEST(JsonLookup, FindsSeveralPlacesInOnePass) {
  std::vector<json_pointer> const pointers{*json_pointer::parse("/b/0"), *json_pointer::parse("/a"),
                                           *json_pointer::parse("/b"), *json_pointer::parse("/c")};
  std::vector<json_finding> findings;
  EXPECT_EQ(look_up(R"({"a":"x","b":[1]})", pointers, findings), "");
  EXPECT_EQ(findings[0].text, "1");
  EXPECT_EQ(findings[1].text, "x");
  EXPECT_EQ(findings[1].kind, json_kind::string);
  EXPECT_EQ(findings[2].text, "[1]");
  EXPECT_EQ(findings[2].kind, json_kind::array);
  EXPECT_FALSE(findings[3].exists);
  EXPECT_EQ(look_up("{}", pointers, findings), "");
  EXPECT_FALSE(findings[0].exists) << "nothing stays from the text before";
}

TEST(JsonLookup, OfARepeatedKeyTheLastOneCounts) { EXPECT_EQ(at(R"({"a":1,"a":2})", "/a"), "2"); }

TEST(JsonLookup, HostileBodiesAreRefusedWithoutCrash) {
  std::vector<json_pointer> const pointers{*json_pointer::parse("/a")};
  std::vector<json_finding> findings;
  for (auto const* text : {"", "{", "{\"a\":1", "{\"a\":1}x", "\"\xff\"", "[1e999]", "{\"a\":1,}", "<html>"}) {
    EXPECT_EQ(look_up(text, pointers, findings), "the body is not valid JSON") << text;
    EXPECT_FALSE(findings[0].exists) << text;
  }
  EXPECT_EQ(look_up(std::string(10'000'000, '['), pointers, findings), "the body is nested too deeply");
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "{\"a\":";
  EXPECT_EQ(look_up(nested, pointers, findings), "the body is nested too deeply");
}

TEST(JsonLookup, RefusesTextsThatAreNoPointer) {
  EXPECT_FALSE(json_pointer::parse("a/b"));
  EXPECT_FALSE(json_pointer::parse("/a~2"));
  EXPECT_FALSE(json_pointer::parse("/a~"));
  EXPECT_TRUE(json_pointer::parse(""));
}

}  // namespace
}  // namespace holdfast::load
