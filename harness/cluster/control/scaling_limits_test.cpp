#include "cluster/control/scaling_limits.hpp"

#include "cluster/control/control_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

struct limit_case {
  char const* id;
  std::optional<scaling_behavior> behavior;
  replica_bounds bounds;
  std::int32_t current;
  std::int32_t proposal;
  std::int32_t expected;
  char const* reason;
  std::vector<std::int32_t> ups{};
  std::vector<std::int32_t> downs{};
};

/// Over the last 120 s, each in the middle of its slot.
std::vector<scale_event> spread(std::vector<std::int32_t> const& changes) {
  std::vector<scale_event> events;
  auto const slot = nanoseconds{120s} / static_cast<std::int64_t>(std::max<std::size_t>(changes.size(), 1));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    events.push_back({changes[i], test_now - slot * static_cast<std::int64_t>(i) - slot / 2});
  }
  return events;
}

class LimitVectors : public testing::TestWithParam<limit_case> {};

TEST_P(LimitVectors, LimitAndNameTheReason) {
  auto const& c = GetParam();
  auto const ups = spread(c.ups);
  auto const downs = spread(c.downs);
  auto const limited = c.behavior
                           ? limited_with_behavior(c.current, c.proposal, c.bounds, *c.behavior, {ups, downs}, test_now)
                           : limited_without_behavior(c.current, c.proposal, c.bounds);
  EXPECT_EQ(limited.replicas, c.expected);
  EXPECT_EQ(limited.reason, c.reason);
  EXPECT_EQ(limited.is_limited, limited.reason != "DesiredWithinRange");
  EXPECT_FALSE(limited.text.empty());
}

scaling_policy pods_in(std::int32_t count, nanoseconds period) { return {scaling_policy::kind::pods, count, period}; }
scaling_policy percent_in(std::int32_t percent, nanoseconds period) {
  return {scaling_policy::kind::percent, percent, period};
}
scaling_behavior up_by(std::vector<scaling_policy> policies) {
  return {scale_up_rules({.policies = std::move(policies)}), scale_down_rules({}, 300s)};
}
scaling_behavior down_by(std::vector<scaling_policy> policies) {
  return {scale_up_rules({}), scale_down_rules({.policies = std::move(policies)}, 300s)};
}

constexpr auto in_range = "DesiredWithinRange";
constexpr auto up_limit = "ScaleUpLimit";
constexpr auto down_limit = "ScaleDownLimit";
std::vector<std::int32_t> const one_five_nine = {1, 5, 9};
replica_bounds const wide = {1, 1000};
scaling_behavior const defaults = {scale_up_rules({}), scale_down_rules({}, 300s)};

INSTANTIATE_TEST_SUITE_P(
    Autoscaler, LimitVectors,
    testing::Values(limit_case{"L1", {}, {3, 8}, 5, 7, 7, in_range},
                    limit_case{"L2", {}, {2, 8}, 3, 1, 2, "TooFewReplicas"},
                    limit_case{"L3", {}, {0, 10}, 1, 0, 0, in_range},
                    limit_case{"L4", {}, {1, 10}, 20, 1000, 10, "TooManyReplicas"},
                    limit_case{"L5", {}, {1, 2000}, 3, 1000, 6, up_limit},
                    limit_case{"L6", defaults, wide, 10, 50, 20, up_limit},
                    limit_case{"L7", up_by({pods_in(0, 60s), percent_in(1, 60s)}), {1, 2000}, 3, 1000, 4, up_limit},
                    limit_case{"L8", up_by({pods_in(100, 60s), percent_in(100, 60s)}), wide, 10, 500, 110, up_limit},
                    limit_case{"L9", up_by({pods_in(2, 60s), percent_in(100, 60s)}), wide, 10, 500, 20, up_limit},
                    limit_case{"L10", up_by({pods_in(30, 60s)}), wide, 10, 50, 40, up_limit},
                    limit_case{"L11", up_by({percent_in(200, 60s)}), wide, 10, 50, 30, up_limit},
                    limit_case{"L12", down_by({pods_in(20, 60s), percent_in(1, 60s)}), wide, 100, 2, 80, down_limit},
                    limit_case{"L13", down_by({pods_in(2, 60s), percent_in(1, 60s)}), wide, 100, 2, 98, down_limit},
                    limit_case{"L14", down_by({pods_in(5, 60s)}), wide, 10, 2, 5, down_limit},
                    limit_case{"L15", down_by({percent_in(50, 60s)}), wide, 10, 5, 5, in_range},
                    limit_case{"L16", up_by({pods_in(5, 120s)}), wide, 100, 500, 100, up_limit, one_five_nine},
                    limit_case{"L17", up_by({pods_in(150, 120s)}), wide, 100, 500, 235, up_limit, one_five_nine},
                    limit_case{"L18", up_by({percent_in(200, 120s)}), wide, 100, 500, 255, up_limit, one_five_nine},
                    limit_case{"L19", up_by({percent_in(300, 300s)}), wide, 6, 24, 16, up_limit, {4}, {2}},
                    limit_case{"L20", down_by({pods_in(5, 120s)}), wide, 100, 2, 100, down_limit, {}, one_five_nine},
                    limit_case{"L21", down_by({percent_in(50, 120s)}), wide, 100, 0, 56, down_limit, {}, {2, 4, 6}},
                    limit_case{"L22", down_by({percent_in(50, 180s)}), wide, 10, 1, 6, down_limit, {2}, {4}},
                    limit_case{"L23", down_by({percent_in(10, 120s)}), wide, 100, 0, 100, down_limit, {}, {10, 10, 10}},
                    limit_case{"L24", down_by({percent_in(1000, 120s)}), wide, 10, 5, 5, in_range, {}, {10, 10, 10}},
                    limit_case{"MinWithBehavior", down_by({percent_in(100, 60s)}), {3, 10}, 5, 1, 3, "TooFewReplicas"},
                    limit_case{"MaxWithBehavior", defaults, {1, 7}, 5, 9, 7, "TooManyReplicas"},
                    limit_case{"ExactlyTheRateLimit", defaults, wide, 10, 20, 20, in_range},
                    limit_case{"ExactlyTheGrowthLimit", {}, wide, 10, 20, 20, in_range},
                    limit_case{"OneAboveTheGrowthLimit", {}, wide, 10, 21, 20, up_limit}),
    vector_id);

TEST(ScalingLimits, L25MinPolicyPicksTheSmallestChangeUp) {
  scaling_rules const up{.select = select_policy::min_change, .policies = {pods_in(2, 60s), percent_in(50, 60s)}};
  EXPECT_EQ(scale_up_limit(1, up, {}, test_now), 2);
}

TEST(ScalingLimits, L26MinPolicyPicksTheSmallestChangeDown) {
  scaling_rules const down{.select = select_policy::min_change, .policies = {pods_in(2, 60s), percent_in(50, 60s)}};
  EXPECT_EQ(scale_down_limit(5, down, {}, test_now), 3);
}

TEST(ScalingLimits, DisabledKeepsTheCount) {
  scaling_rules const off{.select = select_policy::disabled, .policies = {pods_in(2, 60s)}};
  EXPECT_EQ(scale_up_limit(5, off, {}, test_now), 5);
  EXPECT_EQ(scale_down_limit(5, off, {}, test_now), 5);
}

TEST(ScalingLimits, AnEventExactlyOnePeriodOldNoLongerCounts) {
  scaling_rules const up{.policies = {pods_in(4, 15s)}};
  std::vector<scale_event> events = {{4, test_now - 15s}};
  EXPECT_EQ(scale_up_limit(5, up, {events, {}}, test_now), 9);
  events[0].at += 1ns;
  EXPECT_EQ(scale_up_limit(5, up, {events, {}}, test_now), 5);
}

TEST(ScalingBehavior, AbsentFieldsAreFilledOneByOne) {
  auto const up = scale_up_rules({.select = select_policy::min_change});
  EXPECT_EQ(up.select, select_policy::min_change);
  EXPECT_EQ(up.policies.size(), 2U);
  EXPECT_EQ(up.stabilization, 0s);
  auto const down = scale_down_rules({.tolerance = 0.2}, 7s);
  EXPECT_EQ(down.stabilization, 7s);
  EXPECT_EQ(down.policies.size(), 1U);
  EXPECT_EQ(down.tolerance, 0.2);
  EXPECT_EQ(longest_period(up), 15s);
}

}  // namespace
}  // namespace holdfast::cluster
