#include <set>

#include "cluster/control/rollout_limits.hpp"
#include "cluster/controllers/rollout_test_support.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

/// Does anything that a person or a crash may do to a Deployment.
class random_actor {
 public:
  random_actor(rollout_world& world, std::uint64_t seed) : world_{world}, random_{seed} {}

  void act() {
    switch (random_.below(8)) {
      case 0:
        return world_.set_image("v" + std::to_string(random_.below(4)));
      case 1:
        return world_.edit([&](json& object) { object["spec"]["replicas"] = random_.below(12); });
      case 2:
        return world_.edit([&](json& object) { object["spec"]["paused"] = random_.below(2) == 0; });
      case 3:
        return world_.edit([&](json& object) {
          object["spec"]["template"]["metadata"]["annotations"]["restarted"] = std::to_string(random_.below(1000));
        });
      case 4:
      case 5:
        return hurt_a_pod();
      default:
        world_.run_for(std::chrono::milliseconds{random_.below(5000)});
    }
  }

 private:
  void hurt_a_pod() {
    auto const pods = world_.pods();
    if (pods.empty()) return;
    auto const& pod = *pods[random_.below(pods.size())];
    if (is_terminating(pod)) return;
    if (random_.below(2) == 0) {
      world_.remove(kinds::pod, name_of(pod));
    } else if (text_at(pod, "status", "phase") == "Running") {
      world_.kubelet.set_ready(key_of(pod), random_.below(2) == 0, world_.now);
    }
  }

  rollout_world& world_;
  random_engine random_;
};

/// Every pod belongs to a set that is there, and every set has as many as it asks for.
void expect_no_leak(rollout_world& world) {
  world.settle();
  std::map<std::string, std::int64_t> counted;
  for (auto const& pod : world.pods()) {
    if (!is_terminating(*pod)) ++counted[controller_uid_of(*pod)];
  }
  std::int64_t asked = 0;
  for (auto const& set : world.store.list(kinds::replica_set)) {
    auto const wanted = integer_at(*set, 0, "spec", "replicas");
    asked += wanted;
    EXPECT_EQ(counted[uid_of(*set)], wanted);
    counted.erase(uid_of(*set));
  }
  for (auto const& [uid, count] : counted) EXPECT_EQ(count, 0) << "pods of an unknown owner " << uid;
  auto const deployment = world.get(kinds::deployment, "book");
  EXPECT_EQ(integer_at(deployment, 0, "status", "replicas"), asked);
}

class RandomActions : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomActions, NeverLeakAPodAndEndComplete) {
  rollout_world world;
  world.begin(4);
  random_actor actor{world, GetParam()};
  for (int i = 0; i < 60; ++i) {
    actor.act();
    expect_no_leak(world);
    if (testing::Test::HasFailure()) return;
  }
  world.edit([](json& object) {
    object["spec"]["paused"] = false;
    object["spec"]["replicas"] = 3;
  });
  // Whatever was made unready is replaced, so that the rollout can end.
  for (auto const& pod : world.pods()) {
    if (!is_terminating(*pod)) world.remove(kinds::pod, name_of(*pod));
  }
  world.run_for(3min);
  EXPECT_EQ(world.pods().size(), 3U);
  EXPECT_EQ(world.status()["availableReplicas"], 3);
  world.remove(kinds::deployment, "book");
  world.run_for(1min);
  EXPECT_TRUE(world.pods().empty());
  EXPECT_EQ(world.store.count(kinds::replica_set), 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomActions, testing::Range<std::uint64_t>(1, 13));

TEST(RandomActions, TheSameSeedIsTheSameRunAndAnotherIsNot) {
  auto const run = [](std::uint64_t seed) {
    rollout_world world;
    world.begin(4);
    random_actor actor{world, seed};
    for (int i = 0; i < 20; ++i) actor.act();
    std::string all;
    for (auto const* const kind : all_kinds()) {
      for (auto const& object : world.store.list(*kind)) all += object->dump();
    }
    return all;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

}  // namespace
}  // namespace holdfast::cluster
