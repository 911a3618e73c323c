#include "load/extraction.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

struct sample_answer {
  std::array<header_field, 2> headers{{{"Location", "/orders/17"},
                                       {"X-Token",
                                        "a\x01"
                                        "b"}}};
  std::vector<json_pointer> pointers{*json_pointer::parse("/id"), *json_pointer::parse("/missing")};
  answer_scratch scratch;

  // The value, or "!" and the reason.
  std::string taken(extraction const& what, std::string_view body, bool cut = false) {
    answer const reply{.status = 200, .body_bytes = body.size(), .headers = headers, .body = body, .body_was_cut = cut};
    answer_view view{reply, pointers, scratch};
    std::string value;
    std::string reason;
    return extract(what, view, value, reason) ? value : "!" + reason;
  }
};

extraction from(std::variant<json_source, header_source, pattern_source> source,
                std::optional<std::string> otherwise = {}) {
  return {.name = "id", .from = std::move(source), .otherwise = std::move(otherwise)};
}

TEST(Extraction, TakesValuesOutOfAnAnswer) {
  sample_answer sample;
  EXPECT_EQ(sample.taken(from(json_source{0}), R"({"id": "a\"b"})"), "a\"b");
  EXPECT_EQ(sample.taken(from(json_source{0}), R"({"id": {"x": [1, 2]}})"), R"({"x": [1, 2]})");
  EXPECT_EQ(sample.taken(from(header_source{"location"}), ""), "/orders/17");
  EXPECT_EQ(sample.taken(from(pattern_source{*text_pattern::compile("id=(\\d+)")}), "id=x id=42"), "42");
}

TEST(Extraction, SaysWhyThereIsNoValue) {
  sample_answer sample;
  EXPECT_EQ(sample.taken(from(json_source{1}), R"({"id": 1})"),
            "!no value for \"id\": the body has nothing at \"/missing\"");
  EXPECT_EQ(sample.taken(from(json_source{0}), "<html>"), "!no value for \"id\": the body is not valid JSON");
  EXPECT_NE(sample.taken(from(json_source{0}), "{\"id\"", true).find("longer than what is kept"), std::string::npos);
  EXPECT_EQ(sample.taken(from(header_source{"etag"}), ""), "!no value for \"id\": the answer has no header \"etag\"");
  EXPECT_EQ(sample.taken(from(pattern_source{*text_pattern::compile("z")}), "abc"),
            "!no value for \"id\": the pattern does not occur in the body");
  EXPECT_EQ(sample.taken(from(json_source{0}), std::string(100'000, '[')),
            "!no value for \"id\": the body is nested too deeply");
}

TEST(Extraction, ADefaultStandsInForAMissingValue) {
  sample_answer sample;
  EXPECT_EQ(sample.taken(from(json_source{1}, "none"), "{}"), "none");
  EXPECT_EQ(sample.taken(from(json_source{1}, ""), "no json"), "");
  EXPECT_EQ(sample.taken(from(header_source{"location"}, "none"), ""), "/orders/17");
}

TEST(Extraction, AnAnswerCannotSmuggleControlCharactersIntoHeaders) {
  sample_answer sample;
  auto what = from(json_source{0});
  EXPECT_EQ(sample.taken(what, R"({"id": "a\r\nX: 1"})"), "a\r\nX: 1") << "a body may hold them";
  what.goes_into_header = true;
  EXPECT_NE(sample.taken(what, R"({"id": "a\r\nX: 1"})").find("control characters"), std::string::npos);
  EXPECT_NE(sample.taken(what, R"({"id": "a\u0000"})").find("control characters"), std::string::npos);
}

TEST(Extraction, KeepsNoEndlessValues) {
  sample_answer sample;
  auto const what = from(pattern_source{*text_pattern::compile("a+")});
  EXPECT_EQ(sample.taken(what, std::string(longest_extraction, 'a')).size(), longest_extraction);
  EXPECT_NE(sample.taken(what, std::string(longest_extraction + 1, 'a')).find("at most"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::load
