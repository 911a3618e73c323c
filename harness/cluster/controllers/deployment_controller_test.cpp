#include "cluster/controllers/deployment_controller.hpp"

#include "cluster/controllers/rollout_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using steps = std::vector<std::string>;

TEST(DeploymentController, BringsUpWhatIsAskedFor) {
  rollout_world world;
  world.begin(3);
  EXPECT_EQ(world.status()["availableReplicas"], 3);
  EXPECT_EQ(world.status()["observedGeneration"], 1);
  EXPECT_EQ(world.condition_reason("Progressing"), "NewReplicaSetAvailable");
  EXPECT_EQ(world.condition_reason("Available"), "MinimumReplicasAvailable");
  auto const set = world.set_with("1");
  auto const hash = set["metadata"]["labels"][template_hash_label].get<std::string>();
  EXPECT_EQ(name_of(set), "book-" + hash);
  EXPECT_EQ(set["spec"]["selector"]["matchLabels"], (json{{"app", "book"}, {template_hash_label, hash}}));
  ASSERT_EQ(world.pods().size(), 3U);
  EXPECT_EQ((*world.pods()[0])["metadata"]["labels"], (json{{"app", "book"}, {template_hash_label, hash}}));
  EXPECT_EQ(world.get(kinds::deployment, "book")["metadata"]["annotations"][revision_annotation], "1");
}

TEST(DeploymentController, TraceA) {
  rollout_world world;
  world.begin(4);
  world.set_image("v2");
  world.run_for(2min);
  EXPECT_EQ(world.states(), (steps{"4/1(0)", "3/1(0)", "3/2(0)", "3/2(1)", "2/2(1)", "2/3(1)", "2/3(2)", "1/3(2)",
                                   "1/4(2)", "1/4(3)", "0/4(3)", "0/4(4)"}));
  EXPECT_EQ(world.condition_reason("Progressing"), "NewReplicaSetAvailable");
}

TEST(DeploymentController, TraceB) {
  rollout_world world;
  world.begin(3, rolling(1, 0));
  world.set_image("v2");
  world.run_for(2min);
  EXPECT_EQ(world.states(),
            (steps{"3/1(0)", "3/1(1)", "2/1(1)", "2/2(1)", "2/2(2)", "1/2(2)", "1/3(2)", "1/3(3)", "0/3(3)"}));
}

TEST(DeploymentController, TraceC) {
  rollout_world world;
  world.begin(3, rolling(0, 1));
  world.set_image("v2");
  world.run_for(2min);
  EXPECT_EQ(world.states(), (steps{"3/0(0)", "2/0(0)", "2/1(0)", "2/1(1)", "1/1(1)", "1/2(1)", "1/2(2)", "0/2(2)",
                                   "0/3(2)", "0/3(3)"}));
}

TEST(DeploymentController, TraceDStopsAndIsRolledBack) {
  rollout_world world;
  world.break_new_pods();
  world.begin(10, rolling(3, 2));
  world.set_image("v2");
  world.run_for(11min);
  EXPECT_EQ(world.states(), (steps{"10/3(0)", "8/3(0)", "8/5(0)"}));
  EXPECT_EQ(world.condition_reason("Progressing"), "ProgressDeadlineExceeded");
  EXPECT_EQ(world.events("book", "ProgressDeadlineExceeded").size(), 1U);
  world.started = world.store.version();
  for (auto const& pod : world.pods()) {
    if ((*pod)["spec"]["containers"][0]["image"] != "shop/book:v1") continue;
    world.kubelet.set_ready(key_of(*pod), false, world.now);  // one of the old pods dies: nothing more is removed
    break;
  }
  world.settle();
  EXPECT_TRUE(world.states().empty() || world.states() == steps{"8/5(0)"});
  world.undo("1");
  world.settle();
  EXPECT_EQ(world.states("3").front(), "5/8(7)");
  EXPECT_EQ(world.states("3").at(1), "1/8(7)");
  world.run_for(1min);
  EXPECT_EQ(world.set_with("3")["spec"]["replicas"], 10);
  EXPECT_EQ(world.set_with("2")["spec"]["replicas"], 0);
}

TEST(DeploymentController, TraceE) {
  rollout_world world;
  world.break_new_pods();
  world.begin(3, rolling(1, 0));
  world.set_image("v2");
  world.run_for(5min);
  EXPECT_EQ(world.states(), steps{"3/1(0)"});
  EXPECT_EQ(world.status()["availableReplicas"], 3);
}

TEST(DeploymentController, UndoFindsTheOldSetAgainAndGivesItAFreshRevision) {
  rollout_world world;
  auto& cause = "kubernetes.io/change-cause";
  world.begin(2);
  world.edit([&](json& object) { object["metadata"]["annotations"][cause] = "first"; });
  world.run_for(1s);
  auto const first = name_of(world.set_with("1"));
  EXPECT_EQ(world.set_with("1")["metadata"]["annotations"][cause], "first");
  world.edit([&](json& object) {
    object["metadata"]["annotations"][cause] = "second";
    object["spec"]["template"]["spec"]["containers"][0]["image"] = "shop/book:v2";
  });
  world.run_for(1min);
  EXPECT_EQ(world.set_with("2")["metadata"]["annotations"][cause], "second");
  world.undo("1");
  world.run_for(1min);
  EXPECT_EQ(name_of(world.set_with("3")), first);
  EXPECT_EQ(world.set_with("3")["metadata"]["annotations"][revision_history_annotation], "1");
  EXPECT_EQ(world.set_with("3")["metadata"]["annotations"][cause], "first");
  EXPECT_EQ(world.get(kinds::deployment, "book")["metadata"]["annotations"][revision_annotation], "3");
  EXPECT_EQ(world.store.count(kinds::replica_set), 2U);
  EXPECT_EQ(world.set_with("3")["spec"]["replicas"], 2);
}

TEST(DeploymentController, RestartMakesANewSetOfTheSameImage) {
  rollout_world world;
  world.begin(2);
  world.edit([](json& object) {
    object["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] = "2026-01-31T00:01:00Z";
  });
  world.run_for(1min);
  EXPECT_EQ(world.set_with("2")["status"]["availableReplicas"], 2);
  EXPECT_EQ(world.set_with("1")["spec"]["replicas"], 0);
}

TEST(DeploymentController, APausedRolloutWaitsAndStillScales) {
  rollout_world world;
  world.begin(4);
  world.edit([](json& object) { object["spec"]["paused"] = true; });
  world.set_image("v2");
  world.run_for(1min);
  EXPECT_EQ(world.store.count(kinds::replica_set), 1U);
  EXPECT_EQ(world.condition_reason("Progressing"), "DeploymentPaused");
  world.edit([](json& object) { object["spec"]["replicas"] = 6; });
  world.run_for(1min);
  EXPECT_EQ(world.set_with("1")["spec"]["replicas"], 6);
  world.edit([](json& object) { object["spec"].erase("paused"); });
  world.run_for(2min);
  EXPECT_EQ(world.set_with("2")["status"]["availableReplicas"], 6);
  EXPECT_EQ(world.condition_reason("Progressing"), "NewReplicaSetAvailable");
}

TEST(DeploymentController, ScalingDuringARolloutKeepsTheProportions) {
  rollout_world world;
  world.break_new_pods();
  world.begin(10, rolling(3, 2));
  world.set_image("v2");
  world.run_for(1min);  // 8 old and 5 new, of at most 13
  world.edit([](json& object) { object["spec"]["replicas"] = 20; });
  world.run_for(1min);  // at most 23
  EXPECT_EQ(world.set_with("1")["spec"]["replicas"], 14);
  EXPECT_EQ(world.set_with("2")["spec"]["replicas"], 9);
  EXPECT_EQ(world.set_with("1")["metadata"]["annotations"][desired_replicas_annotation], "20");
  EXPECT_EQ(world.set_with("1")["metadata"]["annotations"][max_replicas_annotation], "23");
}

TEST(DeploymentController, RecreateWaitsForTheLastOldPod) {
  rollout_world world;
  world.begin(2, {{"strategy", {{"type", "Recreate"}}}});
  world.set_image("v2");
  world.run_for(2s);  // the old pods take three seconds to end
  EXPECT_EQ(world.store.count(kinds::replica_set), 1U);
  EXPECT_EQ(world.pods().size(), 2U);
  world.run_for(1min);
  EXPECT_EQ(world.set_with("2")["status"]["availableReplicas"], 2);
}

TEST(DeploymentController, KeepsAsMuchHistoryAsAskedFor) {
  rollout_world world;
  world.begin(1, {{"revisionHistoryLimit", 2}});
  for (auto const* const tag : {"v2", "v3", "v4", "v5"}) {
    world.set_image(tag);
    world.run_for(1min);
  }
  EXPECT_EQ(world.store.count(kinds::replica_set), 3U);
  EXPECT_EQ(world.events("book", "DeletedReplicaSet").size(), 2U);
}

TEST(DeploymentController, ANameThatIsTakenIsCountedAsACollision) {
  rollout_world world;
  auto stranger = book_deployment(0);
  rollout_world probe;
  probe.begin(1);
  auto const taken = name_of(probe.set_with("1"));
  stranger["metadata"] = {{"name", taken}};
  stranger["spec"]["selector"]["matchLabels"]["app"] = "other";
  stranger["spec"]["template"]["metadata"]["labels"]["app"] = "other";
  world.create(kinds::replica_set, stranger);
  world.begin(1);
  EXPECT_EQ(world.status()["collisionCount"], 1);
  EXPECT_NE(name_of(world.set_with("1")), taken);
  EXPECT_EQ(world.status()["availableReplicas"], 1);
}

TEST(DeploymentController, EveryScalingIsExplained) {
  rollout_world world;
  world.begin(1);
  auto const texts = world.events("book", "ScalingReplicaSet");
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts[0].find("Scaled up replica set book-"), std::string::npos) << texts[0];
  EXPECT_NE(texts[0].find("inputs: "), std::string::npos) << texts[0];
}

TEST(DeploymentController, TellsThatItsPodsAreRefused) {
  rollout_world world;
  world.refuses = [](resource_kind const& kind, json const&) -> std::optional<std::string> {
    if (&kind != &kinds::pod) return std::nullopt;
    return "no more pods";
  };
  world.begin(3);
  EXPECT_EQ(world.condition_reason("ReplicaFailure"), "FailedCreate");
  world.refuses = nullptr;
  world.run_for(5min);
  EXPECT_EQ(world.condition_reason("ReplicaFailure"), "");
  EXPECT_EQ(world.status()["availableReplicas"], 3);
}

}  // namespace
}  // namespace holdfast::cluster
