#include "cluster/control/autoscaler_test_support.hpp"
#include "cluster/control/replica_proposal.hpp"

namespace holdfast::cluster {
namespace {

struct utilization_case {
  char const* id;
  std::int32_t current;
  std::vector<vector_pod> pods;
  std::int64_t target;
  std::int64_t utilization;
  std::int32_t expected;
  char const* container = "";
  int unknown_samples = 0;
};

std::vector<vector_pod> using_cpu(std::initializer_list<std::int64_t> uses) {
  std::vector<vector_pod> pods;
  for (auto const use : uses) pods.push_back({.use = use});
  return pods;
}

std::vector<vector_pod> joined(std::vector<vector_pod> some, std::vector<vector_pod> const& others) {
  some.insert(some.end(), others.begin(), others.end());
  return some;
}

vector_pod unready_pod(std::int64_t use, std::int64_t request = 1000) {
  return {.use = use, .is_ready = false, .request = request};
}

vector_pod young_pod(std::int64_t use) { return {.use = use, .is_young = true}; }

proposal_result proposal_of(utilization_case const& c, tolerance_band tolerance = {}) {
  std::string_view const container = c.container;
  auto world = world_of(c.pods, container.empty() ? 2 : 1);
  for (int i = 0; i < c.unknown_samples; ++i) {
    world.samples["unknown-" + std::to_string(i)] = {1000, test_now, std::chrono::minutes{1}};
  }
  return propose_by_utilization(context_of(world, c.current, tolerance), world.samples, "cpu", container, c.target);
}

class UtilizationVectors : public testing::TestWithParam<utilization_case> {};

TEST_P(UtilizationVectors, ProposeTheirCount) {
  auto const proposal = proposal_of(GetParam());
  ASSERT_TRUE(proposal.has_value()) << proposal.error();
  EXPECT_EQ(proposal->utilization, GetParam().utilization);
  EXPECT_EQ(proposal->replicas, GetParam().expected) << message(proposal->why);
}

vector_pod const no_sample{};
vector_pod const failed{.phase = pod_phase::failed};
vector_pod const deleted{.use = 5000, .is_terminating = true};
vector_pod const pending{.phase = pod_phase::pending};
std::vector<vector_pod> const sized_900_1000_1100 = {
    {.use = 1010, .request = 900}, {.use = 1030, .request = 1000}, {.use = 1020, .request = 1100}};

INSTANTIATE_TEST_SUITE_P(
    Autoscaler, UtilizationVectors,
    testing::Values(
        utilization_case{"R1", 3, using_cpu({300, 500, 700}), 30, 50, 5},
        utilization_case{"R2", 3, using_cpu({300, 500, 700}), 30, 50, 5, "b"},
        utilization_case{"R3", 3, joined({unready_pod(300)}, using_cpu({500, 700})), 30, 60, 4},
        utilization_case{"R4", 3, joined({young_pod(300)}, using_cpu({500, 700})), 30, 60, 4},
        utilization_case{"R5", 3, {{.use = 400}, unready_pod(500), unready_pod(700)}, 30, 40, 3},
        utilization_case{"R6", 2, joined(using_cpu({500, 700}), {failed, failed}), 30, 60, 4},
        utilization_case{"R7", 2, joined(using_cpu({500, 700}), {deleted, deleted}), 30, 60, 4},
        utilization_case{"R8", 5, using_cpu({100, 300, 500, 250, 250}), 50, 28, 3},
        utilization_case{"R9", 5, joined(using_cpu({100, 300, 500}), {unready_pod(250), unready_pod(250)}), 50, 30, 2},
        utilization_case{"R10", 5, joined(using_cpu({100}), {pending, pending, pending, pending}), 50, 10, 1},
        utilization_case{"R11", 5, joined(using_cpu({100, 300, 500}), {young_pod(250), young_pod(250)}), 50, 30, 2},
        utilization_case{"R12", 3, sized_900_1000_1100, 100, 102, 3},
        utilization_case{"R13", 4, joined(using_cpu({400, 95}), {no_sample, no_sample}), 100, 24, 3},
        utilization_case{"R14", 2, joined(using_cpu({1000}), {no_sample}), 100, 100, 2},
        utilization_case{"R15", 2, joined(using_cpu({1900}), {no_sample}), 100, 190, 2},
        utilization_case{"R16", 2, joined(using_cpu({600}), {no_sample}), 100, 60, 2},
        utilization_case{"R17", 3, {unready_pod(100), {.use = 450}, no_sample}, 50, 45, 3},
        utilization_case{"R18", 3, {unready_pod(100), {.use = 2000}, no_sample}, 50, 200, 4},
        utilization_case{"R19", 4, {unready_pod(100), {.use = 100}, {.use = 100}, no_sample}, 50, 10, 3},
        utilization_case{
            "R20", 4, {unready_pod(200), {.use = 100}, {.use = 100, .request = 2000}, {.request = 2000}}, 300, 6, 2},
        utilization_case{"R21", 2, joined(using_cpu({100, 100}), {no_sample}), 50, 10, 2},
        utilization_case{"R22", 4, using_cpu({4000, 9500, 3000, 7000}), 100, 587, 24, "", 2}),
    vector_id);

class UtilizationFailures : public testing::TestWithParam<utilization_case> {};

TEST_P(UtilizationFailures, SayWhy) {
  auto const proposal = proposal_of(GetParam());
  ASSERT_FALSE(proposal.has_value());
  EXPECT_FALSE(proposal.error().empty());
}

INSTANTIATE_TEST_SUITE_P(Autoscaler, UtilizationFailures,
                         testing::Values(utilization_case{"R23", 1, {no_sample}, 100, 0, 0, "", 1},
                                         utilization_case{
                                             "R24", 4, {no_sample, no_sample, no_sample, no_sample}, 100, 0, 0},
                                         utilization_case{"R25", 1, {{.use = 100, .request = {}}}, 100, 0, 0},
                                         utilization_case{"NoSuchContainer", 1, using_cpu({100}), 100, 0, 0, "c"},
                                         utilization_case{"NoTarget", 1, using_cpu({100}), 0, 0, 0}),
                         vector_id);

TEST(Utilization, AMissingRequestNamesContainerAndPod) {
  auto const proposal = proposal_of({"", 1, {{.use = 100, .request = {}}}, 100, 0, 0});
  EXPECT_EQ(proposal.error(), "missing request for cpu in container a of Pod pod-0");
}

struct tolerance_case {
  char const* id;
  tolerance_band band;
  std::array<std::int64_t, 3> uses;
  std::int64_t utilization;
  std::int32_t expected;
};

class ToleranceVectors : public testing::TestWithParam<tolerance_case> {};

TEST_P(ToleranceVectors, HoldOrScale) {
  auto const& c = GetParam();
  auto pods = sized_900_1000_1100;
  for (std::size_t i = 0; i < 3; ++i) pods[i].use = c.uses.at(i);
  auto const proposal = proposal_of({"", 3, pods, 100, 0, 0}, c.band);
  ASSERT_TRUE(proposal.has_value());
  EXPECT_EQ(proposal->utilization, c.utilization);
  EXPECT_EQ(proposal->replicas, c.expected) << message(proposal->why);
}

INSTANTIATE_TEST_SUITE_P(Autoscaler, ToleranceVectors,
                         testing::Values(tolerance_case{"T1", {0, 0}, {909, 1010, 1111}, 101, 4},
                                         tolerance_case{"T2", {0.1, 2.0}, {1890, 1910, 1900}, 190, 3},
                                         tolerance_case{"T3", {2.0, 0.08}, {1100, 1080, 1090}, 109, 4},
                                         tolerance_case{"T4", {0.36, 0.1}, {660, 640, 650}, 65, 3},
                                         tolerance_case{"T5", {0.34, 0.1}, {660, 640, 650}, 65, 2}),
                         vector_id);

TEST(Utilization, RatioOfExactlyOnePointOneIsInsideTheBand) {
  EXPECT_EQ(proposal_of({"", 2, using_cpu({550, 550}), 50, 0, 0})->replicas, 2);
  EXPECT_EQ(proposal_of({"", 2, using_cpu({560, 560}), 50, 0, 0})->replicas, 3);
  EXPECT_EQ(proposal_of({"", 10, {10, vector_pod{.use = 450}}, 50, 0, 0})->replicas, 10) << "0.9 is inside";
  EXPECT_EQ(proposal_of({"", 10, {10, vector_pod{.use = 440}}, 50, 0, 0})->replicas, 9);
}

TEST(Utilization, ProductsOfRatioAndPodsKeepTheirDoubleRounding) {
  tolerance_band const none{0, 0};
  EXPECT_EQ(proposal_of({"", 50, {50, vector_pod{.use = 550}}, 50, 0, 0}, none)->replicas, 56);
  EXPECT_EQ(proposal_of({"", 50, {50, vector_pod{.use = 70}}, 50, 0, 0}, none)->replicas, 8);
}

TEST(Utilization, HostileSamplesSaturateInsteadOfOverflowing) {
  auto constexpr most = std::numeric_limits<std::int64_t>::max() / 2;
  auto const proposal = proposal_of({"", 2, using_cpu({most, most, most}), 1, 0, 0});
  ASSERT_TRUE(proposal.has_value());
  EXPECT_EQ(proposal->replicas, std::numeric_limits<std::int32_t>::max());
}

TEST(Utilization, SaysWhatItWasMadeFrom) {
  auto const why = message(proposal_of({"", 2, joined(using_cpu({1900}), {no_sample}), 100, 0, 0})->why);
  EXPECT_EQ(
      why,
      " (rule: ceil(second ratio * samples), set-aside pods counted conservatively; inputs: utilization=190%, "
      "target=100%, current replicas=2, ratio=1.9, ready pods=1, unready pods=0, pods without a sample=1, ignored "
      "pods=0, second ratio=0.95, samples=2; limited by: second ratio inside the tolerance band 0.9 to 1.1)");
}

}  // namespace
}  // namespace holdfast::cluster
