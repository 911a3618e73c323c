#include "cluster/controllers/slice_plan.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

endpoint_group group_of(int first, int last, std::int32_t port = 8080) {
  endpoint_group group{{{"http", port, "TCP", ""}}, {}};
  for (int i = first; i <= last; ++i) {
    auto const name = "pod-" + std::to_string(1000 + i);
    group.entries.push_back({{name, "127.1.0.1", {true, true, false}}, "uid-" + name, "local"});
  }
  return group;
}

std::vector<std::size_t> sizes(std::vector<endpoint_group> const& groups) {
  std::vector<std::size_t> found;
  for (auto const& each : groups) found.push_back(each.entries.size());
  return found;
}

std::vector<present_slice> present(std::vector<changed_slice> const& slices) {
  std::vector<present_slice> found;
  for (auto const& each : slices) found.push_back({each.name, &each.group});
  return found;
}

TEST(SlicePlan, PutsAtMostAHundredIntoASlice) {
  std::vector const groups{group_of(1, 250)};
  EXPECT_EQ(sizes(plan_slices(groups, {}).creations), (std::vector<std::size_t>{100, 100, 50}));
}

TEST(SlicePlan, WritesOnlyTheSliceThatChanges) {
  std::vector const slices{changed_slice{"a", group_of(1, 100)}, changed_slice{"b", group_of(101, 150)}};
  std::vector groups{group_of(1, 150)};
  groups[0].entries[120].at.conditions.ready = false;
  auto const plan = plan_slices(groups, present(slices));
  ASSERT_EQ(plan.updates.size(), 1U);
  EXPECT_EQ(plan.updates[0].name, "b");
  EXPECT_TRUE(plan.creations.empty() && plan.removals.empty());
}

TEST(SlicePlan, NewEndpointsGoWhereThereIsRoom) {
  std::vector const slices{changed_slice{"a", group_of(1, 100)}, changed_slice{"b", group_of(101, 150)}};
  std::vector const groups{group_of(1, 210)};
  auto const plan = plan_slices(groups, present(slices));
  ASSERT_EQ(plan.updates.size(), 1U);
  EXPECT_EQ(plan.updates[0].group.entries.size(), 100U);
  EXPECT_EQ(sizes(plan.creations), (std::vector<std::size_t>{10}));
}

TEST(SlicePlan, EmptySlicesGo) {
  std::vector const slices{changed_slice{"a", group_of(1, 100)}, changed_slice{"b", group_of(101, 150)}};
  std::vector const groups{group_of(1, 100)};
  EXPECT_EQ(plan_slices(groups, present(slices)).removals, std::vector<std::string>{"b"});
}

TEST(SlicePlan, OneStaysWhenThereIsNothing) {
  EXPECT_EQ(sizes(plan_slices({}, {}).creations), (std::vector<std::size_t>{0}));
  std::vector const slices{changed_slice{"a", group_of(1, 1)}, changed_slice{"b", group_of(2, 2)}};
  auto const plan = plan_slices({}, present(slices));
  EXPECT_EQ(plan.removals, std::vector<std::string>{"b"});
  ASSERT_EQ(plan.updates.size(), 1U);
  EXPECT_TRUE(plan.updates[0].group.entries.empty());
}

TEST(SlicePlan, OtherPortsMeanAnotherSlice) {
  std::vector const slices{changed_slice{"a", group_of(1, 2)}};
  std::vector const groups{group_of(1, 1), group_of(2, 2, 9090)};
  auto const plan = plan_slices(groups, present(slices));
  EXPECT_EQ(plan.updates.size(), 1U);
  EXPECT_EQ(sizes(plan.creations), (std::vector<std::size_t>{1}));
}

}  // namespace
}  // namespace holdfast::cluster
