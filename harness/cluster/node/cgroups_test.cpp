#include "cluster/node/cgroups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/node/node_test_support.hpp"
#include "cluster/node/resource_sampler.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::text_of_file;
using testing::write_file;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST(CgroupPlaces, AreFoundInBothVersions) {
  auto const places = find_cgroups(
      "30 23 0:26 / /sys/fs/cgroup/unified rw shared:5 - cgroup2 cgroup2 rw\n"
      "31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:6 - cgroup cgroup rw,cpu,cpuacct\n"
      "32 23 0:28 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "33 23 0:29 / / rw - ext4 /dev/sda rw\nodd\n",
      "4:memory:/docker/abc/inner\n3:cpu,cpuacct:/user.slice\n0::/system.slice/x.scope\n");
  EXPECT_EQ(places.controllers.at("cpu"), "/sys/fs/cgroup/cpu,cpuacct/user.slice");
  EXPECT_EQ(places.controllers.at("cpuacct"), places.controllers.at("cpu"));
  EXPECT_EQ(places.controllers.at("memory"), "/sys/fs/cgroup/memory/inner");
  EXPECT_EQ(places.unified, "/sys/fs/cgroup/unified/system.slice/x.scope");
  EXPECT_EQ(places.unified_root, "/sys/fs/cgroup/unified");
}

TEST(Cgroups, RequestsAndLimitsAreReckonedAsTheKubeletDoes) {
  EXPECT_EQ(cpu_shares(1000), 1024U);
  EXPECT_EQ(cpu_shares(250), 256U);
  EXPECT_EQ(cpu_shares(0), 2U);
  EXPECT_EQ(cpu_weight(0), 1U);
  EXPECT_EQ(cpu_weight(1000), 39U);
  EXPECT_EQ(cpu_quota(500), 50'000U);
  EXPECT_EQ(cpu_quota(1), 1000U);
}

/// Control groups as plain files: what is written can be read, and what the kernel would say is written before.
struct fake_tree {
  testing::temporary_folder folder;
  cgroup_places places;
  std::vector<fs::path> noted;

  void add_files(fs::path const& group, std::initializer_list<char const*> names) {
    fs::create_directories(group);
    for (auto const* const name : names) write_file(group / name, "");
  }
  cgroup_tree tree() {
    return cgroup_tree{places, "run1", [this](fs::path const& path) { noted.push_back(path); }};
  }
};

TEST(Cgroups, OfVersion2AreWrittenAndRead) {
  fake_tree fake;
  auto const root = fake.folder.root();
  fake.places.unified = root;
  fake.places.unified_root = root;
  write_file(root / "cgroup.controllers", "cpuset cpu io memory pids\n");
  write_file(root / "cgroup.subtree_control", "");
  auto const group = root / "holdfast-run1";
  fake.add_files(group, {"cgroup.subtree_control"});
  fake.add_files(group / "pod_c", {"cpu.weight", "cpu.max", "memory.max", "cgroup.procs"});
  auto const tree = fake.tree();
  EXPECT_EQ(text_of_file(root / "cgroup.subtree_control"), "+cpu +memory +pids");
  EXPECT_EQ(tree.why_not(cgroup_ability::cpu_limits), "");
  EXPECT_THAT(fake.noted, ::testing::ElementsAre(group));
  auto const made = fake.tree().make("pod_c", {.cpu_request = 1000, .cpu_limit = 500, .memory_limit = 1 << 20});
  EXPECT_THAT(made.problems, IsEmpty());
  EXPECT_EQ(text_of_file(group / "pod_c/cpu.weight"), "39");
  EXPECT_EQ(text_of_file(group / "pod_c/cpu.max"), "50000 100000");
  EXPECT_EQ(text_of_file(group / "pod_c/memory.max"), "1048576");
  write_file(group / "pod_c/cpu.stat", "usage_usec 1500\nuser_usec 1000\n");
  write_file(group / "pod_c/memory.current", "5000\n");
  write_file(group / "pod_c/memory.stat", "anon 100\ninactive_file 2000\n");
  write_file(group / "pod_c/memory.events", "low 0\noom_kill 1\n");
  auto const sample = tree.sample(made);
  EXPECT_EQ(sample.cpu_time, 1500us);
  EXPECT_EQ(sample.memory, 3000U);
  EXPECT_TRUE(sample.was_out_of_memory);
}

TEST(Cgroups, WhatCannotBeDoneIsToldAndNothingElseFails) {
  cgroup_tree const none{{}, "run1", [](fs::path const&) {}};
  EXPECT_EQ(none.why_not(cgroup_ability::cpu_limits), "this machine has no control groups");
  fake_tree fake;
  fake.places.controllers["cpu"] = "/proc/no/such";
  fake.places.controllers["memory"] = fake.folder.root();
  auto tree = fake.tree();
  EXPECT_THAT(tree.why_not(cgroup_ability::cpu_limits),
              HasSubstr("control group /proc/no/such/holdfast-run1: No such"));
  EXPECT_EQ(tree.why_not(cgroup_ability::memory_limits), "");
  auto const made = tree.make("pod_c", {.cpu_limit = 500, .memory_limit = 1000});
  ASSERT_EQ(made.problems.size(), 1U);
  EXPECT_THAT(made.problems[0], HasSubstr("memory.limit_in_bytes = 1000: No such file"));
  fake_tree empty;
  empty.places.unified = empty.folder.root();
  EXPECT_THAT(empty.tree().why_not(cgroup_ability::cpu_limits), HasSubstr("systemd-run --user"));
}

TEST(ResourceSample, IsTheRateBetweenTwoReadings) {
  auto const at = [](int second) { return time_point{} + std::chrono::seconds{second}; };
  auto const sample =
      sample_between({.at = at(10), .cpu_time = 1s, .memory = 5}, {.at = at(20), .cpu_time = 6s, .memory = 7});
  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->at, at(20));
  EXPECT_EQ(sample->window, 10s);
  EXPECT_DOUBLE_EQ(sample->cores, 0.5);
  EXPECT_EQ(sample->memory, 7U);
  EXPECT_FALSE(sample_between({.at = at(10)}, {.at = at(10)}).has_value());
  EXPECT_FALSE(sample_between({.at = at(10), .cpu_time = 2s}, {.at = at(20), .cpu_time = 1s}).has_value())
      << "it began anew";
}

}  // namespace
}  // namespace holdfast::cluster
