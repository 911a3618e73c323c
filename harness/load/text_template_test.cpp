#include "load/text_template.hpp"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

constexpr std::array<variable_name, 4> names{{{"id", 0}, {"user_name", 1}, {"users.mail", 2}, {"mail", 2}}};

text_template compiled(std::string_view text, value_encoding encoding = value_encoding::as_is) {
  auto made = text_template::compile(text, {.variables = names, .encoding = encoding});
  EXPECT_TRUE(made) << text << ": " << made.error().front().problem;
  return made ? *made : text_template{};
}

std::string rendered(text_template const& what, std::uint64_t seed = 1,
                     std::array<std::string_view, 3> values = {"17", "Ann", "ann@example.org"}) {
  random_engine random{seed};
  std::string out;
  what.render({.variables = values, .random = random, .seq = 41, .user = 7}, out);
  return out;
}

struct render_case {
  char const* claim;
  std::string_view text;
  std::string_view expected;
};

TEST(TextTemplate, Renders) {
  for (auto const& c : {
           render_case{"text alone stays", "a } {b} }}", "a } {b} }}"},
           render_case{"an empty text is empty", "", ""},
           render_case{"a variable", "/items/{{id}}/x", "/items/17/x"},
           render_case{"white space in the braces does not matter", "{{ id\t}}", "17"},
           render_case{"several, side by side", "{{id}}{{user_name}}{{id}}", "17Ann17"},
           render_case{"a feeder's column by its full name", "{{users.mail}} {{mail}}",
                       "ann@example.org ann@example.org"},
           render_case{"the request's number", "{{seq}}-{{seq}}", "41-41"},
           render_case{"the user's number", "{{user}}", "7"},
           render_case{"a random number of one choice", "{{random -5 -5}}", "-5"},
           render_case{"escaped braces stay", "a\\{{id}} {{id}}", "a{{id}} 17"},
           render_case{"a value as part of a URL", "?m={{url users.mail}}", "?m=ann%40example.org"},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(rendered(compiled(c.text)), c.expected);
  }
}

TEST(TextTemplate, KnowsWhetherItIsStatic) {
  EXPECT_TRUE(compiled("").is_static());
  EXPECT_TRUE(compiled("abc \\{{x}}").is_static());
  EXPECT_EQ(compiled("abc \\{{x}}").text(), "abc {{x}}");
  EXPECT_FALSE(compiled("{{id}}").is_static());
  EXPECT_FALSE(compiled("a{{seq}}").is_static());
}

TEST(TextTemplate, KnowsWhatItUses) {
  EXPECT_EQ(compiled("{{users.mail}} {{id}} {{id}}").variables(), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_TRUE(compiled("{{seq}}").uses_seq());
  EXPECT_FALSE(compiled("{{user}}").uses_seq());
}

TEST(TextTemplate, EncodesValuesForTheirPlace) {
  std::array<std::string_view, 3> const hostile{"a b\r\nX: 1#\"é", "", ""};
  EXPECT_EQ(rendered(compiled("/x?q={{id}}&r=[1]", value_encoding::target), 1, hostile),
            "/x?q=a%20b%0D%0AX:%201%23%22%C3%A9&r=[1]");
  EXPECT_EQ(rendered(compiled("q\"={{id}}", value_encoding::json_string), 1, hostile), "q\\\"=a b\\u000d\\nX: 1#\\\"é");
  EXPECT_EQ(rendered(compiled("a b={{id}}", value_encoding::component), 1, hostile),
            "a%20b%3Da%20b%0D%0AX%3A%201%23%22%C3%A9");
}

TEST(TextTemplate, RawStandsAloneInAJsonString) {
  auto const whole = compiled("{{raw id}}", value_encoding::json_string);
  EXPECT_TRUE(whole.is_raw());
  EXPECT_EQ(rendered(whole), "17");
  EXPECT_FALSE(compiled("{{id}}", value_encoding::json_string).is_raw());
  EXPECT_FALSE(text_template::compile("x{{raw id}}", {.variables = names, .encoding = value_encoding::json_string}));
  EXPECT_FALSE(text_template::compile("{{raw id}}", {.variables = names}));
}

TEST(TextTemplate, DrawsUuidsOfVersionFour) {
  auto const text = rendered(compiled("{{uuid}}"));
  ASSERT_EQ(text.size(), 36U);
  for (auto const at : {8U, 13U, 18U, 23U}) EXPECT_EQ(text[at], '-');
  EXPECT_EQ(text[14], '4');
  EXPECT_NE(std::string_view{"89ab"}.find(text[19]), std::string_view::npos);
}

TEST(TextTemplate, DrawsWithinTheGivenBounds) {
  auto const die = compiled("{{random 1 6}}");
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) seen.insert(rendered(die, seed));
  EXPECT_EQ(seen, (std::set<std::string>{"1", "2", "3", "4", "5", "6"}));
  auto const letters = rendered(compiled("{{random_string 64}}"));
  EXPECT_EQ(letters.size(), 64U);
  EXPECT_EQ(letters.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
            std::string::npos);
  EXPECT_FALSE(rendered(compiled("{{random -9223372036854775808 9223372036854775807}}")).empty());
}

TEST(TextTemplate, SameSeedSameTextOtherSeedAnother) {
  auto const what = compiled("{{uuid}} {{random 1 1000000}} {{random_string 8}}");
  EXPECT_EQ(rendered(what, 3), rendered(what, 3));
  EXPECT_NE(rendered(what, 3), rendered(what, 4));
}

TEST(TextTemplate, AppendsWithoutLosingWhatIsThere) {
  auto both = compiled("a{{id}}b");
  both.append(compiled("c{{seq}}"));
  both.append_literal("d");
  EXPECT_EQ(rendered(both), "a17bc41d");
  auto fixed = text_template::literal("{{id}}");
  fixed.append(text_template::literal("!"));
  EXPECT_TRUE(fixed.is_static());
  EXPECT_EQ(fixed.text(), "{{id}}!");
}

TEST(TextTemplate, DoesNotAllocateOnceTheStringIsLongEnough) {
  auto const what = compiled("{{id}} {{seq}} {{uuid}} {{random 1 100}} {{random_string 8}}");
  std::string out;
  out.reserve(256);
  auto const* const before = out.data();
  random_engine random{1};
  std::array<std::string_view, 3> const values{"1", "2", "3"};
  for (int i = 0; i < 100; ++i) {
    out.clear();
    what.render({.variables = values, .random = random}, out);
  }
  EXPECT_EQ(out.data(), before);
}

struct refusal_case {
  char const* claim;
  std::string_view text;
  std::size_t column;
  std::string_view problem;
  std::string_view fix;
};

TEST(TextTemplate, RefusesWithColumnAndFix) {
  for (auto const& c : {
           refusal_case{"an unknown name", "/a/{{usr_name}}", 4, "no variable \"usr_name\"",
                        "Did you mean \"user_name\"?"},
           refusal_case{"an unknown name near nothing", "{{elephant}}", 1, "no variable", "Define it"},
           refusal_case{"a misspelt word", "{{uid}}", 1, "no variable \"uid\"", "Did you mean \"uuid\"?"},
           refusal_case{"braces without end", "ab{{id", 3, "not closed", "Close them"},
           refusal_case{"nothing in the braces", "{{ }}", 1, "needs a name", "{{seq}}"},
           refusal_case{"one argument too few", "{{random 1}}", 1, "two whole numbers", "{{random 1 100}}"},
           refusal_case{"arguments in the wrong order", "{{random 2 1}}", 1, "smaller one first", "{{random 1 100}}"},
           refusal_case{"no number", "{{random a b}}", 1, "two whole numbers", "{{random 1 100}}"},
           refusal_case{"a number too large", "{{random 0 9223372036854775808}}", 1, "two whole numbers", "{{random"},
           refusal_case{"a length of nothing", "{{random_string 0}}", 1, "from 1 to", "{{random_string 8}}"},
           refusal_case{"an argument too many", "{{seq 1}}", 1, "takes no arguments", "{{seq}}"},
           refusal_case{"a variable with arguments", "{{id 1}}", 1, "takes no arguments", "{{id}}"},
           refusal_case{"a modifier alone", "{{url}}", 1, "needs a name", "{{url id}}"},
           refusal_case{"two modifiers", "{{url url id}}", 1, "one modifier", "{{url id}}"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const made = text_template::compile(c.text, {.variables = names});
    ASSERT_FALSE(made);
    auto const found = made.error().front();
    EXPECT_EQ(found.column, c.column);
    EXPECT_NE(found.problem.find(c.problem), std::string::npos) << found.problem;
    EXPECT_NE(found.fix.find(c.fix), std::string::npos) << found.fix;
    EXPECT_NE(c.text.find(found.value), std::string_view::npos);
  }
}

TEST(TextTemplate, ReportsEveryProblem) {
  auto const made = text_template::compile("{{a}}{{b}}{{id}}{{random}}", {.variables = names});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().size(), 3U);
}

TEST(TextTemplate, RefusesDrawsWhereTheyMakeNoSense) {
  template_rules const rules{.variables = names, .draws = template_draws::refused};
  for (auto const* text : {"{{uuid}}", "{{random 1 2}}", "{{random_string 3}}"}) {
    EXPECT_FALSE(text_template::compile(text, rules)) << text;
  }
  EXPECT_TRUE(text_template::compile("{{id}} {{seq}} {{user}}", rules));
}

TEST(TextTemplate, KnowsNamesThatVariablesMayHave) {
  for (auto const* name : {"a", "_x", "user-id", "users.mail", "A1"}) {
    EXPECT_TRUE(text_template::is_variable_name(name)) << name;
  }
  for (auto const* name : {"", "1a", "a b", "é", "-a", "a}}"}) {
    EXPECT_FALSE(text_template::is_variable_name(name)) << name;
  }
  EXPECT_TRUE(text_template::is_reserved("random_string"));
  EXPECT_FALSE(text_template::is_reserved("users.user"));
}

}  // namespace
}  // namespace holdfast::load
