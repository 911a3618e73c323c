#include "core/json_fields.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

// A parsed text, a collector, and what it has found so far.
struct reading {
  explicit reading(std::string_view text) : document{*parse_json(text, "s.json")} {}
  json_field root() const { return {&document, ""}; }
  json_field member(std::size_t i) const { return {&document.members[i].value, document.members[i].key}; }
  std::string found() { return to_string(problems.take()); }

  json_value document;
  json_problems problems{"s.json"};
};

constexpr std::array<std::string_view, 2> known{"base", "mix"};

TEST(JsonFields, SuggestsTheNearestKnownKey) {
  reading r{"{\n\"basee\": 1}"};
  json_object const object{r.root(), known, r.problems};
  EXPECT_EQ(r.found(), "s.json:2: basee: no such key here (got \"1\").\nDid you mean \"base\"?\n");
}

TEST(JsonFields, ListsTheKnownKeysWhenNoneIsNear) {
  reading r{"{\"temperature\": 1}"};
  json_object const object{r.root(), known, r.problems};
  EXPECT_NE(r.found().find("Known here: base, mix."), std::string::npos);
}

TEST(JsonFields, RefusesRepeatedKeysWithBothLines) {
  reading r{"{\"base\": 1,\n\"mix\": [],\n\"base\": 2}"};
  json_object const object{r.root(), known, r.problems};
  EXPECT_EQ(
      r.found(),
      "s.json:3: base: the key stands here for the second time; first on line 1 (got \"2\").\nKeep one of them.\n");
}

TEST(JsonFields, ReportsMissingKeysOnTheLineOfTheirObject) {
  reading r{"\n{}"};
  json_object const object{r.root(), known, r.problems};
  EXPECT_FALSE(object.require("mix", "Add a mix.", r.problems));
  EXPECT_EQ(r.found(), "s.json:2: mix: missing.\nAdd a mix.\n");
}

TEST(JsonFields, ReportsWrongKindsWithTheValue) {
  reading r{
      R"({"a": "x", "b": 1, "c": [2], "d": {}, "e": true, "f": "yes", "g": -1, "h": 1.5, "i": "12", "j": "5 parsec"})"};
  EXPECT_FALSE(number_of(r.member(0), r.problems));
  EXPECT_FALSE(string_of(r.member(1), r.problems));
  EXPECT_FALSE(boolean_of(r.member(5), r.problems));
  EXPECT_FALSE(count_of(r.member(6), 0, 9, r.problems));
  EXPECT_FALSE(count_of(r.member(7), 0, 9, r.problems));
  EXPECT_FALSE(duration_of(r.member(8), r.problems));
  EXPECT_FALSE(size_of(r.member(9), r.problems));
  EXPECT_TRUE(elements_of(r.member(3), r.problems).empty());
  EXPECT_TRUE(named_members(r.member(2), r.problems).empty());
  EXPECT_FALSE(word_of(r.member(0), known, r.problems));
  EXPECT_EQ(r.problems.size(), 10U);
  auto const text = r.found();
  for (auto const* part :
       {"a: must be a number, not a string (got \"x\")", "b: must be a string, not a number (got \"1\")",
        "f: must be true or false", "g: must be a whole number from 0 to 9 (got \"-1\")",
        "h: must be a whole number from 0 to 9 (got \"1.5\")", "d: must be an array, not an object (got \"{}\")",
        "c: must be an object, not an array (got \"[2]\")", "Use one of: base, mix."}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
}

TEST(JsonFields, ReadsTypedValues) {
  reading r{R"({"a": "x", "b": 7, "c": true, "d": "250ms", "e": "64KiB", "f": 512, "g": "mix", "h": [1, 2]})"};
  EXPECT_EQ(string_of(r.member(0), r.problems), "x");
  EXPECT_EQ(count_of(r.member(1), 7, 7, r.problems), 7U);
  EXPECT_EQ(number_of(r.member(1), r.problems), 7);
  EXPECT_EQ(boolean_of(r.member(2), r.problems), true);
  EXPECT_EQ(duration_of(r.member(3), r.problems), 250ms);
  EXPECT_EQ(size_of(r.member(4), r.problems), 65536U);
  EXPECT_EQ(size_of(r.member(5), r.problems), 512U);
  EXPECT_EQ(word_of(r.member(6), known, r.problems), "mix");
  auto const elements = elements_of(r.member(7), r.problems);
  ASSERT_EQ(elements.size(), 2U);
  EXPECT_EQ(elements[1].path, "h[1]");
  EXPECT_TRUE(r.problems.empty());
}

TEST(JsonFields, ShortensLongValuesBetweenCharacters) {
  json_value const value{.kind = json_kind::string, .text = std::string(56, 'a') + "éééééé"};
  EXPECT_EQ(shown(value), std::string(56, 'a') + "...");
}

}  // namespace
}  // namespace holdfast
