#include "cluster/control/rolling_update.hpp"

#include "cluster/control/control_test_support.hpp"
#include "cluster/control/proportional_scaling.hpp"

namespace holdfast::cluster {
namespace {

rollout_set sized_set(std::string name, std::int32_t size, std::int32_t available) {
  return {.name = std::move(name), .replicas = size, .status = {size, available, available, 0}};
}

rollout_spec ten_replicas(std::int32_t surge, std::int32_t unavailable) {
  return {
      .replicas = 10, .max_surge = int_or_percent{surge, false}, .max_unavailable = int_or_percent{unavailable, false}};
}

struct grow_case {
  char const* id;
  std::int32_t surge;
  std::int32_t old_size;
  std::int32_t new_size;
  std::int32_t expected;
  pod_replacement replacement = pod_replacement::while_terminating;
  std::int32_t terminating = 0;
  std::int32_t new_in_status = -1;  // as new_size
};

class GrowVectors : public testing::TestWithParam<grow_case> {};

TEST_P(GrowVectors, SizeTheNewSet) {
  auto const& c = GetParam();
  auto spec = ten_replicas(c.surge, 0);
  spec.replacement = c.replacement;
  rollout_sets sets{sized_set("new", c.new_size, 0), {sized_set("old", c.old_size, c.old_size)}};
  sets.old[0].status.terminating = c.terminating;
  if (c.new_in_status >= 0) sets.fresh->status.replicas = c.new_in_status;
  EXPECT_EQ(grown(spec, sets, c.new_size).to, c.expected);
}

constexpr auto after = pod_replacement::after_termination;

INSTANTIATE_TEST_SUITE_P(Deployment, GrowVectors,
                         testing::Values(grow_case{"U1", 0, 10, 0, 0}, grow_case{"U2", 2, 10, 0, 2},
                                         grow_case{"U3", 2, 5, 0, 7}, grow_case{"U4", 2, 10, 2, 2},
                                         grow_case{"U5", 2, 2, 11, 10}, grow_case{"U6", 0, 5, 1, 4, after, 1},
                                         grow_case{"U7", 2, 5, 0, 3, after, 3, 1},
                                         grow_case{"U8", 2, 5, 0, 0, after, 11}),
                         vector_id);

struct shrink_case {
  char const* id;
  std::int32_t unavailable;
  std::int32_t old_size;
  std::int32_t old_available;
  std::int32_t new_size;
  std::int32_t expected;
};

class ShrinkVectors : public testing::TestWithParam<shrink_case> {};

TEST_P(ShrinkVectors, SizeTheOldSet) {
  auto const& c = GetParam();
  rollout_sets const sets{sized_set("new", c.new_size, 0), {sized_set("old", c.old_size, c.old_available)}};
  auto const changes = shrunk(ten_replicas(0, c.unavailable), sets);
  if (c.expected == c.old_size) {
    EXPECT_TRUE(changes.empty());
    return;
  }
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].from, c.old_size);
  EXPECT_EQ(changes[0].to, c.expected);
}

INSTANTIATE_TEST_SUITE_P(Deployment, ShrinkVectors,
                         testing::Values(shrink_case{"U9", 0, 10, 10, 0, 9}, shrink_case{"U10", 2, 10, 10, 0, 8},
                                         shrink_case{"U11", 2, 10, 8, 0, 8}, shrink_case{"U12", 2, 10, 9, 0, 8},
                                         shrink_case{"U13", 2, 8, 8, 2, 8}),
                         vector_id);

struct removal_case {
  char const* id;
  std::int64_t budget;  // of cleaning up; -1: scaling down
  std::int32_t old_available;
  std::int32_t expected;
};

class RemovalVectors : public testing::TestWithParam<removal_case> {};

TEST_P(RemovalVectors, TakeFromTheOldSet) {
  auto const& c = GetParam();
  rollout_sets sets{{}, {sized_set("old", 10, c.old_available)}};
  auto const changes = c.budget >= 0 ? clean_up(sets, c.budget) : scale_down(sets, limits_of(ten_replicas(0, 2)));
  EXPECT_EQ(sets.old[0].replicas, 10 - c.expected);
  EXPECT_EQ(changes.size(), c.expected > 0 ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(Deployment, RemovalVectors,
                         testing::Values(removal_case{"U14", 1, 8, 1}, removal_case{"U15", 3, 8, 2},
                                         removal_case{"U16", 0, 8, 0}, removal_case{"U17", 3, 10, 0},
                                         removal_case{"U18", -1, 10, 2}, removal_case{"U19", -1, 8, 0},
                                         removal_case{"U20", -1, 1, 0}),
                         vector_id);

struct share_case {
  char const* id;
  std::int32_t size;
  std::int64_t max_total;
  std::int64_t before;
  std::int64_t expected;
};

class ShareVectors : public testing::TestWithParam<share_case> {};

TEST_P(ShareVectors, AreInProportion) {
  auto const& c = GetParam();
  EXPECT_EQ(proportional_share(c.size, c.max_total, c.before), c.expected);
}

INSTANTIATE_TEST_SUITE_P(Deployment, ShareVectors,
                         testing::Values(share_case{"U21", 50, 120, 100, 10}, share_case{"U22", 50, 130, 110, 9},
                                         share_case{"U23", 6, 10, 12, -1}, share_case{"U24", 50, 110, 130, -8},
                                         share_case{"U25", 10, 0, 77, -10}),
                         vector_id);

TEST(RollingUpdate, OldSetsLoseUnavailablePodsBeforeAvailableOnesOldestFirst) {
  rollout_sets const sets{sized_set("new", 3, 0), {sized_set("oldest", 6, 6), sized_set("older", 4, 0)}};
  auto const changes = shrunk(ten_replicas(3, 5), sets);  // budget 13 - 5 - 3 = 5
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].set, "older");
  EXPECT_EQ(changes[0].to, 0);
  EXPECT_EQ(changes[1].set, "oldest");
  EXPECT_EQ(changes[1].to, 5) << "six are available, five have to be";
}

TEST(RollingUpdate, TheOldestSetOfTheTemplateIsTheNewOne) {
  auto const at = [](int s) { return time_point{std::chrono::seconds{s}}; };
  std::vector<rollout_set> const all = {{.name = "c", .created = at(3), .matches_template = true},
                                        {.name = "b", .created = at(2), .matches_template = true},
                                        {.name = "a", .created = at(1)}};
  auto const sets = sorted_sets(all);
  EXPECT_EQ(sets.fresh->name, "b");
  ASSERT_EQ(sets.old.size(), 2U);
  EXPECT_EQ(sets.old[0].name, "a");
}

TEST(ProportionalScaling, SpreadsTheDifferenceLargestFirstAndTheRestToTheFirst) {
  auto const marked = [](std::string name, std::int32_t size, int created) {
    auto set = sized_set(std::move(name), size, size);
    set.sized_for = 10;
    set.max_total = 13;
    set.created = time_point{std::chrono::seconds{created}};
    return set;
  };
  rollout_spec spec{.replicas = 15, .max_surge = int_or_percent{3, false}, .max_unavailable = int_or_percent{2, false}};
  rollout_sets const sets{marked("new", 5, 2), {marked("old", 8, 1)}};
  EXPECT_TRUE(is_resized(spec, sets));
  auto const grow = resized(spec, sets, 13);  // 18 - 13 = 5: old 8*18/13 = 11.08, new 5*18/13 = 6.92
  ASSERT_EQ(grow.size(), 2U);
  EXPECT_EQ(grow[0].set, "old");
  EXPECT_EQ(grow[0].to, 11);
  EXPECT_EQ(grow[1].to, 7);
  rollout_sets const even{marked("new", 6, 2), {marked("old", 6, 1)}};
  EXPECT_EQ(resized(spec, even, 13)[0].set, "new") << "newer first when growing";
  spec.replicas = 5;
  EXPECT_EQ(resized(spec, even, 13)[0].set, "old") << "older first when shrinking";
  spec.replicas = 0;
  for (auto const& each : resized(spec, sets, 13)) EXPECT_EQ(each.to, 0);
}

TEST(ProportionalScaling, OneActiveSetTakesTheCountAndASaturatedOneEmptiesTheOthers) {
  rollout_spec const spec{.replicas = 5};
  auto old = sized_set("old", 3, 3);
  old.sized_for = 3;
  auto const only = resized(spec, {{}, {old}}, 3);
  ASSERT_EQ(only.size(), 1U);
  EXPECT_EQ(only[0].to, 5);
  auto fresh = sized_set("new", 5, 5);
  fresh.sized_for = 5;
  auto const emptied = resized(spec, {fresh, {old}}, 8);
  ASSERT_EQ(emptied.size(), 1U);
  EXPECT_EQ(emptied[0].set, "old");
  EXPECT_EQ(emptied[0].to, 0);
}

}  // namespace
}  // namespace holdfast::cluster
