#include "kit/events/partition_assignment.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using names = std::vector<std::string>;

struct assignment_case {
  char const* claim;
  names members;
  names owners;
  names expected;
};

TEST(PartitionAssignment, IsEvenAndStable) {
  for (auto const& c : {
           assignment_case{"nobody there: nobody gets anything", {}, {"", ""}, {"", ""}},
           assignment_case{"one member gets all", {"a"}, {"", "", ""}, {"a", "a", "a"}},
           assignment_case{"a second member gets half, the first keeps its first ones",
                           {"a", "b"},
                           {"a", "a", "a", "a"},
                           {"a", "a", "b", "b"}},
           assignment_case{"an even state is left alone", {"b", "a"}, {"b", "a", "b", "a"}, {"b", "a", "b", "a"}},
           assignment_case{
               "what a dead one had goes to the living", {"a"}, {"a", "dead", "a", "dead"}, {"a", "a", "a", "a"}},
           assignment_case{"the larger share stays where it is", {"a", "b"}, {"b", "b", "a"}, {"b", "b", "a"}},
           assignment_case{"more members than partitions", {"a", "b", "c"}, {"c", ""}, {"c", "a"}},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(assign_partitions(c.members, c.owners), c.expected);
  }
}

TEST(PartitionAssignment, IsEvenForAnyMembersAndOwners) {
  std::mt19937 random{7};
  for (int round = 0; round < 2000; ++round) {
    names members;
    for (unsigned m = 0; m < 1 + random() % 6; ++m) members.push_back("m" + std::to_string(m));
    std::shuffle(members.begin(), members.end(), random);
    names owners(random() % 17);
    for (auto& owner : owners) {
      if (random() % 4 != 0) owner = "m" + std::to_string(random() % 8);
    }
    auto const wanted = assign_partitions(members, owners);
    std::map<std::string, std::size_t> count;
    for (auto const& member : members) count[member] = 0;
    for (auto const& member : wanted) ++count[member];
    ASSERT_EQ(count.size(), members.size()) << "a partition went to a stranger or to nobody";
    auto const [least, most] =
        std::minmax_element(count.begin(), count.end(), [](auto& x, auto& y) { return x.second < y.second; });
    EXPECT_LE(most->second - least->second, 1U);
    EXPECT_EQ(assign_partitions(members, wanted), wanted) << "a second look must not move anything";
  }
}

TEST(PartitionAssignment, PassesPartitionsOverWithoutTakingThemAway) {
  EXPECT_EQ(step_for("a", "a", "a"), lease_step::keep);
  EXPECT_EQ(step_for("a", "a", "b"), lease_step::give_back);
  EXPECT_EQ(step_for("b", "a", "b"), lease_step::leave_be);
  EXPECT_EQ(step_for("b", "", "b"), lease_step::take);
  EXPECT_EQ(step_for("b", "", "a"), lease_step::leave_be);
}

TEST(PartitionOfKey, IsFnv1a) {
  // Published test vectors of the 64-bit FNV-1a: "" cbf29ce484222325, "a" af63dc4c8601ec8c.
  EXPECT_EQ(partition_of("", 1000), 0xcbf29ce484222325ULL % 1000);
  EXPECT_EQ(partition_of("a", 1000), 0xaf63dc4c8601ec8cULL % 1000);
  EXPECT_EQ(partition_of("anything", 1), 0U);
}

TEST(PartitionOfKey, SpreadsOrderNumbers) {
  std::map<std::uint32_t, int> count;
  for (int id = 1; id <= 4000; ++id) ++count[partition_of(std::to_string(id), 4)];
  for (auto const& [partition, records] : count) EXPECT_NEAR(records, 1000, 150) << partition;
}

}  // namespace
}  // namespace holdfast::kit
