#include "cluster/control/autoscaler.hpp"

#include "cluster/control/autoscaler_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

/// An external metric with averageValue 1: the proposal is the value itself.
autoscaler_spec by_wish(replica_bounds bounds, std::optional<scaling_behavior> behavior = {}) {
  return {bounds, {{metric_kind::external, "wish", "", "", metric_target::average_value, 1000}}, std::move(behavior)};
}

struct autoscaled {
  autoscaler_spec spec;
  std::int32_t replicas = 1;
  autoscaler_settings settings{};
  autoscaler_memory memory{};
  time_point now = test_now;

  autoscaler_decision sync(std::int64_t wish) {
    std::vector<metric_reading> const readings = {{.values = {wish * 1000}}};
    auto decision = sync_autoscaler(spec, settings, {replicas, replicas, true, "", {}}, readings, memory, now);
    if (decision.desired != replicas) decision.events.push_back(rescale_succeeded(spec, decision, memory, now));
    replicas = decision.desired;
    return decision;
  }
  std::vector<std::int32_t> ladder(std::int64_t wish, int syncs) {
    std::vector<std::int32_t> steps = {replicas};
    for (int i = 0; i < syncs; ++i, now += 15s) {
      sync(wish);
      steps.push_back(replicas);
    }
    return steps;
  }
  condition const& noted(char const* type) const { return *find_condition(memory.conditions, type); }
};

scaling_behavior default_behavior() { return {scale_up_rules({}), scale_down_rules({}, 300s)}; }

TEST(AutoscalerSync, D1LadderWithoutBehavior) {
  autoscaled hpa{by_wish({1, 100})};
  EXPECT_EQ(hpa.ladder(100, 6), (std::vector{1, 4, 8, 16, 32, 64, 100}));
  EXPECT_TRUE(hpa.memory.ups.empty()) << "no events are stored without behavior";
}

TEST(AutoscalerSync, D2LadderWithDefaultBehavior) {
  autoscaled hpa{by_wish({1, 100}, default_behavior())};
  EXPECT_EQ(hpa.ladder(100, 6), (std::vector{1, 5, 10, 20, 40, 80, 100}));
}

TEST(AutoscalerSync, AFreshOneDoesNotScaleBelowWhatItFoundForOneWindow) {
  autoscaled hpa{by_wish({1, 10}), 8};
  for (int i = 0; i <= 20; ++i, hpa.now += 15s) {
    EXPECT_EQ(hpa.sync(2).desired, 8) << "after " << 15 * i << " s, the last one exactly 300 s";
    EXPECT_EQ(hpa.noted("AbleToScale").reason, "ScaleDownStabilized");
  }
  auto const decision = hpa.sync(2);
  EXPECT_EQ(decision.desired, 2);
  EXPECT_EQ(hpa.noted("AbleToScale").reason, "SucceededRescale");
}

TEST(AutoscalerSync, ASteadyRatioKeepsTheWindowFresh) {
  autoscaled hpa{by_wish({1, 10}), 8};
  hpa.ladder(8, 40);
  EXPECT_EQ(hpa.sync(2).desired, 8) << "8 was recommended 15 s ago";
}

TEST(AutoscalerSync, OutsideItsBoundsItMovesAtOnceWithoutLimits) {
  autoscaled above{by_wish({1, 10}, default_behavior()), 100};
  EXPECT_EQ(above.sync(100).why.statement, "New size: 10; reason: Current number of replicas above Spec.MaxReplicas");
  EXPECT_EQ(above.replicas, 10);
  autoscaled below{by_wish({50, 100}, default_behavior()), 2};
  EXPECT_EQ(below.sync(1).why.statement, "New size: 50; reason: Current number of replicas below Spec.MinReplicas");
  EXPECT_EQ(below.memory.recommendations.size(), 1U) << "only the one of the first sync";
}

TEST(AutoscalerSync, ZeroReplicasSwitchItOffUnlessTheMinimumIsZero) {
  autoscaled off{by_wish({1, 10}), 0};
  EXPECT_EQ(off.sync(5).desired, 0);
  EXPECT_EQ(off.noted("ScalingActive").reason, "ScalingDisabled");
  EXPECT_EQ(off.noted("ScalingActive").status, condition_status::is_false);
  autoscaled on{by_wish({0, 10}), 0};
  EXPECT_EQ(on.sync(3).desired, 3);
}

TEST(AutoscalerSync, ABadSelectorStopsScaling) {
  autoscaler_memory memory;
  std::vector<metric_reading> const readings = {{.values = {9000}}};
  auto const spec = by_wish({1, 10});
  auto const empty = sync_autoscaler(spec, {}, {3, 3, false, "", {}}, readings, memory, test_now);
  EXPECT_EQ(empty.desired, 3);
  EXPECT_EQ(find_condition(memory.conditions, "ScalingActive")->reason, "InvalidSelector");
  auto const shared = sync_autoscaler(spec, {}, {3, 3, true, "other", {}}, readings, memory, test_now);
  EXPECT_EQ(shared.desired, 3);
  EXPECT_EQ(find_condition(memory.conditions, "ScalingActive")->reason, "AmbiguousSelector");
  EXPECT_NE(message(shared.events.at(0).why).find("other"), std::string::npos);
}

struct failure_case {
  char const* claim;
  std::int64_t surviving;
  std::int32_t expected;
  condition_status active;
};

TEST(AutoscalerSync, WithAFailedMetricItMayGrowButNotShrink) {
  for (auto const& c : {failure_case{"more than now", 6, 6, condition_status::is_true},
                        failure_case{"as many as now", 4, 4, condition_status::is_true},
                        failure_case{"fewer than now", 2, 4, condition_status::is_false}}) {
    SCOPED_TRACE(c.claim);
    auto spec = by_wish({1, 10}, scaling_behavior{scale_up_rules({}), scale_down_rules({.stabilization = 0s}, 0s)});
    spec.metrics.insert(spec.metrics.begin(), autoscaler_metric{});
    std::vector<metric_reading> const readings = {{.failure = "no samples yet"}, {.values = {c.surviving * 1000}}};
    autoscaler_memory memory;
    auto const decision = sync_autoscaler(spec, {}, {4, 4, true, "", {}}, readings, memory, test_now);
    EXPECT_EQ(decision.desired, c.expected);
    auto const* const active = find_condition(memory.conditions, "ScalingActive");
    EXPECT_EQ(active->status, c.active);
    EXPECT_EQ(active->reason, c.active == condition_status::is_true ? "ValidMetricFound" : "FailedGetResourceMetric");
    EXPECT_EQ(decision.events.at(0).reason, "FailedGetResourceMetric");
  }
}

TEST(AutoscalerSync, WhenEveryMetricFailedNothingChanges) {
  autoscaler_memory memory;
  std::vector<metric_reading> const readings = {{.failure = "gone"}};
  auto const decision = sync_autoscaler(by_wish({1, 10}), {}, {4, 4, true, "", {}}, readings, memory, test_now);
  EXPECT_EQ(decision.desired, 4);
  EXPECT_EQ(find_condition(memory.conditions, "ScalingActive")->reason, "FailedGetExternalMetric");
  ASSERT_EQ(decision.events.size(), 2U);
  EXPECT_EQ(decision.events[1].reason, "FailedComputeMetricsReplicas");
  EXPECT_NE(message(decision.events[1].why).find("gone"), std::string::npos);
}

TEST(AutoscalerSync, TheStatusShowsTheFirstPass) {
  auto const world = world_of({{.use = 1900}, {}}, 2);
  autoscaler_memory memory;
  autoscaler_spec const spec{{1, 10}, {{.target = 100}}, {}};
  std::vector<metric_reading> const readings = {{.samples = world.samples}};
  auto const decision =
      sync_autoscaler(spec, {.start_up = vector_start_up}, {2, 2, true, "", world.pods}, readings, memory, test_now);
  EXPECT_EQ(decision.desired, 2);
  ASSERT_EQ(decision.current_metrics.size(), 1U);
  EXPECT_EQ(decision.current_metrics[0].utilization, 190);
  EXPECT_EQ(decision.current_metrics[0].average, 3800);
  EXPECT_FALSE(decision.current_metrics[0].value.has_value());
}

TEST(AutoscalerSync, TheLargestProposalWins) {
  auto spec = by_wish({1, 10});
  spec.metrics.push_back({metric_kind::object, "queue", "", "Service/book", metric_target::average_value, 1000});
  std::vector<metric_reading> const readings = {{.values = {5000}}, {.values = {7000}}};
  autoscaler_memory memory;
  auto const decision = sync_autoscaler(spec, {}, {4, 4, true, "", {}}, readings, memory, test_now);
  EXPECT_EQ(decision.desired, 7);
  EXPECT_EQ(decision.why.statement, "New size: 7; reason: Service/book metric queue above target");
}

TEST(AutoscalerSync, TheEventTellsInputsRuleValueAndWhatLimitedIt) {
  autoscaled hpa{by_wish({1, 100}), 3};
  auto const decision = hpa.sync(50);
  ASSERT_EQ(decision.events.size(), 1U);
  EXPECT_EQ(decision.events[0].reason, "SuccessfulRescale");
  EXPECT_EQ(message(decision.events[0].why),
            "New size: 6; reason: external metric wish above target (rule: ceil(value / target average); inputs: "
            "metric=external metric wish, value=50000m, target average=1000m, status replicas=3, ratio=16.67, "
            "proposal=50; limited by: ScaleUpLimit: the desired replica count is increasing faster than the maximum "
            "scale rate, now up to 6 (6 instead of 50))");
  EXPECT_EQ(hpa.noted("ScalingLimited").reason, "ScaleUpLimit");
}

TEST(AutoscalerSync, ARefusedWriteIsNotRemembered) {
  autoscaler_memory memory;
  auto const spec = by_wish({1, 10}, default_behavior());
  std::vector<metric_reading> const readings = {{.values = {5000}}};
  auto const decision = sync_autoscaler(spec, {}, {4, 4, true, "", {}}, readings, memory, test_now);
  auto const event = rescale_failed(decision, "conflict", memory, test_now);
  EXPECT_EQ(event.reason, "FailedRescale");
  EXPECT_TRUE(memory.ups.empty());
  EXPECT_EQ(find_condition(memory.conditions, "AbleToScale")->reason, "FailedUpdateScale");
}

TEST(AutoscalerSync, TheBehaviorsOwnToleranceReplacesTheControllers) {
  auto behavior = default_behavior();
  behavior.up.tolerance = 0.5;
  autoscaled hpa{by_wish({1, 10}, behavior), 4};
  EXPECT_EQ(hpa.sync(6).desired, 4) << "1.5 is inside";
  EXPECT_EQ(hpa.sync(7).desired, 7);
}

TEST(AutoscalerSync, SurgeSafetyPodsOfARolloutDoNotRaiseTheCount) {
  // 100 replicas and 25 % surge at idle load: half of the pods new, some terminating, some without samples.
  for (int fresh = 0; fresh <= 125; fresh += 5) {
    std::vector<vector_pod> pods;
    for (int i = 0; i < 125; ++i) {
      bool const is_new = i < fresh;
      pods.push_back({.use = is_new && i % 3 == 0 ? std::nullopt : std::optional<std::int64_t>{500},
                      .is_young = is_new,
                      .is_terminating = !is_new && i % 7 == 0});
    }
    auto const world = world_of(pods, 2);
    autoscaler_memory memory;
    autoscaler_spec const spec{{1, 200}, {{.target = 50}}, {}};
    std::vector<metric_reading> const readings = {{.samples = world.samples}};
    auto const decision = sync_autoscaler(spec, {.start_up = vector_start_up}, {100, 125, true, "", world.pods},
                                          readings, memory, test_now);
    EXPECT_EQ(decision.desired, 100) << fresh << " new pods";
  }
}

}  // namespace
}  // namespace holdfast::cluster
