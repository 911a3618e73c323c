#include "cluster/control/autoscaler_test_support.hpp"
#include "cluster/control/replica_proposal.hpp"

namespace holdfast::cluster {
namespace {

struct raw_case {
  char const* id;
  std::int32_t current;
  std::vector<vector_pod> pods;
  std::int64_t target;
  std::int64_t average;
  std::int32_t expected;
  tolerance_band tolerance{};
};

class PodsMetricVectors : public testing::TestWithParam<raw_case> {};

TEST_P(PodsMetricVectors, ProposeTheirCount) {
  auto const& c = GetParam();
  auto const world = world_of(c.pods, 1);
  auto const proposal =
      propose_by_average(context_of(world, c.current, c.tolerance), world.samples, metric_nature::other, c.target);
  ASSERT_TRUE(proposal.has_value());
  EXPECT_EQ(proposal->average, c.average);
  EXPECT_EQ(proposal->replicas, c.expected) << message(proposal->why);
}

vector_pod raw_pod(std::int64_t use) { return {.use = use}; }
vector_pod cold_pod(std::int64_t use) { return {.use = use, .is_ready = false, .is_young = true}; }

INSTANTIATE_TEST_SUITE_P(
    Autoscaler, PodsMetricVectors,
    testing::Values(raw_case{"P1", 3, {raw_pod(20000), raw_pod(10000), raw_pod(30000)}, 15000, 20000, 4},
                    raw_case{"P2", 3, {raw_pod(50000), raw_pod(10000), cold_pod(30000)}, 15000, 30000, 6},
                    raw_case{"P3", 3, {cold_pod(50000), raw_pod(15000), cold_pod(30000)}, 15000, 31666, 7},
                    raw_case{"P4", 5, {5, raw_pod(12000)}, 20000, 12000, 3},
                    raw_case{"P5", 3, {raw_pod(20000), raw_pod(21000), raw_pod(21000)}, 20000, 20666, 3},
                    raw_case{"P5WithUpToleranceOfOnePercent",
                             3,
                             {raw_pod(20000), raw_pod(21000), raw_pod(21000)},
                             20000,
                             20666,
                             4,
                             {0.1, 0.01}},
                    raw_case{"P6", 5, {raw_pod(20000), raw_pod(19000), raw_pod(21000), {}, {}}, 20000, 20000, 5},
                    raw_case{"P7", 2, {raw_pod(10000), raw_pod(10000), {}}, 17000, 10000, 2},
                    raw_case{"PendingPodsAreStillSetAside",
                             2,
                             {raw_pod(30000), {.use = 30000, .phase = pod_phase::pending}},
                             20000,
                             30000,
                             2}),
    vector_id);

struct value_case {
  char const* id;
  bool is_average;
  std::int32_t current;
  int ready_pods;
  std::int64_t value;
  std::int64_t target;
  std::int64_t reported;
  std::int32_t expected;
};

class ObjectAndExternalVectors : public testing::TestWithParam<value_case> {};

TEST_P(ObjectAndExternalVectors, ProposeTheirCount) {
  auto const& c = GetParam();
  std::vector<vector_pod> pods;
  for (int i = 0; i < c.current; ++i) pods.push_back({.is_ready = i < c.ready_pods});
  auto const world = world_of(pods, 1);
  auto const context = context_of(world, c.current);
  auto const proposal =
      c.is_average ? propose_by_shared_value(context, c.value, c.target) : propose_by_value(context, c.value, c.target);
  ASSERT_TRUE(proposal.has_value());
  EXPECT_EQ(c.is_average ? proposal->average : proposal->value, c.reported);
  EXPECT_EQ(proposal->replicas, c.expected) << message(proposal->why);
}

INSTANTIATE_TEST_SUITE_P(Autoscaler, ObjectAndExternalVectors,
                         testing::Values(value_case{"O1", false, 3, 3, 20000, 15000, 20000, 4},
                                         value_case{"O2", false, 3, 1, 50000, 10000, 50000, 5},
                                         value_case{"O3", true, 3, 3, 20000, 5000, 6667, 4},
                                         value_case{"O4", true, 4, 4, 20166, 5000, 5042, 4},
                                         value_case{"E1", false, 3, 1, 8600, 4400, 8600, 2},
                                         value_case{"E2", true, 3, 3, 8600, 2150, 2867, 4},
                                         value_case{"E3", false, 5, 5, 8600, 14334, 8600, 3},
                                         value_case{"E4", false, 3, 3, 8600, 8888, 8600, 3},
                                         value_case{"FromZero", false, 0, 0, 25000, 10000, 25000, 3},
                                         value_case{"FromZeroByAverage", true, 0, 0, 25000, 10000, 25000, 3},
                                         value_case{"ExactlyOnTheUpperBound", false, 3, 3, 11000, 10000, 11000, 3},
                                         value_case{"JustAboveTheUpperBound", false, 3, 3, 11001, 10000, 11001, 4},
                                         value_case{"SharedExactlyOnTheUpperBound", true, 3, 3, 33000, 10000, 11000, 3},
                                         value_case{"HugeRatioSaturates", false, 3, 3, 9'000'000'000'000'000'000, 1,
                                                    9'000'000'000'000'000'000, 2147483647}),
                         vector_id);

TEST(ObjectMetric, NeedsATargetAboveZero) {
  EXPECT_FALSE(propose_by_value({.current = 1}, 5, 0).has_value());
  EXPECT_FALSE(propose_by_shared_value({.current = 1}, 5, 0).has_value());
  EXPECT_FALSE(propose_by_average({.current = 1}, {}, metric_nature::other, 0).has_value());
}

}  // namespace
}  // namespace holdfast::cluster
