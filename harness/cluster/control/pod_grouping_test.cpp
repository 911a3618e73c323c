#include "cluster/control/pod_grouping.hpp"

#include "cluster/control/autoscaler_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

/// Ages in seconds before now.
struct grouping_case {
  char const* id;
  char const* claim;
  std::optional<int> started;
  std::optional<std::pair<bool, int>> ready;  // status, age of its last transition
  std::optional<int> sample_age;
  int window;
  metric_nature nature;
  pod_phase phase;
  bool is_terminating;
  pod_group expected;
};

constexpr auto cpu = metric_nature::cpu;
constexpr auto running = pod_phase::running;
using aged = std::pair<bool, int>;

class GroupingVectors : public testing::TestWithParam<grouping_case> {};

TEST_P(GroupingVectors, PodIsInItsGroup) {
  auto const& c = GetParam();
  SCOPED_TRACE(c.claim);
  scaled_pod pod{.name = "p", .phase = c.phase, .is_terminating = c.is_terminating};
  if (c.started) pod.start_time = test_now - std::chrono::seconds{*c.started};
  if (c.ready) pod.ready = ready_condition{c.ready->first, test_now - std::chrono::seconds{c.ready->second}};
  metric_sample sample{.value = 1, .window = std::chrono::seconds{c.window}};
  if (c.sample_age) sample.timestamp = test_now - std::chrono::seconds{*c.sample_age};
  EXPECT_EQ(group_of(pod, c.sample_age ? &sample : nullptr, c.nature, vector_start_up, test_now), c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Autoscaler, GroupingVectors,
    testing::Values(
        grouping_case{"G1", "ready for the window", 60, aged{true, 30}, 0, 30, cpu, running, false, pod_group::ready},
        grouping_case{"G2", "ready for half the window", 60, aged{true, 30}, 0, 60, cpu, running, false,
                      pod_group::unready},
        grouping_case{"G3", "never ready since its start", 600, aged{false, 594}, 0, 60, cpu, running, false,
                      pod_group::unready},
        grouping_case{"G4", "unready exactly 10 s after its start", 600, aged{false, 590}, 0, 60, cpu, running, false,
                      pod_group::ready},
        grouping_case{"G5", "had been ready", 600, aged{false, 540}, 0, 60, cpu, running, false, pod_group::ready},
        grouping_case{"G6", "old sample of an old pod", 180, aged{true, 180}, 120, 60, cpu, running, false,
                      pod_group::ready},
        grouping_case{"G7", "no Ready condition", 0, {}, 0, 60, cpu, running, false, pod_group::unready},
        grouping_case{"G8",
                      "memory needs no Ready condition",
                      0,
                      {},
                      0,
                      60,
                      metric_nature::other,
                      running,
                      false,
                      pod_group::ready},
        grouping_case{"G9", "Pending", 0, {}, {}, 60, cpu, pod_phase::pending, false, pod_group::unready},
        grouping_case{"G10", "Pending and deleted", 0, {}, 0, 60, cpu, pod_phase::pending, true, pod_group::ignored},
        grouping_case{"G11", "Failed", 0, {}, 0, 60, cpu, pod_phase::failed, false, pod_group::ignored},
        grouping_case{"Missing",
                      "Running without a sample",
                      600,
                      aged{true, 600},
                      {},
                      60,
                      cpu,
                      running,
                      false,
                      pod_group::missing},
        grouping_case{
            "NoStartTime", "no start time", {}, aged{true, 600}, 0, 60, cpu, running, false, pod_group::unready},
        grouping_case{"InitializationEndsExactlyNow", "start + initialization == now is no longer young", 120,
                      aged{true, 30}, 0, 60, cpu, running, false, pod_group::ready},
        grouping_case{"InitializationEndsInASecond", "one second earlier it is", 119, aged{true, 30}, 0, 60, cpu,
                      running, false, pod_group::unready},
        grouping_case{"YoungAndNotReady", "young and not ready", 60, aged{false, 60}, 0, 30, cpu, running, false,
                      pod_group::unready}),
    vector_id);

TEST(Grouping, CountsReadyPodsAndNamesTheOthers) {
  auto const world = world_of({{.use = 1}, {}, {.phase = pod_phase::pending}, {.is_terminating = true}}, 1);
  auto const groups = grouped(world.pods, world.samples, cpu, vector_start_up, test_now);
  EXPECT_EQ(groups.ready, 1);
  EXPECT_TRUE(groups.missing.contains("pod-1"));
  EXPECT_TRUE(groups.unready.contains("pod-2"));
  EXPECT_TRUE(groups.ignored.contains("pod-3"));
}

}  // namespace
}  // namespace holdfast::cluster
