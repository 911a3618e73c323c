#include "load/text_pattern.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

struct find_case {
  char const* claim;
  std::string_view pattern;
  std::string_view text;
  bool found;
  std::string_view caught;
};

TEST(TextPattern, FindsTheFirstGroup) {
  for (auto const& c : {
           find_case{"the first group of several", "id=(\\d+)&x=(\\d+)", "a?id=17&x=2", true, "17"},
           find_case{"the whole match without a group", "\\d+", "a17b", true, "17"},
           find_case{"a group that took no part is empty", "a|(b)", "a", true, ""},
           find_case{"no match", "x+", "aaa", false, ""},
           find_case{"an empty text", "^$", "", true, ""},
           find_case{"bytes that are no UTF-8 do not disturb", "id=(\\d+)", "\xff\xfe id=5", true, "5"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const pattern = text_pattern::compile(c.pattern);
    ASSERT_TRUE(pattern);
    std::string_view caught;
    EXPECT_EQ(pattern->find(c.text, caught), c.found);
    EXPECT_EQ(pattern->occurs_in(c.text), c.found);
    EXPECT_EQ(caught, c.caught);
  }
}

TEST(TextPattern, SaysWhyATextIsNoPattern) {
  EXPECT_NE(text_pattern::compile("(a").error().find("missing )"), std::string::npos);
  EXPECT_FALSE(text_pattern::compile("a{100000}"));
  EXPECT_FALSE(text_pattern::compile("(\\1)")) << "back references would need exponential time";
  EXPECT_FALSE(text_pattern::compile("((a{100}){100}){100}")) << "a program beyond the memory limit";
}

TEST(TextPattern, HostileTextsCostLinearTimeAndNoStack) {
  auto const pattern = text_pattern::compile("(a*)*b|(x|xx)*y");
  ASSERT_TRUE(pattern);
  std::string_view caught;
  EXPECT_FALSE(pattern->find(std::string(1'000'000, 'a'), caught));
  EXPECT_FALSE(pattern->find(std::string(1'000'000, 'x'), caught));
}

}  // namespace
}  // namespace holdfast::load
