#include "cluster/control/deployment_test_support.hpp"
#include "cluster/control/proportional_scaling.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {
namespace {

/// Anything that people and pods may do to a Deployment, at random.
class random_rollout {
 public:
  explicit random_rollout(std::uint64_t seed) : random_{seed} {
    world_.view.spec.max_surge = random_part();
    world_.view.spec.max_unavailable = random_part();
    world_.view.spec.replicas = static_cast<std::int32_t>(random_.between(0, 12));
  }

  void act() {
    auto& spec = world_.view.spec;
    switch (random_.below(12)) {
      case 0:
        world_.present_template = "v" + std::to_string(random_.between(1, 6));
        break;  // also rolls back
      case 1:
        spec.replicas = static_cast<std::int32_t>(random_.between(0, 12));
        break;
      case 2:
        spec.is_paused = !spec.is_paused;
        break;
      case 3:
        world_.now += std::chrono::minutes{random_.between(0, 12)};
        break;
      default:
        move_pods();
    }
  }

  /// One sync; the bounds that hold over it.
  void sync_and_check() {
    auto const before = world_.total();
    auto const available_before = world_.available();
    bool const is_rolling = !world_.view.spec.is_paused && !is_resized(world_.view.spec, sorted_sets(world_.sets));
    auto const limits = limits_of(world_.view.spec);
    auto const decision = world_.sync();
    EXPECT_LE(world_.total(), std::max(before, limits.max_total)) << "maxSurge";
    if (is_rolling) {
      EXPECT_GE(world_.available(), std::min(available_before, limits.min_available)) << "maxUnavailable";
    }
    for (auto const& set : world_.sets) EXPECT_GE(set.replicas, 0);
    for (auto const& name : decision.remove) EXPECT_NE(name, world_.present_template);
    EXPECT_LE(world_.sets.size(), 7U);
  }

  /// Nothing more goes wrong: the rollout has to end with nothing of the old sets left.
  void settle() {
    world_.view.spec.is_paused = false;
    for (int i = 0; i < 200; ++i) {
      for (auto& set : world_.sets) set.status.ready = set.status.available = set.replicas;
      world_.sync();
    }
    EXPECT_EQ(world_.picture(),
              "0/" + std::to_string(world_.view.spec.replicas) + "(" + std::to_string(world_.view.spec.replicas) + ")");
    EXPECT_TRUE(is_complete(world_.view.status, world_.view.spec.replicas));
  }

  std::vector<control_event> const& events() const { return world_.events; }

 private:
  std::optional<int_or_percent> random_part() {
    if (random_.below(4) == 0) return int_or_percent{static_cast<std::int32_t>(random_.between(0, 3)), false};
    return int_or_percent{static_cast<std::int32_t>(random_.between(0, 100)), true};
  }
  void move_pods() {
    for (auto& set : world_.sets) {
      auto const lower = random_.below(5) == 0 ? 0 : set.status.available;  // now and then pods die
      set.status.ready = set.status.available = static_cast<std::int32_t>(random_.between(lower, set.replicas));
    }
  }

  random_engine random_;
  simulated_rollout world_{.view = {.name = "book"}};
};

TEST(Deployment, RandomActionsKeepItsBoundsAndAlwaysComeToAnEnd) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    random_rollout world{seed};
    for (int step = 0; step < 150; ++step) {
      world.act();
      world.sync_and_check();
      if (testing::Test::HasFailure()) return;
    }
    world.settle();
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Deployment, EverySizeChangeIsTold) {
  random_rollout world{7};
  for (int step = 0; step < 300; ++step) {
    world.act();
    world.sync_and_check();
  }
  for (auto const& event : world.events()) {
    EXPECT_FALSE(event.why.statement.empty());
    EXPECT_FALSE(event.why.rule.empty()) << event.why.statement;
    EXPECT_FALSE(event.why.inputs.empty()) << event.why.statement;
  }
}

}  // namespace
}  // namespace holdfast::cluster
