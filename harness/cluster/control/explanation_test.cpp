#include "cluster/control/explanation.hpp"

#include <gtest/gtest.h>

#include "cluster/control/condition.hpp"

namespace holdfast::cluster {
namespace {

TEST(Explanation, NamesInputsRuleValueAndWhatLimitedIt) {
  explanation const why{.statement = "New size: 8",
                        .rule = "ceil(ratio * ready pods)",
                        .inputs = {{"ratio", "1.6"}, {"ready pods", "5"}},
                        .limit = "maxReplicas 8"};
  EXPECT_EQ(message(why),
            "New size: 8 (rule: ceil(ratio * ready pods); inputs: ratio=1.6, ready pods=5; limited by: maxReplicas 8)");
  EXPECT_EQ(message(explanation{.statement = "Nothing to do"}), "Nothing to do");
}

TEST(Conditions, KeepTheTimeOfTheirLastChange) {
  auto const at = [](int s) { return time_point{std::chrono::seconds{s}}; };
  std::vector<condition> all;
  set_condition(all, {"Ready", condition_status::is_true, "A", "", at(1), at(1)});
  set_condition(all, {"Ready", condition_status::is_true, "B", "", at(2), at(2)});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].reason, "B");
  EXPECT_EQ(all[0].last_transition, at(1)) << "the status is what it was";
  set_condition(all, {"Ready", condition_status::is_false, "C", "", at(3), at(3)});
  EXPECT_EQ(all[0].last_transition, at(3));
  remove_condition(all, "Ready");
  EXPECT_EQ(find_condition(all, "Ready"), nullptr);
}

}  // namespace
}  // namespace holdfast::cluster
