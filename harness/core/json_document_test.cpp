#include "core/json_document.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

json_value parsed(std::string_view text) {
  auto document = parse_json(text, "a.json");
  EXPECT_TRUE(document) << to_string(document.error());
  return document ? *document : json_value{};
}

diagnostic refusal(std::string_view text, json_limits limits = {}) {
  auto const document = parse_json(text, "a.json", limits);
  EXPECT_FALSE(document) << text;
  return document ? diagnostic{} : document.error().front();
}

TEST(JsonDocument, GivesEveryKeyAndValueItsLine) {
  auto const root =
      parsed("{\n  \"a\": 1\n  , \"b\":\n    [true,\n     null, \"x\"\n    ],\n\n  \"c\": {\"d\": -2.5e3}}\n");
  EXPECT_EQ(root.line, 1U);
  ASSERT_EQ(root.members.size(), 3U);
  EXPECT_EQ(root.members[0].line, 2U);
  EXPECT_EQ(root.members[0].value.line, 2U) << "the line feed that ends a number is not part of it";
  EXPECT_EQ(root.members[1].line, 3U);
  EXPECT_EQ(root.members[1].value.line, 4U);
  EXPECT_EQ(root.members[1].value.elements[0].line, 4U);
  EXPECT_EQ(root.members[1].value.elements[2].line, 5U);
  EXPECT_EQ(root.members[2].line, 8U);
  EXPECT_EQ(root.members[2].value.members[0].value.number, -2500);
  EXPECT_EQ(root.members[2].value.members[0].value.text, "-2.5e3");
}

TEST(JsonDocument, KeepsOrderAndRepeatedKeys) {
  auto const root = parsed("{\"z\":1,\"a\":2,\n\"z\":3}");
  ASSERT_EQ(root.members.size(), 3U);
  EXPECT_EQ(root.members[0].key, "z");
  EXPECT_EQ(root.members[1].key, "a");
  EXPECT_EQ(root.members[2].key, "z");
  EXPECT_EQ(root.members[2].line, 2U);
}

TEST(JsonDocument, ReadsScalarsAtTheTop) {
  EXPECT_EQ(parsed("12").number, 12);
  EXPECT_EQ(parsed("18446744073709551615").text, "18446744073709551615");
  EXPECT_EQ(parsed("-7").text, "-7");
  EXPECT_EQ(parsed("\"\\u00e9\\n\"").text, "é\n");
  EXPECT_TRUE(parsed("true").boolean);
  EXPECT_EQ(parsed("\xef\xbb\xbfnull").kind, json_kind::null) << "a byte order mark is skipped";
}

TEST(JsonDocument, WritesCompactTextWithNumbersAsTheyWere) {
  constexpr std::string_view text = R"({"b":[1.50,"q\"\\\n\u0001",{}],"a":null,"c":[]})";
  EXPECT_EQ(to_json(parsed(text)), text);
}

struct syntax_case {
  char const* claim;
  std::string_view text;
  std::uint32_t line;
};

TEST(JsonDocument, NamesTheLineOfASyntaxError) {
  for (auto const& c :
       {syntax_case{"an empty text", "", 1}, syntax_case{"only white space", "\n\n ", 3},
        syntax_case{"a missing comma", "{\"a\": 1\n\"b\": 2}", 2},
        syntax_case{"a comma before the end", "{\"a\": 1,\n\n}", 3},
        syntax_case{"an unclosed string", "{\n\"a\": \"x\n}", 2}, syntax_case{"text after the end", "{}\n\nx", 3},
        syntax_case{"a comment", "// x\n{}", 1}, syntax_case{"a number too large", "[1,\n1e999]", 2},
        syntax_case{"invalid UTF-8", "[\n\"\xff\"]", 2}, syntax_case{"a bare word", "[\nyes]", 2}}) {
    SCOPED_TRACE(c.claim);
    auto const problem = refusal(c.text);
    EXPECT_EQ(problem.file, "a.json");
    EXPECT_EQ(problem.line, c.line);
    EXPECT_NE(problem.problem.find("not valid JSON"), std::string::npos);
    EXPECT_EQ(problem.problem.find("json.exception"), std::string::npos) << problem.problem;
    EXPECT_FALSE(problem.fix.empty());
  }
}

TEST(JsonDocument, RefusesDepthAndLengthBeyondTheLimits) {
  EXPECT_TRUE(parse_json("[[1]]", "f", {.depth = 2}));
  EXPECT_NE(refusal("[\n[[1]]]", {.depth = 2}).problem.find("nested more than 2 deep"), std::string::npos);
  EXPECT_EQ(refusal("[\n[[1]]]", {.depth = 2}).line, 2U);
  EXPECT_NE(refusal(std::string(1'000'000, '[')).problem.find("200"), std::string::npos);
  EXPECT_NE(refusal("[1,2]", {.bytes = 4}).problem.find("at most 4 bytes"), std::string::npos);
}

TEST(JsonDocument, CountsFromAGivenFirstLine) {
  EXPECT_EQ(parse_json("[\n1]", "f", {}, 10)->elements[0].line, 11U);
  EXPECT_EQ(parse_json("[\n1", "f", {}, 10).error()[0].line, 11U);
}

}  // namespace
}  // namespace holdfast
