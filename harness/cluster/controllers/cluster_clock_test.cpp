#include "cluster/controllers/cluster_clock.hpp"

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

cluster_clock::origin const begin{time_point{1000h},
                                  wall_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}}};

TEST(ClusterClock, RunsAsManyTimesFasterAsItIsTold) {
  cluster_clock const clock{begin, 10};
  EXPECT_EQ(clock.platform_at(begin.steady + 3s), begin.steady + 30s);
  EXPECT_EQ(clock.steady_at(begin.steady + 30s), begin.steady + 3s);
}

TEST(ClusterClock, StampsAreRealTimeAtAnyScale) {
  EXPECT_EQ((cluster_clock{begin, 1}.stamp_at(begin.steady + 30s)), "2026-01-31T00:00:30Z");
  EXPECT_EQ((cluster_clock{begin, 10}.stamp_at(begin.steady + 30s)), "2026-01-31T00:00:03Z");
  EXPECT_EQ((cluster_clock{begin, 0.5}.stamp_at(begin.steady + 30s)), "2026-01-31T00:01:00Z");
}

TEST(ClusterClock, AStampThatIsReadComesOutAsTheSameStamp) {
  random_engine random{1};
  for (double const scale : {0.01, 0.3, 1.0, 7.0, 60.0, 100'000.0}) {
    cluster_clock const clock{begin, scale};
    for (int i = 0; i < 1000; ++i) {
      auto const stamp =
          clock.stamp_at(begin.steady + nanoseconds{random.between(-1'000'000'000'000, 86'400'000'000'000)});
      EXPECT_EQ(clock.stamp_at(*clock.platform_of_stamp(stamp)), stamp) << "scale " << scale;
    }
  }
}

TEST(ClusterClock, WhatIsTooFarForATimePointNeverComes) {
  constexpr auto century = std::chrono::hours{24} * 36'525;
  cluster_clock const slow{begin, 0.01};
  EXPECT_GT(slow.steady_at(begin.steady + century), begin.steady + century);
  EXPECT_GT(slow.steady_at(begin.steady + century) + century, begin.steady + century);
  EXPECT_LT(slow.steady_at(begin.steady - century), begin.steady - century);
}

TEST(ClusterClock, ReadsNothingFromWhatIsNoStamp) {
  EXPECT_FALSE(cluster_clock{}.platform_of_stamp(""));
  EXPECT_FALSE(cluster_clock{}.platform_of_stamp("yesterday"));
}

}  // namespace
}  // namespace holdfast::cluster
