#include "analysis/event_lag.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::event;
using example::pods;

/// Killed at 10 s, seen gone at 10.1 s, restarted at 10.3 s, and so on.
std::vector<timeline_event> killed_pod() {
  return {event(1s, "pod", "b-1", "started", {{"owner", "book"}}),
          event(2s, "pod", "b-1", "ready"),
          event(2s, "endpoints", "book", "changed", {{"ready", pods({"b-1", "b-2"})}}),
          event(9s, "probe", "b-1", "failed"),
          event(10100ms, "pod", "b-1", "exited"),
          event(10150ms, "pod", "b-1", "not-ready"),
          event(10200ms, "endpoints", "book", "changed", {{"ready", pods({"b-2"})}}),
          event(10900ms, "connection", "book", "refused", {{"pod", "b-1"}, {"start_s", 10.8}, {"end_s", 10.9}}),
          event(10300ms, "pod", "b-1", "restarted"),
          event(14s, "pod", "b-1", "ready"),
          event(14100ms, "endpoints", "book", "changed", {{"ready", pods({"b-1", "b-2"})}})};
}

std::vector<std::pair<std::string_view, std::optional<nanoseconds>>> times_of(std::vector<lag_hop> const& hops) {
  std::vector<std::pair<std::string_view, std::optional<nanoseconds>>> all;
  for (auto const& hop : hops) all.emplace_back(hop.name, hop.took);
  return all;
}

TEST(EventLag, EachHopOfALossCountsFromTheOneBefore) {
  auto const events = killed_pod();
  platform_history const history{events};
  EXPECT_THAT(times_of(loss_hops(events, history, "book", "b-1", 10s)),
              testing::ElementsAre(testing::Pair("process-gone", 100ms),         // 10.1 - 10
                                   testing::Pair("probe-failed", std::nullopt),  // none after the fault
                                   testing::Pair("not-ready", 50ms),             // 10.15 - 10.1
                                   testing::Pair("endpoint-removed", 50ms),      // 10.2 - 10.15
                                   testing::Pair("last-connection", 600ms)));    // 10.8 - 10.2
}

TEST(EventLag, EachHopOfTheWayBack) {
  auto const events = killed_pod();
  platform_history const history{events};
  EXPECT_THAT(times_of(return_hops(history, "book", "b-1", 10100ms)),
              testing::ElementsAre(testing::Pair("restarted", 200ms), testing::Pair("ready", 3700ms),
                                   testing::Pair("endpoint-added", 100ms)));
}

TEST(EventLag, EachHopOfScalingUp) {
  nlohmann::ordered_json const owned{{"owner", "book"}};
  std::vector<timeline_event> const events{
      event(5s, "replicas", "book", "changed", {{"desired", 2}}),
      event(20s, "autoscaler", "book-hpa", "scaled", {{"target", "book"}, {"from", 4}, {"to", 2}}),
      event(25s, "autoscaler", "book-hpa", "scaled", {{"target", "book"}, {"from", 2}, {"to", 4}}),
      event(25100ms, "replicas", "book", "changed", {{"desired", 4}}),
      event(26s, "pod", "b-4", "started", owned),
      event(25600ms, "pod", "b-3", "started", owned),
      event(30s, "pod", "b-3", "ready"),
      event(30s, "endpoints", "book", "changed", {{"ready", pods({"b-1", "b-3"})}})};
  platform_history const history{events};
  EXPECT_THAT(times_of(scale_up_hops(events, history, "book", "book", 10s)),
              testing::ElementsAre(testing::Pair("scaled", 15s), testing::Pair("replicas", 100ms),
                                   testing::Pair("started", 500ms), testing::Pair("ready", 4400ms),
                                   testing::Pair("endpoint-added", 0s)));
}

TEST(EventLag, WhatWasNotSeenHasNoTime) {
  platform_history const nothing{{}};
  for (auto const& hops : {loss_hops({}, nothing, "book", "b-1", 10s), return_hops(nothing, "book", "b-1", 10s),
                           scale_up_hops({}, nothing, "book", "book", 10s)}) {
    for (auto const& hop : hops) {
      EXPECT_FALSE(hop.at) << hop.name;
      EXPECT_FALSE(hop.took) << hop.name;
    }
  }
}

}  // namespace
}  // namespace holdfast::analysis
