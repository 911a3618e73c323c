#include "cluster/control/rollout_limits.hpp"

#include "cluster/control/control_test_support.hpp"

namespace holdfast::cluster {
namespace {

struct parts_case {
  char const* id;
  char const* surge;        // null: absent
  char const* unavailable;  // null: absent
  std::int32_t replicas;
  rollout_parts expected;
};

std::optional<int_or_percent> read_part(char const* text) {
  if (!text) return std::nullopt;
  return *parse_int_or_percent(text);
}

class RolloutParts : public testing::TestWithParam<parts_case> {};

TEST_P(RolloutParts, AreResolved) {
  auto const& c = GetParam();
  EXPECT_EQ(resolved_parts(read_part(c.surge), read_part(c.unavailable), c.replicas), c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Deployment, RolloutParts,
    testing::Values(parts_case{"F1", "0%", "0%", 0, {0, 1}}, parts_case{"F2", "39%", "39%", 10, {4, 3}},
                    parts_case{"F3", nullptr, "39%", 10, {0, 3}}, parts_case{"F4", "39%", nullptr, 10, {4, 0}},
                    parts_case{"F5", nullptr, nullptr, 10, {0, 1}}, parts_case{"F7", "25%", "25%", 1, {1, 0}},
                    parts_case{"F8", "25%", "25%", 2, {1, 0}}, parts_case{"F9", "25%", "25%", 3, {1, 0}},
                    parts_case{"F10", "25%", "25%", 4, {1, 1}}, parts_case{"F11", "25%", "25%", 5, {2, 1}},
                    parts_case{"F12", "25%", "25%", 10, {3, 2}}, parts_case{"F13", "1%", "0%", 2, {1, 0}},
                    parts_case{"F14", "0%", "1%", 2, {0, 1}}),
    vector_id);

TEST(RolloutParts, F6ATextThatIsNoPartIsRefused) { EXPECT_FALSE(parse_int_or_percent("oops").has_value()); }

struct limits_case {
  char const* id;
  std::int32_t replicas;
  char const* unavailable;
  rollout_strategy strategy;
  std::int32_t max_unavailable;
  std::int32_t min_available;
};

class RolloutLimits : public testing::TestWithParam<limits_case> {};

TEST_P(RolloutLimits, KeepEnoughPodsAvailable) {
  auto const& c = GetParam();
  auto const limits = limits_of({.replicas = c.replicas,
                                 .strategy = c.strategy,
                                 .max_surge = int_or_percent{1, false},
                                 .max_unavailable = read_part(c.unavailable)});
  EXPECT_EQ(limits.max_unavailable, c.max_unavailable);
  EXPECT_EQ(limits.min_available, c.min_available);
  if (c.strategy == rollout_strategy::rolling_update) {
    EXPECT_EQ(limits.max_total, c.replicas + 1);
  }
}

constexpr auto by_rolling = rollout_strategy::rolling_update;

INSTANTIATE_TEST_SUITE_P(
    Deployment, RolloutLimits,
    testing::Values(limits_case{"F15", 10, "5", by_rolling, 5, 5}, limits_case{"F16", 10, "10", by_rolling, 10, 0},
                    limits_case{"F17", 5, "10", by_rolling, 5, 0}, limits_case{"F18", 0, "10", by_rolling, 0, 0},
                    limits_case{"F19", 10, "50%", by_rolling, 5, 5}, limits_case{"F20", 10, "60%", by_rolling, 6, 4},
                    limits_case{"F21", 5, "100%", by_rolling, 5, 0},
                    limits_case{"F22", 10, "5", rollout_strategy::recreate, 0, 0}),
    vector_id);

}  // namespace
}  // namespace holdfast::cluster
