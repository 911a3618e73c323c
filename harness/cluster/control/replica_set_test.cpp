#include "cluster/control/replica_set.hpp"

#include "cluster/control/control_test_support.hpp"
#include "cluster/control/slow_start.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

std::vector<owned_pod> running_pods(int count) {
  std::vector<owned_pod> pods;
  for (int i = 0; i < count; ++i) {
    pods.push_back({.name = "pod-" + std::to_string(i),
                    .node = "node",
                    .phase = pod_phase::running,
                    .ready = ready_condition{true, test_now - 1h},
                    .created = test_now - 2h});
  }
  return pods;
}

TEST(ReplicaSet, CreatesWhatIsMissingAndDeletesTheSurplus) {
  EXPECT_EQ(sync_replica_set(5, 0s, running_pods(3), test_now).create, 2);
  auto const fewer = sync_replica_set(1, 0s, running_pods(3), test_now);
  EXPECT_EQ(fewer.create, 0);
  EXPECT_EQ(fewer.deletions.size(), 2U);
  EXPECT_TRUE(sync_replica_set(3, 0s, running_pods(3), test_now).deletions.empty());
}

TEST(ReplicaSet, ATerminatingPodIsReplacedAtOnce) {
  auto pods = running_pods(3);
  pods[1].is_terminating = true;
  auto const decision = sync_replica_set(3, 0s, pods, test_now);
  EXPECT_EQ(decision.create, 1);
  EXPECT_EQ(decision.status, (replica_set_status{2, 2, 2, 1}));
}

TEST(ReplicaSet, FinishedPodsAreNotCounted) {
  auto pods = running_pods(3);
  pods[0].phase = pod_phase::succeeded;
  pods[1].phase = pod_phase::failed;
  EXPECT_EQ(sync_replica_set(3, 0s, pods, test_now).create, 2);
}

TEST(ReplicaSet, OneSyncCreatesOrDeletesAtMostFiveHundred) {
  EXPECT_EQ(sync_replica_set(500, 0s, {}, test_now).create, 500);
  EXPECT_TRUE(sync_replica_set(500, 0s, {}, test_now).why.limit.empty());
  auto const many = sync_replica_set(501, 0s, {}, test_now);
  EXPECT_EQ(many.create, 500);
  EXPECT_EQ(many.why.limit, "500 pods a sync");
  EXPECT_EQ(sync_replica_set(0, 0s, running_pods(700), test_now).deletions.size(), 500U);
}

TEST(ReplicaSet, AvailableFromExactlyMinReadyOn) {
  auto pods = running_pods(3);
  pods[0].ready->last_transition = test_now - 10s;
  pods[1].ready->last_transition = test_now - 10s + 1ns;
  pods[2].ready->is_ready = false;
  auto const decision = sync_replica_set(3, 10s, pods, test_now);
  EXPECT_EQ(decision.status, (replica_set_status{3, 2, 1, 0}));
  EXPECT_EQ(decision.next_available, test_now + 1ns);
  EXPECT_EQ(sync_replica_set(3, 0s, pods, test_now).status.available, 2);
}

TEST(ReplicaSet, APodThatBecomesUnreadyLosesItsAge) {
  std::optional<ready_condition> ready = ready_condition{true, test_now - 1h};
  EXPECT_TRUE(is_available(ready, 10s, test_now));
  ready = ready_condition{true, test_now - 5s};  // unready and ready again
  EXPECT_FALSE(is_available(ready, 10s, test_now));
  EXPECT_FALSE(is_available({}, 0s, test_now));
}

TEST(ReplicaSet, EventsTellTheReason) {
  auto pods = running_pods(2);
  pods[1].ready->is_ready = false;
  auto const decision = sync_replica_set(1, 0s, pods, test_now);
  auto const event = pod_deleted(decision.deletions.at(0));
  EXPECT_EQ(event.reason, "SuccessfulDelete");
  EXPECT_EQ(message(event.why),
            "Deleted pod: pod-1 (rule: surplus pods go in deletion order; inputs: replicas=1, counted pods=2, "
            "terminating pods=0, ahead of the next by=not ready)");
  auto const created = pod_created("x", sync_replica_set(3, 0s, pods, test_now).why);
  EXPECT_EQ(message(created.why),
            "Created pod: x (rule: replicas - counted pods; inputs: replicas=3, counted pods=2, terminating pods=0)");
}

TEST(SlowStart, BatchesDoubleUntilAnError) {
  slow_start batches{10};
  for (auto const expected : {1, 2, 4, 3, 0}) {
    EXPECT_EQ(batches.next_batch(), expected);
    batches.finished(0);
  }
  slow_start refused{10};
  refused.finished(0);
  EXPECT_EQ(refused.next_batch(), 2);
  refused.finished(1);
  EXPECT_EQ(refused.next_batch(), 0);
  EXPECT_EQ(refused.skipped(), 7);
}

/// Applies decisions to pods that start, become ready, crash and end at random.
TEST(ReplicaSet, RandomActionsNeverLeakAPodAndNeverDeleteOneTooMany) {
  random_engine random{20240607};
  std::vector<owned_pod> pods;
  int made = 0;
  std::int32_t replicas = 3;
  auto now = test_now;
  for (int step = 0; step < 5000; ++step, now += 1s) {
    if (random.below(20) == 0) replicas = static_cast<std::int32_t>(random.below(12));
    std::erase_if(pods, [&](auto const& pod) { return pod.is_terminating && random.below(3) == 0; });
    for (auto& pod : pods) {
      if (random.below(4) == 0) pod.phase = static_cast<pod_phase>(random.below(5));
      pod.ready = ready_condition{random.below(2) == 0, now};
    }
    auto const decision = sync_replica_set(replicas, 2s, pods, now);
    ASSERT_TRUE(decision.create == 0 || decision.deletions.empty());
    ASSERT_EQ(decision.status.replicas + decision.create - static_cast<std::int32_t>(decision.deletions.size()),
              replicas);
    for (auto const& deletion : decision.deletions) {
      auto const pod = std::ranges::find(pods, deletion.pod, &owned_pod::name);
      ASSERT_FALSE(pod == pods.end() || pod->is_terminating || is_finished(pod->phase)) << deletion.pod;
      pod->is_terminating = true;
    }
    for (int i = 0; i < decision.create; ++i) pods.push_back({.name = "p" + std::to_string(made++), .created = now});
    std::erase_if(pods, [](auto const& pod) { return is_finished(pod.phase); });
    ASSERT_LE(decision.status.available, decision.status.ready);
    ASSERT_LE(decision.status.ready, decision.status.replicas);
  }
  replicas = 0;
  for (auto const& deletion : sync_replica_set(replicas, 0s, pods, now).deletions) {
    std::erase_if(pods, [&](auto const& pod) { return pod.name == deletion.pod; });
  }
  EXPECT_TRUE(std::ranges::all_of(pods, &owned_pod::is_terminating)) << "what is left is on its way out";
}

}  // namespace
}  // namespace holdfast::cluster
