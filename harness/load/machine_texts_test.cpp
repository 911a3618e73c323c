#include "load/machine_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(MachineTexts, StealIsTheEighthNumberAndGuestTimeIsNotCountedTwice) {
  auto const ticks = parse_cpu_ticks("cpu  100 20 30 1000 5 0 7 42 90 3\ncpu0 50 10 15 500 2 0 3 21 45 1\nintr 1\n");
  ASSERT_TRUE(ticks.has_value());
  EXPECT_EQ(ticks->total, 1204U);
  EXPECT_EQ(ticks->steal, 42U);
}

TEST(MachineTexts, ADamagedProcStatIsNoAnswer) {
  for (auto const* text : {"", "\n", "cpu", "cpu  1 2 3", "cpu0 1 2 3 4 5 6 7 8", "cpu  1 2 3 4 5 6 7 x",
                           "cpu  1 2 3 -4 5 6 7 8", "cpu  99999999999999999999999 2 3 4 5 6 7 8"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_cpu_ticks(text), std::nullopt);
  }
}

TEST(MachineTexts, ThrottlingIsReadInBothVersions) {
  EXPECT_EQ(parse_throttled("usage_usec 9\nuser_usec 5\nnr_periods 4\nnr_throttled 2\nthrottled_usec 1500\n"), 1500us);
  EXPECT_EQ(parse_throttled("nr_periods 4\nnr_throttled 2\nthrottled_time 1500\n"), 1500ns);
  EXPECT_EQ(parse_throttled("throttled_usec 0"), 0ns);
}

TEST(MachineTexts, ACpuStatWithoutALimitOrDamagedIsNoAnswer) {
  for (auto const* text : {"", "usage_usec 9\nuser_usec 5\n", "throttled_usec", "throttled_usec x\n",
                           "throttled_usec -1\n", "throttled_usec 9223372036854775807\n", "xthrottled_usec 5\n"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_throttled(text), std::nullopt);
  }
}

TEST(MachineTexts, AllGroupsAboveTheProcessLimitIt) {
  EXPECT_THAT(
      cpu_cgroup_directories("0::/system.slice/docker-1.scope\n"),
      ElementsAre("/sys/fs/cgroup/system.slice/docker-1.scope", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup"));
  EXPECT_THAT(cpu_cgroup_directories("0::/\n"), ElementsAre("/sys/fs/cgroup"));
}

TEST(MachineTexts, TheCpuControllerOfVersionOneWinsOverTheUnifiedGroup) {
  auto const expected = ElementsAre("/sys/fs/cgroup/cpu,cpuacct/a", "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_THAT(cpu_cgroup_directories("5:cpuset:/c\n4:cpu,cpuacct:/a\n1:name=systemd:/b\n0::/b\n"), expected);
  EXPECT_THAT(cpu_cgroup_directories("0::/b\n4:cpu,cpuacct:/a\n"), expected);
}

TEST(MachineTexts, ADamagedListOfGroupsNamesNone) {
  for (auto const* text : {"", "\n", "0", "0:", "0::", "0::relative", "3:memory:/a\n", "::::"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(cpu_cgroup_directories(text), IsEmpty());
  }
}

TEST(MachineTexts, ThePortRangeHasTwoEnds) {
  EXPECT_EQ(parse_port_range("32768\t60999\n"), (port_range{32768, 60999}));
  EXPECT_EQ(parse_port_range("32768\t60999\n")->size(), 28232U);
  EXPECT_EQ(parse_port_range("0 65535")->size(), 65536U);
  for (auto const* text : {"", "32768", "60999 32768", "1 70000", "a b", "-1 5"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_port_range(text), std::nullopt);
  }
}

TEST(MachineTexts, TheCpuModelIsTheFirstName) {
  EXPECT_EQ(parse_cpu_model("processor\t: 0\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7B13 \n\nmodel name\t: other\n"),
            "AMD EPYC 7B13");
  EXPECT_EQ(parse_cpu_model("model name\t:\n"), "");
  EXPECT_EQ(parse_cpu_model("processor : 0\nBogoMIPS : 50\n"), "");
  EXPECT_EQ(parse_cpu_model(""), "");
}

}  // namespace
}  // namespace holdfast::load
