#include "cluster/control/stabilization.hpp"

#include "cluster/control/control_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

struct stabilization_case {
  char const* id;
  std::optional<stabilization_windows> behavior;
  std::vector<std::pair<std::int32_t, std::chrono::minutes>> past;  // value, age
  std::int32_t current;
  std::int32_t proposal;
  std::int32_t expected;
};

class StabilizationVectors : public testing::TestWithParam<stabilization_case> {};

TEST_P(StabilizationVectors, DampTheProposal) {
  auto const& c = GetParam();
  std::vector<recommendation> past;
  for (auto const& [value, age] : c.past) past.push_back({value, test_now - age});
  auto const count = c.behavior ? stabilized(past, c.current, c.proposal, *c.behavior, test_now)
                                : stabilized_down(past, c.proposal, 300s, test_now);
  EXPECT_EQ(count, c.expected);
}

using windows = stabilization_windows;

INSTANTIATE_TEST_SUITE_P(
    Autoscaler, StabilizationVectors,
    testing::Values(
        stabilization_case{"S1", {}, {{4, 2min}, {5, 1min}}, 0, 3, 5},
        stabilization_case{"S2", {}, {{1, 2min}, {2, 1min}}, 0, 3, 3},
        stabilization_case{"S3", {}, {{10, 10min}, {9, 9min}}, 0, 3, 3},
        stabilization_case{"S4", {}, {{10, 10min}, {4, 1min}, {5, 2min}, {9, 9min}}, 0, 3, 5},
        stabilization_case{"S5", windows{0s, 180s}, {{4, 2min}, {5, 1min}}, 100, 3, 5},
        stabilization_case{"S6", windows{300s, 0s}, {{4, 2min}, {5, 1min}}, 1, 7, 4},
        stabilization_case{"S7", windows{300s, 0s}, {{1, 2min}, {2, 1min}}, 100, 3, 3},
        stabilization_case{"S8", windows{300s, 0s}, {{10, 100min}, {6, 1min}, {5, 2min}, {9, 3min}}, 1, 100, 5},
        stabilization_case{"S9", windows{300s, 300s}, {{2, 100min}, {3, 3min}}, 2, 1, 2},
        stabilization_case{"S10", windows{300s, 300s}, {{2, 100min}, {1, 3min}}, 2, 3, 2},
        stabilization_case{"ExactlyOneWindowOldCountsWithoutBehavior", {}, {{9, 5min}}, 0, 3, 9},
        stabilization_case{"ExactlyOneWindowOldIsForgottenWithBehavior", windows{0s, 300s}, {{9, 5min}}, 9, 3, 3},
        stabilization_case{"AWindowOfZeroDampsNothing", windows{0s, 0s}, {{9, 0min}, {1, 0min}}, 5, 3, 3}),
    vector_id);

}  // namespace
}  // namespace holdfast::cluster
