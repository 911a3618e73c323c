#include "cluster/control/label_selector.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

label_map const book_labels = {{"app", "book"}, {"tier", "back"}};

TEST(LabelSelector, AllLabelsAndAllExpressionsHaveToHold) {
  EXPECT_TRUE(matches({}, book_labels)) << "an empty selector takes everything";
  EXPECT_TRUE(matches({.match_labels = {{"app", "book"}}, .expressions = {}}, book_labels));
  EXPECT_FALSE(matches({.match_labels = {{"app", "book"}, {"x", "y"}}, .expressions = {}}, book_labels));
  EXPECT_FALSE(matches({.match_labels = {{"app", "order"}}, .expressions = {}}, book_labels));
  label_selector const both{.match_labels = {{"app", "book"}},
                            .expressions = {{"tier", label_operator::in, {"front", "back"}}}};
  EXPECT_TRUE(matches(both, book_labels));
  EXPECT_FALSE(matches(both, {{"app", "book"}, {"tier", "none"}}));
}

struct operator_case {
  char const* claim;
  label_requirement requirement;
  bool expected;
};

TEST(LabelSelector, EveryOperatorHasItsMeaning) {
  for (auto const& c : {operator_case{"in: listed", {"tier", label_operator::in, {"back"}}, true},
                        operator_case{"in: not listed", {"tier", label_operator::in, {"front"}}, false},
                        operator_case{"in: absent", {"zone", label_operator::in, {"a"}}, false},
                        operator_case{"not in: listed", {"tier", label_operator::not_in, {"back"}}, false},
                        operator_case{"not in: not listed", {"tier", label_operator::not_in, {"front"}}, true},
                        operator_case{"not in: absent", {"zone", label_operator::not_in, {"a"}}, true},
                        operator_case{"exists: there", {"tier", label_operator::exists, {}}, true},
                        operator_case{"exists: absent", {"zone", label_operator::exists, {}}, false},
                        operator_case{"does not exist: there", {"tier", label_operator::does_not_exist, {}}, false},
                        operator_case{"does not exist: absent", {"zone", label_operator::does_not_exist, {}}, true}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(matches({.match_labels = {}, .expressions = {c.requirement}}, book_labels), c.expected);
  }
}

TEST(LabelSelector, TellsAllThatIsWrongAtOnce) {
  label_selector const bad{.match_labels = {},
                           .expressions = {{"tier", label_operator::in, {}}, {"", label_operator::exists, {"x"}}}};
  ASSERT_EQ(problems_of(bad).size(), 3U);
  EXPECT_NE(problems_of(bad)[0].problem.find("tier"), std::string::npos);
  EXPECT_TRUE(problems_of({.match_labels = {{"a", "b"}}, .expressions = {}}).empty());
}

TEST(LabelSelector, ReadsTheTextOfKubectl) {
  for (auto const* text : {"app=book,tier in (front,back),!canary", "app==book , zone notin (a, b)", "tier,zone!=a", "",
                           "tier in (back)"}) {
    SCOPED_TRACE(text);
    auto const selector = parse_label_selector(text);
    ASSERT_TRUE(selector.has_value());
    EXPECT_TRUE(matches(*selector, book_labels));
  }
  for (auto const* bad : {"=book", "a=b,", ",a", "a in b", "a b", "a in (b", "a=b=c", "!", "a=(b)"}) {
    SCOPED_TRACE(bad);
    ASSERT_FALSE(parse_label_selector(bad).has_value());
    EXPECT_NE(parse_label_selector(bad).error().problem.find(bad), std::string::npos);
  }
}

TEST(LabelSelector, IsWrittenAsKubectlDoes) {
  EXPECT_EQ(text_of(label_selector{}), "<none>");
  label_selector const selector{
      .match_labels = {{"app", "book"}},
      .expressions = {{"tier", label_operator::in, {"a", "b"}}, {"x", label_operator::does_not_exist, {}}}};
  EXPECT_EQ(text_of(selector), "app=book,tier in (a,b),!x");
}

}  // namespace
}  // namespace holdfast::cluster
