#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/node/node_test_support.hpp"
#include "cluster/node/process_runtime.hpp"
#include "cluster/node/resource_sampler.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;

class Resources : public ::testing::Test {
 protected:
  boost::asio::io_context context_;
  temporary_folder folder_;
  std::string const run_ = "resources-test-" + std::to_string(::getpid());
  process_runtime processes_{context_.get_executor(), run_};
  std::optional<process_exit> exit_;
  cgroup_tree tree_{find_cgroups(text_of_file("/proc/self/mountinfo"), text_of_file("/proc/self/cgroup")), run_,
                    [](std::filesystem::path const&) {}};

  process_id start(child_setup setup) {
    auto const id = processes_.start(std::move(setup), "pod/c/0", process_role::container,
                                     [this](process_exit const& e) { exit_ = e; });
    if (!id) throw std::runtime_error{id.error().message};
    return *id;
  }
  bool ended() {
    return runs_until(context_, [&] { return exit_.has_value(); });
  }
};

/// A shell that works for ever.
child_setup busy_shell() { return shell("while :; do :; done"); }

TEST_F(Resources, WhatAContainerUsesIsSeenThroughItsProcesses) {
  auto const id = start(busy_shell());
  resource_sampler sampler{run_, nullptr};
  std::vector<sampled_container> const containers{{.id = "pod/c/0"}};
  // Its environment appears a moment after it has begun.
  ASSERT_TRUE(runs_until(context_, [&] { return !usage_from_processes(run_, clock_seam::now()).empty(); }));
  EXPECT_TRUE(sampler.take(containers, clock_seam::now()).empty()) << "one reading is no rate";
  std::map<std::string, resource_sample> samples;
  ASSERT_TRUE(runs_until(context_, [&] {
    auto const usage = usage_from_processes(run_, clock_seam::now());
    if (usage.empty() || usage.begin()->second.cpu_time < 100ms) return false;
    samples = sampler.take(containers, clock_seam::now());
    return true;
  }));
  ASSERT_TRUE(samples.contains("pod/c/0"));
  EXPECT_GT(samples["pod/c/0"].cores, 0.0);
  EXPECT_LE(samples["pod/c/0"].cores, 1.5);
  EXPECT_GT(samples["pod/c/0"].memory, 100'000U);
  processes_.kill(id);
  EXPECT_TRUE(ended());
}

TEST_F(Resources, AGroupCountsAndLimitsCpuTimeAndGoes) {
  if (!tree_.why_not(cgroup_ability::cpu_limits).empty() || !tree_.why_not(cgroup_ability::cpu_samples).empty()) {
    GTEST_SKIP() << tree_.why_not(cgroup_ability::cpu_limits);
  }
  auto const group = tree_.make("pod_c_0", {.cpu_request = 100, .cpu_limit = 200});
  ASSERT_THAT(group.problems, ::testing::IsEmpty());
  auto setup = busy_shell();
  setup.cgroup_files = group.process_files;
  auto const began = clock_seam::now();
  auto const id = start(std::move(setup));
  ASSERT_TRUE(runs_until(context_, [&] { return tree_.sample(group).cpu_time.value_or(0ns) > 100ms; }));
  auto const used = *tree_.sample(group).cpu_time;
  auto const took = clock_seam::now() - began;
  // A fifth of a core; the period that has begun may be used at once.
  EXPECT_LE(in_seconds(used), 0.2 * in_seconds(took) + 0.05);
  EXPECT_FALSE(cgroup_tree::remove(group)) << "it is in use";
  processes_.kill(id);
  ASSERT_TRUE(ended());
  EXPECT_TRUE(runs_until(context_, [&] { return cgroup_tree::remove(group); }));
}

TEST_F(Resources, AContainerThatExceedsItsMemoryIsKilledAndThatIsSeen) {
  if (!tree_.why_not(cgroup_ability::memory_limits).empty())
    GTEST_SKIP() << tree_.why_not(cgroup_ability::memory_limits);
  auto const group = tree_.make("pod_m_0", {.memory_limit = 16U << 20U});
  ASSERT_THAT(group.problems, ::testing::IsEmpty());
  auto setup = shell("x=$(head -c 100000000 /dev/zero | tr '\\0' x); exit 0");
  setup.cgroup_files = group.process_files;
  start(std::move(setup));
  ASSERT_TRUE(ended());
  EXPECT_EQ(exit_->code, 137);
  EXPECT_TRUE(tree_.sample(group).was_out_of_memory);
  EXPECT_TRUE(runs_until(context_, [&] { return cgroup_tree::remove(group); }));
}

}  // namespace
}  // namespace holdfast::cluster
