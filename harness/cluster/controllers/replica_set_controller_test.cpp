#include "cluster/controllers/replica_set_controller.hpp"

#include "cluster/controllers/rollout_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

json lone_set(std::int32_t replicas) {
  auto set = book_deployment(replicas);
  set["metadata"]["name"] = "lone";
  return set;
}

TEST(ReplicaSetController, ReplacesADeletedPodAtOnce) {
  virtual_cluster world;
  world.create(kinds::replica_set, lone_set(2));
  world.run_for(1min);
  world.remove(kinds::pod, name_of(*world.pods()[0]));
  world.settle();
  EXPECT_EQ(world.pods().size(), 3U);  // the old one is still ending
  EXPECT_EQ(world.get(kinds::replica_set, "lone")["status"]["terminatingReplicas"], 1);
  world.run_for(1min);
  EXPECT_EQ(world.pods().size(), 2U);
  EXPECT_EQ(world.get(kinds::replica_set, "lone")["status"],
            json::parse(R"({"replicas":2,"fullyLabeledReplicas":2,"readyReplicas":2,"availableReplicas":2,
                            "observedGeneration":1})"));
}

TEST(ReplicaSetController, AdoptsOrphansAndReleasesStrangers) {
  virtual_cluster world;
  auto orphan = samples::pod();
  orphan["metadata"] = {{"name", "orphan"}, {"labels", {{"app", "book"}}}};
  world.create(kinds::pod, orphan);
  world.create(kinds::replica_set, lone_set(2));
  world.settle();
  EXPECT_EQ(world.pods().size(), 2U);
  EXPECT_EQ(controller_uid_of(world.get(kinds::pod, "orphan")), uid_of(world.get(kinds::replica_set, "lone")));
  world.patch(kinds::pod, "orphan", {{"metadata", {{"labels", {{"app", "debug"}}}}}});
  world.settle();
  EXPECT_EQ(controller_uid_of(world.get(kinds::pod, "orphan")), "");
  EXPECT_EQ(world.pods().size(), 3U);
  EXPECT_EQ(world.events("lone", "AdoptedPod").size(), 1U);
  EXPECT_EQ(world.events("lone", "ReleasedPod").size(), 1U);
}

TEST(ReplicaSetController, DeletesTheCheapestPodsFirstAndSaysWhy) {
  virtual_cluster world;
  world.create(kinds::replica_set, lone_set(3));
  world.run_for(1min);
  auto const cheap = name_of(*world.pods()[1]);
  world.patch(kinds::pod, cheap,
              {{"metadata", {{"annotations", {{"controller.kubernetes.io/pod-deletion-cost", "-5"}}}}}});
  world.patch(kinds::replica_set, "lone", {{"spec", {{"replicas", 2}}}});
  world.run_for(1min);
  EXPECT_TRUE(world.get(kinds::pod, cheap).is_null());
  auto const texts = world.events("lone", "SuccessfulDelete");
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts[0].find("a lower deletion cost"), std::string::npos) << texts[0];
}

TEST(ReplicaSetController, TriesARefusedPodOnceAndAgainLater) {
  virtual_cluster world;
  int tried = 0;
  world.refuses = [&](resource_kind const& kind, json const&) -> std::optional<std::string> {
    if (&kind != &kinds::pod) return std::nullopt;
    ++tried;
    return "no more pods";
  };
  world.create(kinds::replica_set, lone_set(500));
  world.settle();
  EXPECT_EQ(tried, 1);
  world.run_for(10ms);
  world.settle();
  EXPECT_EQ(tried, 2);
  EXPECT_EQ(world.get(kinds::replica_set, "lone")["status"]["conditions"][0]["reason"], "FailedCreate");
}

TEST(ReplicaSetController, CreatesMoreThanOneSyncMayInSeveral) {
  virtual_cluster world;
  world.create(kinds::replica_set, lone_set(1201));
  world.plane.step(world.now);
  EXPECT_EQ(world.pods().size(), 1201U);
}

TEST(ReplicaSetController, APodIsAvailableAfterMinReadySeconds) {
  virtual_cluster world;
  auto set = lone_set(1);
  set["spec"]["minReadySeconds"] = 10;
  world.create(kinds::replica_set, set);
  world.run_for(12s);  // ready after 3
  EXPECT_EQ(integer_at(world.get(kinds::replica_set, "lone"), 0, "status", "availableReplicas"), 0);
  world.run_for(2s);
  EXPECT_EQ(integer_at(world.get(kinds::replica_set, "lone"), 0, "status", "availableReplicas"), 1);
}

}  // namespace
}  // namespace holdfast::cluster
