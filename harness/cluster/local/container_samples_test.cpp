#include "cluster/local/container_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ContainerSamples : public ::testing::Test {
 protected:
  static running_container container(std::string const& pod, std::string const& name,
                                     std::string const& restart = "0") {
    return {{"shop", pod}, name, {.id = pod + '/' + name + '/' + restart}};
  }
  resource_sample used(double cores, std::uint64_t memory = 0, nanoseconds at = 15s) const {
    return {.at = begin + at, .window = 1s, .cores = cores, .memory = memory};
  }
  metric_reading read(std::string_view resource, std::string_view of_container = {}) const {
    std::vector<scaled_pod> const pods{{.name = "a"}, {.name = "b"}};
    return samples.reading(
        {.name_space = "shop", .name = resource, .container = of_container, .pods = pods, .now = begin}, clock);
  }

  time_point const begin{1000h};
  cluster_clock clock{{begin, wall_time{} + 500h}, 10};
  container_samples samples;
};

TEST_F(ContainerSamples, APodUsesWhatItsContainersUse) {
  samples.put(std::vector{container("a", "main"), container("a", "side"), container("b", "main")},
              {{"a/main/0", used(0.25, 1000)}, {"a/side/0", used(0.1, 24)}, {"b/main/0", used(1.5)}});
  auto const cpu = read("cpu");
  EXPECT_EQ(cpu.failure, "");
  ASSERT_EQ(cpu.samples.size(), 2U);
  EXPECT_EQ(cpu.samples.at("a").value, 350);
  EXPECT_EQ(cpu.samples.at("a").timestamp, begin + 150s) << "in platform time";
  EXPECT_EQ(cpu.samples.at("a").window, 10s);
  EXPECT_EQ(cpu.samples.at("b").value, 1500);
  EXPECT_EQ(read("memory").samples.at("a").value, 1'024'000) << "thousandths of a byte";
  auto const one = read("cpu", "side");
  ASSERT_EQ(one.samples.size(), 1U);
  EXPECT_EQ(one.samples.at("a").value, 100);
}

TEST_F(ContainerSamples, FinerThanAThousandthIsRoundedUp) {
  samples.put(std::vector{container("a", "main"), container("b", "main")},
              {{"a/main/0", used(0.0001)}, {"b/main/0", used(0.3)}});
  EXPECT_EQ(read("cpu").samples.at("a").value, 1);
  EXPECT_EQ(read("cpu").samples.at("b").value, 300) << "but nothing is added by the arithmetic";
}

TEST_F(ContainerSamples, APodWaitsForEachOfItsContainers) {
  samples.put(std::vector{container("a", "main"), container("a", "side")}, {{"a/main/0", used(1)}});
  EXPECT_THAT(read("cpu").failure,
              HasSubstr("no metrics returned from resource metrics API: none of 2 pods has containers that were "
                        "measured twice yet"));
  EXPECT_EQ(read("cpu", "main").samples.size(), 1U);
  EXPECT_THAT(read("cpu", "side").failure, HasSubstr("none of 2 pods has a container \"side\""));
  EXPECT_EQ(samples.usage(clock).size(), 1U);
}

TEST_F(ContainerSamples, TheNewestSampleStaysUntilTheContainerIsAnother) {
  samples.put(std::vector{container("a", "main")}, {{"a/main/0", used(1)}});
  samples.put(std::vector{container("a", "main")}, {});
  EXPECT_EQ(read("cpu").samples.at("a").value, 1000);
  samples.put(std::vector{container("a", "main", "1")}, {});
  EXPECT_TRUE(read("cpu").samples.empty()) << "it was restarted";
  samples.put({}, {});
  EXPECT_TRUE(samples.usage(clock).empty());
}

TEST_F(ContainerSamples, OtherResourcesAreNotMeasured) {
  EXPECT_EQ(read("ephemeral-storage").failure, "no resource \"ephemeral-storage\" is measured here");
}

TEST_F(ContainerSamples, PeopleSeeRealTime) {
  samples.put(std::vector{container("a", "main")}, {{"a/main/0", used(0.25, 4096)}});
  auto const usage = samples.usage(clock);
  ASSERT_EQ(usage.size(), 1U);
  EXPECT_EQ(usage[0].pod, (object_key{"shop", "a"}));
  EXPECT_EQ(usage[0].container, "main");
  EXPECT_EQ(usage[0].cpu.milli(), 250);
  EXPECT_EQ(usage[0].memory.milli(), 4'096'000);
  EXPECT_EQ(usage[0].at, wall_time{} + 500h + 15s);
  EXPECT_EQ(usage[0].window, 1s);
}

}  // namespace
}  // namespace holdfast::cluster
