#include "cluster/control/pod_deletion_order.hpp"

#include "cluster/control/control_test_support.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

owned_pod settled_pod(std::string name) {
  return {.name = std::move(name),
          .node = "node",
          .phase = pod_phase::running,
          .ready = ready_condition{true, test_now - 1h},
          .created = test_now - 2h};
}

struct order_case {
  char const* id;
  void (*make_first)(owned_pod&);   // changes "z", that would otherwise go last
  void (*make_second)(owned_pod&);  // changes "a"
  char const* rule;
};

void as_it_is(owned_pod&) {}

class DeletionOrder : public testing::TestWithParam<order_case> {};

TEST_P(DeletionOrder, TellsTwoPodsApart) {
  auto const& c = GetParam();
  std::vector<owned_pod> pods = {settled_pod("a"), settled_pod("z")};
  c.make_second(pods[0]);
  c.make_first(pods[1]);
  auto const order = deletion_order(pods, test_now);
  EXPECT_EQ(pods[order[0].index].name, "z");
  EXPECT_EQ(order[0].ahead_by, c.rule);
}

INSTANTIATE_TEST_SUITE_P(
    ReplicaSet, DeletionOrder,
    testing::Values(order_case{"Rule1UnassignedBeforeAssigned", [](auto& p) { p.node = ""; },
                               [](auto& p) { p.phase = pod_phase::pending; }, "not assigned to a node"},
                    order_case{"Rule2PendingBeforeUnknown", [](auto& p) { p.phase = pod_phase::pending; },
                               [](auto& p) { p.phase = pod_phase::unknown; }, "its phase"},
                    order_case{"Rule2UnknownBeforeRunning", [](auto& p) { p.phase = pod_phase::unknown; },
                               [](auto& p) { p.ready.reset(); }, "its phase"},
                    order_case{"Rule3NotReadyBeforeReady", [](auto& p) { p.ready->is_ready = false; },
                               [](auto& p) { p.deletion_cost = -5; }, "not ready"},
                    order_case{"Rule4LowerCostFirst", [](auto& p) { p.deletion_cost = -1; }, as_it_is,
                               "a lower deletion cost"},
                    order_case{"Rule6ReadyForLessTimeFirst", [](auto& p) { p.ready->last_transition = test_now - 10s; },
                               [](auto& p) { p.restarts = 9; }, "ready for less time"},
                    order_case{"Rule6ComparesLogarithms", [](auto& p) { p.restarts = 1; },
                               [](auto& p) { p.ready->last_transition += 1min; }, "more restarts"},
                    order_case{"Rule7MoreRestartsFirst", [](auto& p) { p.restarts = 1; },
                               [](auto& p) { p.created = test_now; }, "more restarts"},
                    order_case{"Rule8CreatedLaterFirst", [](auto& p) { p.created += 1ns; }, as_it_is, "created later"}),
    vector_id);

TEST(PodDeletionOrder, Rule5ThePodOnTheFullerNodeGoesFirst) {
  std::vector<owned_pod> pods = {settled_pod("a"), settled_pod("b"), settled_pod("c")};
  pods[0].node = "lonely";
  auto const order = deletion_order(pods, test_now);
  EXPECT_EQ(pods[order[0].index].name, "b");
  EXPECT_EQ(pods[order[2].index].name, "a");
  EXPECT_EQ(order[1].ahead_by, "more pods on its node");
}

TEST(PodDeletionOrder, DoesNotDependOnTheOrderOfItsInput) {
  random_engine random{4};
  for (int round = 0; round < 50; ++round) {
    std::vector<owned_pod> pods;
    for (int i = 0; i < 20; ++i) {
      auto pod = settled_pod("pod-" + std::to_string(i));
      pod.phase = static_cast<pod_phase>(random.below(5));
      pod.restarts = random.between(0, 2);
      pod.ready->is_ready = random.below(2) == 0;
      pod.ready->last_transition = test_now - std::chrono::seconds{random.between(0, 100)};
      pods.push_back(pod);
    }
    auto const names = [&] {
      std::vector<std::string> result;
      for (auto const& each : deletion_order(pods, test_now)) result.push_back(pods[each.index].name);
      return result;
    };
    auto const before = names();
    std::ranges::reverse(pods);
    EXPECT_EQ(names(), before);
  }
}

}  // namespace
}  // namespace holdfast::cluster
