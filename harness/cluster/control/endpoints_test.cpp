#include "cluster/control/endpoints.hpp"

#include "cluster/control/control_test_support.hpp"
#include "cluster/control/endpoint_choice.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

service_pod addressed_pod(std::string name, bool is_ready, bool is_terminating = false) {
  auto const address = "127.1.0." + name;
  return {std::move(name), address, pod_phase::running, is_ready, is_terminating};
}

struct conditions_case {
  char const* id;
  bool is_ready;
  bool is_terminating;
  endpoint_conditions expected;
};

class EndpointConditions : public testing::TestWithParam<conditions_case> {};

TEST_P(EndpointConditions, FollowThePod) {
  auto const& c = GetParam();
  auto const pod = addressed_pod("1", c.is_ready, c.is_terminating);
  EXPECT_EQ(conditions_of(pod, unready_addresses::hidden), c.expected);
  auto published = c.expected;
  published.ready = true;
  EXPECT_EQ(conditions_of(pod, unready_addresses::published), published);
}

INSTANTIATE_TEST_SUITE_P(Endpoints, EndpointConditions,
                         testing::Values(conditions_case{"Ready", true, false, {true, true, false}},
                                         conditions_case{"NotReady", false, false, {false, false, false}},
                                         conditions_case{"ReadyDeleted", true, true, {false, true, true}},
                                         conditions_case{"NotReadyDeleted", false, true, {false, false, true}}),
                         vector_id);

TEST(Endpoints, FinishedPodsAndThoseWithoutAddressHaveNone) {
  std::vector<service_pod> pods = {addressed_pod("3", true), addressed_pod("1", true), addressed_pod("2", false)};
  pods.push_back({.name = "4", .phase = pod_phase::pending});
  pods.push_back(addressed_pod("5", true));
  pods.back().phase = pod_phase::failed;
  pods.push_back(addressed_pod("6", true, true));
  auto const endpoints = endpoints_of(pods, unready_addresses::hidden);
  ASSERT_EQ(endpoints.size(), 4U);
  EXPECT_EQ(endpoints[0].pod, "1");
  EXPECT_EQ(endpoints[3].pod, "6");
  auto const addresses = addresses_of(endpoints, unready_addresses::hidden);
  EXPECT_EQ(addresses.ready.size(), 2U);
  ASSERT_EQ(addresses.not_ready.size(), 1U);
  EXPECT_EQ(addresses.not_ready[0].pod, "2");
  auto const published = unready_addresses::published;
  EXPECT_EQ(addresses_of(endpoints_of(pods, published), published).ready.size(), 4U);
}

eligible_endpoints eligible_of(std::vector<service_pod> const& pods) {
  return eligible(endpoints_of(pods, unready_addresses::hidden));
}

TEST(EndpointChoice, ReadyOnesThenTerminatingOnesThatServeThenNone) {
  EXPECT_EQ(eligible_of({addressed_pod("1", true), addressed_pod("2", true, true)}).addresses,
            (std::vector<std::string>{"127.1.0.1"}));
  auto const leaving =
      eligible_of({addressed_pod("1", false), addressed_pod("2", true, true), addressed_pod("3", false, true)});
  EXPECT_EQ(leaving.which, endpoint_set::terminating);
  EXPECT_EQ(leaving.addresses, (std::vector<std::string>{"127.1.0.2"}));
  EXPECT_EQ(text_of(leaving, 3), "no endpoint is ready: 1 of 3 are terminating and still serve");
  auto const none = eligible_of({addressed_pod("1", false), addressed_pod("3", false, true)});
  EXPECT_EQ(none.which, endpoint_set::none);
  random_engine random{1};
  EXPECT_TRUE(random_choice(none, random).empty());
  EXPECT_TRUE(round_robin_choice{}.next(none).empty());
}

TEST(EndpointChoice, TheOnlyPodGoesOnServingUntilItsReplacementIsReady) {
  std::vector<service_pod> pods = {addressed_pod("1", true, true), addressed_pod("2", false)};
  EXPECT_EQ(eligible_of(pods).addresses, (std::vector<std::string>{"127.1.0.1"}));
  pods[1].is_ready = true;
  EXPECT_EQ(eligible_of(pods).addresses, (std::vector<std::string>{"127.1.0.2"}));
}

TEST(EndpointChoice, IsUniformAtRandomOrInTurn) {
  auto const three = eligible_of({addressed_pod("1", true), addressed_pod("2", true), addressed_pod("3", true)});
  random_engine random{11};
  std::map<std::string_view, int> counts;
  for (int i = 0; i < 30000; ++i) ++counts[random_choice(three, random)];
  for (auto const& [address, count] : counts) EXPECT_NEAR(count, 10000, 400) << address;
  EXPECT_EQ(counts.size(), 3U);
  round_robin_choice turns;
  for (auto const* expected : {"127.1.0.1", "127.1.0.2", "127.1.0.3", "127.1.0.1"})
    EXPECT_EQ(turns.next(three), expected);
}

TEST(EndpointChoice, AClientStaysWithItsEndpointForTheTimeout) {
  auto const three = eligible_of({addressed_pod("1", true), addressed_pod("2", true), addressed_pod("3", true)});
  random_engine random{5};
  client_affinity affinity;
  auto now = test_now;
  std::string const first{affinity.choose("10.0.0.1", three, random, now)};
  for (int i = 0; i < 50; ++i) {
    now += 10800s;  // exactly the timeout, refreshed by every connection
    EXPECT_EQ(affinity.choose("10.0.0.1", three, random, now), first);
  }
  auto others = three;
  std::erase(others.addresses, first);
  EXPECT_NE(affinity.choose("10.0.0.1", others, random, now), first) << "its endpoint has left the set";
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    now += 10800s + 1ns;
    seen.emplace(affinity.choose("10.0.0.1", three, random, now));
  }
  EXPECT_EQ(seen.size(), 3U) << "chosen anew after the timeout";
}

TEST(EndpointChoice, ClientsOfLongAgoAreForgotten) {
  auto const one = eligible_of({addressed_pod("1", true)});
  random_engine random{5};
  client_affinity affinity{1s};
  for (int i = 0; i < 100000; ++i) affinity.choose("client-" + std::to_string(i), one, random, test_now + i * 10ms);
  EXPECT_LT(affinity.size(), 2100U);
}

TEST(ProxyUpdates, ComeAtMostOnceASecond) {
  proxy_update_pace pace;
  EXPECT_EQ(pace.due(test_now), test_now);
  pace.applied(test_now);
  EXPECT_EQ(pace.due(test_now + 300ms), test_now + 1s);
  EXPECT_EQ(pace.due(test_now + 1s), test_now + 1s);
}

}  // namespace
}  // namespace holdfast::cluster
