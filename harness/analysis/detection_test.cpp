#include "analysis/detection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::event;
using example::pods;
using example::seconds;

TEST(Reactions, TheFirstOfEachMechanismAfterTheFaultCounts) {
  std::vector<timeline_event> const events{
      event(500ms, "endpoints", "book", "changed", {{"ready", pods({"a", "b"})}}),
      event(600ms, "pod", "a", "created"),  // before the fault
      event(1100ms, "probe", "a", "failed"),
      event(1200ms, "endpoints", "book", "changed", {{"ready", pods({"a", "b", "c"})}}),  // gained, not lost
      event(1300ms, "endpoints", "book", "changed", {{"ready", pods({"b", "c"})}}),
      event(1400ms, "pod", "a", "restarted"),
      event(1500ms, "breaker", "order/book", "open", {{"since_s", 1.25}}),
      event(1600ms, "breaker", "order/book", "open"),
      event(1700ms, "autoscaler", "book", "scaled", {{"from", 4}, {"to", 2}}),
      event(1800ms, "autoscaler", "book", "scaled", {{"from", 2}, {"to", 4}}),
      event(9s, "probe", "b", "failed")};
  auto const found = reactions_to(moment::at(1s), events, 5s);
  EXPECT_THAT(found, testing::ElementsAre(
                         std::pair{"autoscaler", moment::at(1800ms)}, std::pair{"breaker", moment{1250ms, 1500ms}},
                         std::pair{"endpoint", moment::at(1300ms)}, std::pair{"probe", moment::at(1100ms)},
                         std::pair{"restart", moment::at(1400ms)}));
}

TEST(Reactions, NoneOfAQuietRun) {
  EXPECT_TRUE(reactions_to(moment::at(1s), {}, 5s).empty());
  std::vector<timeline_event> const events{event(2s, "endpoints", "book", "changed", {{"ready", "not a list"}}),
                                           event(2s, "autoscaler", "book", "scaled")};
  EXPECT_TRUE(reactions_to(moment::at(1s), events, 5s).empty()) << "nor of events that lack what they should have";
}

TEST(Detector, FiresWhenKOfTheLastNWereBad) {
  std::vector<request_end> requests;
  for (char const c : std::string_view{"+-++-+---"}) {
    requests.push_back({.at = std::chrono::seconds{requests.size()}, .good = c == '+'});
  }
  EXPECT_EQ(first_k_of_n(requests, 1, 1), 1s);
  EXPECT_EQ(first_k_of_n(requests, 2, 3), 6s);  // requests 4 and 6
  EXPECT_EQ(first_k_of_n(requests, 3, 3), 8s);
  EXPECT_EQ(first_k_of_n(requests, 4, 4), std::nullopt);
  EXPECT_EQ(first_k_of_n({}, 1, 1), std::nullopt);
}

TEST(Detector, CusumAddsWhatIsBeyondTheReference) {
  // Reference 5 %, limit 0.2: seconds with 15 % bad add 0.1 each: alarm at the end of the second one.
  EXPECT_EQ(cusum_alarm(seconds({{100, 0}, {85, 15}, {84, 16}, {100, 0}}), {}), 3s);
  // 4 % bad takes away each time.
  EXPECT_EQ(cusum_alarm(seconds({{96, 4}, {96, 4}, {96, 4}, {96, 4}, {96, 4}}), {}), std::nullopt);
  // Total failure adds 0.95 at once; empty seconds nothing.
  EXPECT_EQ(cusum_alarm(seconds({{0, 0}, {0, 0}, {0, 1}}), {}), 3s);
  EXPECT_EQ(cusum_alarm({}, {}), std::nullopt);
}

TEST(Detector, ProbesTakeBetweenFMinusOneAndFPeriods) {
  EXPECT_EQ(expected_probe_detection(10s, 3, 0s), (duration_range{20s, 30s}));  // K1, K2
  EXPECT_EQ(expected_probe_detection(10s, 3, 1s).at_most, 31s);                 // K3: hangs
  EXPECT_EQ(expected_probe_detection(2s, 1, 0s), (duration_range{0s, 2s}));     // K4
}

}  // namespace
}  // namespace holdfast::analysis
