#include "cluster/control/deployment.hpp"

#include "cluster/control/deployment_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using pictures = std::vector<std::string>;

rollout_spec rolling(std::int32_t replicas, int_or_percent surge, int_or_percent unavailable) {
  return {.replicas = replicas, .max_surge = surge, .max_unavailable = unavailable};
}

bool has_event(std::vector<control_event> const& events, std::string_view reason) {
  return std::ranges::find(events, reason, &control_event::reason) != events.end();
}

TEST(Deployment, TraceAFourReplicasWithQuarters) {
  auto world = simulated_rollout::settled(rolling(4, {25, true}, {25, true}));
  EXPECT_EQ(world.trace(true), (pictures{"4/1(0)", "3/1(0)", "3/2(0)", "3/2(1)", "2/2(1)", "2/3(1)", "2/3(2)", "1/3(2)",
                                         "1/4(2)", "1/4(3)", "0/4(3)", "0/4(4)"}));
}

TEST(Deployment, TraceBThreeReplicasSurgeOne) {
  auto world = simulated_rollout::settled(rolling(3, {1, false}, {0, false}));
  EXPECT_EQ(world.trace(true),
            (pictures{"3/1(0)", "3/1(1)", "2/1(1)", "2/2(1)", "2/2(2)", "1/2(2)", "1/3(2)", "1/3(3)", "0/3(3)"}));
}

TEST(Deployment, TraceCThreeReplicasUnavailableOne) {
  auto world = simulated_rollout::settled(rolling(3, {0, false}, {1, false}));
  EXPECT_EQ(world.trace(true), (pictures{"3/0(0)", "2/0(0)", "2/1(0)", "2/1(1)", "1/1(1)", "1/2(1)", "1/2(2)", "0/2(2)",
                                         "0/3(2)", "0/3(3)"}));
}

TEST(Deployment, TraceDNeverReadyIsStuckAndRollsBack) {
  auto world = simulated_rollout::settled(rolling(10, {3, false}, {2, false}));
  EXPECT_EQ(world.trace(false), (pictures{"10/3(0)", "8/3(0)", "8/5(0)"}));
  world.now += 11min;
  world.sync();
  EXPECT_EQ(find_condition(world.view.status.conditions, "Progressing")->reason, "ProgressDeadlineExceeded");
  world.set_available("v1", 7);
  EXPECT_TRUE(world.sync().resize.empty()) << "budget 13 - 8 - 5 = 0";
  world.present_template = "v1";
  EXPECT_EQ(world.sync().revision, 3) << "the old template becomes the newest revision";
}

TEST(Deployment, TraceDRollbackRemovesCrashingPodsThenGrowsTheGoodSet) {
  auto world = simulated_rollout::settled(rolling(10, {3, false}, {2, false}));
  world.trace(false);
  world.set_available("v1", 7);
  world.present_template = "v1";
  world.sync();  // newUnavailable 1, budget 13 - 8 - 1 = 4
  EXPECT_EQ(world.picture(), "1/8(7)");
  world.sync();
  EXPECT_EQ(world.picture(), "1/10(7)");
}

TEST(Deployment, TraceEThreeReplicasNeverReady) {
  auto world = simulated_rollout::settled(rolling(3, {1, false}, {0, false}));
  EXPECT_EQ(world.trace(false), (pictures{"3/1(0)"}));
}

TEST(Deployment, RecreateWaitsForTheOldPodsEvenWhenTheyAreTerminating) {
  auto world = simulated_rollout::settled({.replicas = 3, .strategy = rollout_strategy::recreate});
  world.view.has_old_pods = true;
  world.sync();
  EXPECT_EQ(world.picture(), "0/0(0)");
  EXPECT_FALSE(world.sync().create.has_value());
  world.view.has_old_pods = false;
  EXPECT_EQ(world.sync().create->replicas, 3);
  EXPECT_EQ(world.picture(), "0/3(0)");
}

TEST(Deployment, PausedTakesNoRolloutStepsButScales) {
  auto world = simulated_rollout::settled(rolling(4, {1, false}, {0, false}));
  world.sync();
  world.view.spec.is_paused = true;
  world.set_available("v2", 1);
  for (int i = 0; i < 5; ++i) world.sync();
  EXPECT_EQ(world.picture(), "4/1(1)");
  world.view.spec.replicas = 8;
  world.sync();
  EXPECT_EQ(world.total(), 9);
  EXPECT_FALSE(world.sync().next_sync.has_value()) << "progress is not judged";
  world.now += 1h;
  world.view.spec.is_paused = false;
  world.sync();
  EXPECT_EQ(find_condition(world.view.status.conditions, "Progressing")->reason, "DeploymentResumed");
  EXPECT_NE(world.picture(), "4/1(1)");
}

TEST(Deployment, APausedTemplateChangeMakesNoSet) {
  auto world = simulated_rollout::settled(rolling(4, {1, false}, {0, false}));
  world.view.spec.is_paused = true;
  EXPECT_FALSE(world.sync().create.has_value());
  world.view.spec.is_paused = false;
  EXPECT_TRUE(world.sync().create.has_value());
}

TEST(Deployment, ScalingDuringARolloutKeepsTheProportions) {
  auto world = simulated_rollout::settled(rolling(10, {3, false}, {2, false}));
  world.trace(false);  // 8/5(0)
  world.view.spec.replicas = 15;
  world.sync();
  EXPECT_EQ(world.picture(), "11/7(0)");
  EXPECT_TRUE(world.sync().resize.empty() || world.total() <= 18);
}

TEST(Deployment, ATemplateChangeDuringARolloutCleansUpTheUnfinishedSetFirst) {
  auto world = simulated_rollout::settled(rolling(10, {3, false}, {2, false}));
  world.trace(false);  // v1 8, v2 5(0)
  world.present_template = "v3";
  world.sync();
  world.sync();
  EXPECT_EQ(world.named("v2").replicas, 0) << "its five pods are not available";
  EXPECT_EQ(world.named("v1").replicas, 8);
  world.sync();
  EXPECT_EQ(world.named("v3").replicas, 5);
}

TEST(Deployment, ACompleteRolloutIsToldOnceAndTrimsItsHistory) {
  auto spec = rolling(2, {1, false}, {0, false});
  spec.revision_history_limit = 1;
  auto world = simulated_rollout::settled(spec);
  for (auto const* each : {"v2", "v3", "v4"}) {
    world.present_template = each;
    world.trace(true);
  }
  EXPECT_EQ(std::ranges::count(world.events, "NewReplicaSetAvailable", &control_event::reason), 4);
  ASSERT_EQ(world.sets.size(), 2U);
  EXPECT_EQ(world.sets[0].name, "v3");
  EXPECT_EQ(world.named("v4").revision, 4);
}

TEST(Deployment, EventsTellHowASizeCameAbout) {
  auto world = simulated_rollout::settled(rolling(4, {25, true}, {25, true}));
  world.events.clear();
  world.sync();
  world.sync();
  ASSERT_TRUE(has_event(world.events, "ScalingReplicaSet"));
  EXPECT_EQ(message(world.events[0].why),
            "Scaled up replica set v2 from 0 to 1 (rule: new set + min(max total - sum, replicas - new set); inputs: "
            "replicas=4, new set=0, sum=4, max total=5; limited by: maxSurge)");
  EXPECT_EQ(message(world.events[1].why),
            "Scaled down replica set v1 from 4 to 3 (rule: available - min available may go; inputs: sum=5, min "
            "available=3, new unavailable=1, budget=1, available=4, min available=3; limited by: maxUnavailable)");
}

TEST(Deployment, TellsWhenItsDeadlineWillPass) {
  auto world = simulated_rollout::settled(rolling(3, {1, false}, {0, false}));
  auto const started = world.now;
  auto const decision = world.sync();
  ASSERT_TRUE(decision.next_sync.has_value());
  EXPECT_EQ(*decision.next_sync, started + 10min + 1ns);
}

}  // namespace
}  // namespace holdfast::cluster
