#include "load/machine_observation.hpp"

#include <map>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

text_reader reader_of(std::map<std::string, std::string> files) {
  return [files = std::move(files)](std::string const& path) -> std::optional<std::string> {
    auto const found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  };
}

TEST(MachineObservation, TakesEachFigureFromItsFile) {
  auto const seen = observe_machine(reader_of({{"/proc/stat", "cpu 1 2 3 4 5 6 7 8\n"},
                                               {"/proc/self/cgroup", "0::/a\n"},
                                               {"/sys/fs/cgroup/a/cpu.stat", "throttled_usec 7\n"},
                                               {"/sys/fs/cgroup/cpu.stat", "usage_usec 1\n"},
                                               {"/proc/sys/net/ipv4/ip_local_port_range", "1000 1999\n"}}));
  EXPECT_EQ(seen.cpu->steal, 8U);
  EXPECT_EQ(seen.throttled, 7us);
  EXPECT_EQ(seen.local_ports, (use_of_limit{0, 1000}));
  EXPECT_GE(seen.open_files->used, 3U);
  EXPECT_GT(seen.open_files->limit, seen.open_files->used);
  EXPECT_GT(seen.peak_memory_bytes, 0U);
}

TEST(MachineObservation, ThrottlingOfAGroupAboveCounts) {
  auto const seen = observe_machine(reader_of({{"/proc/self/cgroup", "0::/a/b\n"},
                                               {"/sys/fs/cgroup/a/b/cpu.stat", "throttled_usec 0\n"},
                                               {"/sys/fs/cgroup/a/cpu.stat", "throttled_usec 9\n"}}));
  EXPECT_EQ(seen.throttled, 9us);
}

TEST(MachineObservation, WhatCannotBeReadIsLeftEmpty) {
  auto const seen = observe_machine(reader_of({}));
  EXPECT_FALSE(seen.cpu.has_value());
  EXPECT_FALSE(seen.throttled.has_value());
  EXPECT_FALSE(seen.local_ports.has_value());
  EXPECT_FALSE(observe_machine(reader_of({{"/proc/self/cgroup", "0::/hidden\n"}})).throttled.has_value());
  auto const damaged =
      observe_machine(reader_of({{"/proc/stat", "?"}, {"/proc/sys/net/ipv4/ip_local_port_range", "?"}}));
  EXPECT_FALSE(damaged.cpu.has_value());
  EXPECT_FALSE(damaged.local_ports.has_value());
}

TEST(MachineObservation, ThisMachineCanBeRead) {
  auto const facts = read_machine_facts();
  EXPECT_GE(facts.cores, 1U);
  EXPECT_TRUE(facts.kernel.starts_with("Linux "));
  EXPECT_GT(facts.memory_bytes, 0U);
  auto const seen = observe_machine();
  EXPECT_TRUE(seen.cpu.has_value());
  EXPECT_TRUE(seen.open_files.has_value());
}

TEST(MachineObservation, FactsComeWithoutTheirLineEnds) {
  auto const facts =
      read_machine_facts(reader_of({{"/proc/cpuinfo", "model name : A\n"},
                                    {"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n"}}));
  EXPECT_EQ(facts.cpu_model, "A");
  EXPECT_EQ(facts.governor, "performance");
  EXPECT_EQ(read_machine_facts(reader_of({})).governor, "");
}

struct change_case {
  char const* claim;
  std::optional<cpu_ticks> before, after;
  std::optional<double> steal_share;
};

TEST(MachineObservation, StealIsAShareOfTheTimeBetween) {
  for (auto const& c : {change_case{"5 of 100 ticks", cpu_ticks{1000, 50}, cpu_ticks{1100, 55}, 0.05},
                        change_case{"none", cpu_ticks{1000, 50}, cpu_ticks{1100, 50}, 0.0},
                        change_case{"no time between", cpu_ticks{1000, 50}, cpu_ticks{1000, 50}, std::nullopt},
                        change_case{"the counter went back", cpu_ticks{1000, 50}, cpu_ticks{1100, 40}, std::nullopt},
                        change_case{"unknown before", std::nullopt, cpu_ticks{1100, 40}, std::nullopt},
                        change_case{"unknown after", cpu_ticks{1000, 50}, std::nullopt, std::nullopt}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(change_between({.cpu = c.before}, {.cpu = c.after}).steal_share, c.steal_share);
  }
}

TEST(MachineObservation, ThrottlingIsTheTimeAdded) {
  EXPECT_EQ(change_between({.throttled = 5ms}, {.throttled = 7ms}).throttled, 2ms);
  EXPECT_EQ(change_between({.throttled = 5ms}, {.throttled = 5ms}).throttled, 0ms);
  EXPECT_EQ(change_between({.throttled = 5ms}, {.throttled = 4ms}).throttled, std::nullopt);
  EXPECT_EQ(change_between({}, {.throttled = 4ms}).throttled, std::nullopt);
}

TEST(UseOfLimit, TheHigherOneIsKept) {
  EXPECT_EQ(higher_of(use_of_limit{5, 10}, use_of_limit{6, 10}), (use_of_limit{6, 10}));
  EXPECT_EQ(higher_of(use_of_limit{7, 10}, use_of_limit{6, 10}), (use_of_limit{7, 10}));
  EXPECT_EQ(higher_of(std::nullopt, use_of_limit{6, 10}), (use_of_limit{6, 10}));
  EXPECT_EQ(higher_of(use_of_limit{6, 10}, std::nullopt), (use_of_limit{6, 10}));
  EXPECT_EQ(higher_of(std::nullopt, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace holdfast::load
