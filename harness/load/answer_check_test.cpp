#include "load/answer_check.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

constexpr std::array<variable_name, 1> names{{{"id", 0}}};

text_template text(std::string_view from) { return *text_template::compile(from, {.variables = names}); }
text_pattern pattern(std::string_view from) { return *text_pattern::compile(from); }

struct judged {
  outcome verdict;
  std::string reason;
};

// Judges an answer with two headers and the JSON places "/id" (0) and "/list" (1).
judged verdict_of(answer_rules const& rules, std::uint16_t status, std::string_view body = {},
                  std::vector<header_field> headers = {}) {
  std::vector<json_pointer> const pointers{*json_pointer::parse("/id"), *json_pointer::parse("/list")};
  answer_scratch scratch;
  answer const reply{.status = status, .body_bytes = body.size(), .headers = headers, .body = body};
  answer_view view{reply, pointers, scratch};
  random_engine random{1};
  std::array<std::string_view, 1> const values{"17"};
  judged out;
  out.verdict = judge(rules, view, {.variables = values, .random = random}, out.reason);
  return out;
}

struct status_case {
  char const* claim;
  std::vector<status_range> expected;
  std::uint16_t status;
  outcome verdict;
};

TEST(AnswerCheck, ClassesByStatus) {
  for (auto const& c : {
           status_case{"without a check, 200 is ok", {}, 200, outcome::ok},
           status_case{"without a check, 302 is ok", {}, 302, outcome::ok},
           status_case{"without a check, 404 is a client error", {}, 404, outcome::http_4xx},
           status_case{"without a check, 500 is a server error", {}, 500, outcome::http_5xx},
           status_case{"503 alone is no fast refusal", {}, 503, outcome::http_5xx},
           status_case{"429 alone is no fast refusal", {}, 429, outcome::http_4xx},
           status_case{"an expected 409 is ok", {{409, 409}}, 409, outcome::ok},
           status_case{"an expected 500 is ok", {{200, 200}, {500, 599}}, 503, outcome::ok},
           status_case{"an unexpected 200 fails the check", {{201, 201}}, 200, outcome::check_failed},
           status_case{"an unexpected 404 keeps its class", {{200, 299}}, 404, outcome::http_4xx},
           status_case{"an unexpected 502 keeps its class", {{200, 299}}, 502, outcome::http_5xx},
       }) {
    SCOPED_TRACE(c.claim);
    auto const out = verdict_of({.check = {.status = c.expected}}, c.status);
    EXPECT_EQ(out.verdict, c.verdict);
    EXPECT_EQ(out.reason, c.verdict == outcome::ok ? "" : "status " + std::to_string(c.status));
  }
}

TEST(AnswerCheck, RetryAfterMarksADeliberateRefusal) {
  std::vector<header_field> const retry{{"Retry-After", "1"}};
  EXPECT_EQ(verdict_of({}, 503, {}, retry).verdict, outcome::refused_fast);
  EXPECT_EQ(verdict_of({}, 429, {}, retry).verdict, outcome::refused_fast);
  EXPECT_EQ(verdict_of({}, 500, {}, retry).verdict, outcome::http_5xx);
  EXPECT_EQ(verdict_of({}, 200, {}, retry).verdict, outcome::ok);
  EXPECT_EQ(verdict_of({.check = {.status = {{503, 503}}}}, 503, {}, retry).verdict, outcome::ok)
      << "who expects 503 gets it";
  EXPECT_EQ(verdict_of({.check = {.status = {{200, 200}}}}, 503, {}, retry).verdict, outcome::refused_fast);
}

TEST(AnswerCheck, ARefusedRuleReplacesTheDefault) {
  answer_rules const rules{.refused =
                               answer_conditions{.status = {{503, 503}}, .body = {.contains = {text("breaker")}}}};
  EXPECT_EQ(verdict_of(rules, 503, "breaker open").verdict, outcome::refused_fast);
  EXPECT_EQ(verdict_of(rules, 503, "crash").verdict, outcome::http_5xx);
  EXPECT_EQ(verdict_of(rules, 503, "crash", {{"Retry-After", "1"}}).verdict, outcome::http_5xx);
}

TEST(AnswerCheck, AFallbackIsOkButMarked) {
  answer_rules const rules{
      .check = {.body = {.lacks = {text("error")}}},
      .fallback = answer_conditions{.headers = {{.name = "x-fallback", .value = {.equals = text("true")}}}}};
  EXPECT_EQ(verdict_of(rules, 200, "x", {{"X-Fallback", "true"}}).verdict, outcome::ok_by_fallback);
  EXPECT_EQ(verdict_of(rules, 200, "x", {{"X-Fallback", "false"}}).verdict, outcome::ok);
  EXPECT_EQ(verdict_of(rules, 200, "x").verdict, outcome::ok);
  EXPECT_EQ(verdict_of(rules, 200, "x").reason, "");
  EXPECT_EQ(verdict_of(rules, 200, "error", {{"X-Fallback", "true"}}).verdict, outcome::check_failed);
  EXPECT_EQ(verdict_of(rules, 500, "x", {{"X-Fallback", "true"}}).verdict, outcome::http_5xx);
}

struct condition_case {
  char const* claim;
  answer_conditions wanted;
  std::string_view body;
  std::string_view reason;  // empty: holds
};

void expect_reasons(std::vector<condition_case> const& cases) {
  for (auto const& c : cases) {
    SCOPED_TRACE(c.claim);
    auto const out = verdict_of({.check = c.wanted}, 200, c.body, {{"Content-Type", "text/html; x"}});
    EXPECT_EQ(out.verdict, c.reason.empty() ? outcome::ok : outcome::check_failed);
    EXPECT_EQ(out.reason, c.reason);
  }
}

TEST(AnswerCheck, LooksAtHeaders) {
  auto const type = [](text_condition value) {
    return answer_conditions{.headers = {{.name = "content-type", .value = std::move(value)}}};
  };
  expect_reasons({
      {"present", type({}), "", ""},
      {"missing", {.headers = {{.name = "etag"}}}, "", "header \"etag\" is missing"},
      {"absent as wanted", {.headers = {{.name = "etag", .present = false}}}, "", ""},
      {"there though unwanted",
       {.headers = {{.name = "content-type", .present = false}}},
       "",
       "header \"content-type\" is there"},
      {"equal", type({.equals = text("text/html; x")}), "", ""},
      {"not equal", type({.equals = text("text/html")}), "",
       "header \"content-type\" is \"text/html; x\", not \"text/html\""},
      {"contains", type({.contains = {text("html")}}), "", ""},
      {"does not contain", type({.contains = {text("json")}}), "", "header \"content-type\" does not contain \"json\""},
      {"matches", type({.matches = pattern("^text/")}), "", ""},
      {"does not match", type({.matches = pattern("^json/")}), "",
       "header \"content-type\" does not match the pattern"},
  });
}

TEST(AnswerCheck, LooksAtBodies) {
  expect_reasons({
      {"contains all", {.body = {.contains = {text("a"), text("b")}}}, "ab", ""},
      {"lacks one", {.body = {.contains = {text("a"), text("c")}}}, "ab", "body does not contain \"c\""},
      {"has what it must not", {.body = {.lacks = {text("b")}}}, "ab", "body contains \"b\""},
      {"equal", {.body = {.equals = text("ab")}}, "ab", ""},
      {"not equal", {.body = {.equals = text("a")}}, "ab", "body is \"ab\", not \"a\""},
      {"matches", {.body = {.matches = pattern("^a.$")}}, "ab", ""},
      {"a variable's value", {.body = {.contains = {text("id={{id}};")}}}, "id=17;", ""},
      {"another value", {.body = {.contains = {text("id={{id}};")}}}, "id=18;", "body does not contain \"id=17;\""},
      {"long enough", {.least_bytes = 2}, "ab", ""},
      {"too short", {.least_bytes = 3}, "ab", "body has 2 bytes, fewer than 3"},
      {"short enough", {.most_bytes = 2}, "ab", ""},
      {"too long", {.most_bytes = 1}, "ab", "body has 2 bytes, more than 1"},
  });
}

TEST(AnswerCheck, LooksAtJson) {
  auto const at_id = [](std::optional<json_kind> kind, std::string_view equals) {
    return answer_conditions{.json = {{.pointer = 0, .kind = kind, .value = {.equals = text(equals)}}}};
  };
  expect_reasons({
      {"exists", {.json = {{.pointer = 1}}}, R"({"list":[]})", ""},
      {"is missing", {.json = {{.pointer = 1}}}, "{}", "body at \"/list\" is missing"},
      {"absent as wanted", {.json = {{.pointer = 1, .exists = false}}}, "{}", ""},
      {"there though unwanted",
       {.json = {{.pointer = 1, .exists = false}}},
       R"({"list":1})",
       "body at \"/list\" is there"},
      {"absence needs JSON too", {.json = {{.pointer = 1, .exists = false}}}, "<html>", "the body is not valid JSON"},
      {"an equal string", at_id(json_kind::string, "x"), R"({"id":"x"})", ""},
      {"another string", at_id(json_kind::string, "x"), R"({"id":"y"})", "body at \"/id\" is \"y\", not \"x\""},
      {"a number is no string", at_id(json_kind::string, "5"), R"({"id":5})",
       "body at \"/id\" is a number, not a string"},
      {"an equal number", at_id(json_kind::number, "5"), R"({"id":5.0})", ""},
      {"another number", at_id(json_kind::number, "5"), R"({"id":6})", "body at \"/id\" is \"6\", not \"5\""},
      {"numbers beyond a double's digits", at_id(json_kind::number, "9007199254740993"), R"({"id":9007199254740992})",
       "body at \"/id\" is \"9007199254740992\", not \"9007199254740993\""},
      {"null", at_id(json_kind::null, "null"), R"({"id":null})", ""},
      {"true is not false", at_id(json_kind::boolean, "true"), R"({"id":false})",
       "body at \"/id\" is \"false\", not \"true\""},
      {"a variable, whatever the kind", at_id(std::nullopt, "{{id}}"), R"({"id":17})", ""},
      {"a variable of another value", at_id(std::nullopt, "{{id}}"), R"({"id":"18"})",
       "body at \"/id\" is \"18\", not \"17\""},
      {"matches", {.json = {{.pointer = 0, .value = {.matches = pattern("^[a-f0-9]+$")}}}}, R"({"id":"beef"})", ""},
  });
}

TEST(AnswerCheck, KnowsWhetherItNeedsTheBody) {
  EXPECT_FALSE((answer_rules{.check = {.status = {{200, 200}}, .least_bytes = 1}}.needs_body()));
  EXPECT_TRUE((answer_rules{.check = {.body = {.contains = {text("a")}}}}.needs_body()));
  EXPECT_TRUE((answer_rules{.fallback = answer_conditions{.json = {{}}}}.needs_body()));
}

}  // namespace
}  // namespace holdfast::load
