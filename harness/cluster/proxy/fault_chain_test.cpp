#include "cluster/proxy/fault_chain.hpp"

#include <gtest/gtest.h>

#include "cluster/proxy/flow_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

constexpr fault_id first{1};
constexpr fault_id second{2};

TEST(FaultChain, AddsUpLatencies) {
  fault_chain chain;
  chain.add(first, start_flow("latency", {{"delay", "100ms"}}));
  chain.add(second, start_flow("latency", {{"delay", "50ms"}}));
  auto const r = drive(chain, {{0ms, 10}}, 1s);
  ASSERT_EQ(r.size(), 1);
  EXPECT_EQ(r[0], (arrival{150ms, 10}));
}

TEST(FaultChain, LimitsWhatComesOutOfALatency) {
  fault_chain chain;
  chain.add(first, start_flow("latency", {{"delay", "100ms"}}));
  chain.add(second, start_flow("bandwidth", {{"rate", "1000B/s"}}));
  auto const r = drive(chain, {{0ms, 1'000}}, 5s);
  EXPECT_EQ(r.front(), (arrival{100ms, 10})) << "a hundredth of a second's worth at once";
  EXPECT_NEAR(in_seconds(r.back().at), 1.09, 0.01);
  EXPECT_EQ(total(r), 1'000);
}

TEST(FaultChain, ReleasesWhatARemovedFaultHeld) {
  fault_chain chain;
  chain.add(first, start_flow("blackhole", {}));
  chain.on_bytes(700, {});
  EXPECT_EQ(chain.advance({}).forward, 0);
  chain.on_end({});
  chain.remove(first, time_point{1s});
  auto const p = chain.advance(time_point{1s});
  EXPECT_EQ(p.forward, 700);
  EXPECT_EQ(p.end, flow_end::finish);
  EXPECT_FALSE(p.ended_by);
  EXPECT_TRUE(chain.is_empty());
}

TEST(FaultChain, HandsWhatARemovedFaultHeldToTheNextOne) {
  fault_chain chain;
  chain.add(first, start_flow("blackhole", {}));
  chain.add(second, start_flow("latency", {{"delay", "100ms"}}));
  chain.on_bytes(5, {});
  chain.advance({});
  chain.remove(first, time_point{1s});
  EXPECT_EQ(chain.advance(time_point{1s}).forward, 0);
  EXPECT_EQ(chain.advance(time_point{1s}).next, time_point{1100ms});
  EXPECT_EQ(chain.advance(time_point{1100ms}).forward, 5);
}

TEST(FaultChain, LetsACutTravelThroughWhatFollows) {
  fault_chain chain;
  chain.add(first, start_flow("truncation", {{"after", "6"}}));
  chain.add(second, start_flow("latency", {{"delay", "100ms"}}));
  chain.on_bytes(10, {});
  auto p = chain.advance({});
  EXPECT_TRUE(chain.is_cut());
  EXPECT_EQ(p.forward, 0);
  EXPECT_FALSE(p.end);
  p = chain.advance(time_point{100ms});
  EXPECT_EQ(p.forward, 6);
  EXPECT_EQ(p.end, flow_end::finish);
  EXPECT_EQ(p.ended_by, first);
}

TEST(FaultChain, TellsAnEndOnce) {
  fault_chain chain;
  chain.add(first, start_flow("reset", {{"after", "0"}}));
  chain.on_bytes(1, {});
  EXPECT_EQ(chain.advance({}).end, flow_end::reset);
  EXPECT_FALSE(chain.advance({}).end);
}

}  // namespace
}  // namespace holdfast::cluster
