#include "analysis/metric_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/metric_catalogue.hpp"
#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::event;
using example::failure;
using example::pods;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

/// A minute at 100 requests/s. A pod of book is killed at 20 s: 50 requests fail until 21.5 s, it is ready again at 24
/// s, the breaker of order opens meanwhile, and book is rolled out anew from 40 s to 45 s.
arm_observation killed_book() {
  arm_observation seen;
  for (int i = 0; i < 60; ++i) {
    auto const bad = i == 20 ? 40U : i == 21 ? 10U : 0U;
    seen.intervals.push_back(example::second(i, 100 - bad, bad));
  }
  for (int i = 0; i < 50; ++i) {
    auto const end = 20s + std::chrono::milliseconds{30 * i + 30};
    seen.failures.push_back(failure(end - 10ms, end, "reset"));
  }
  nlohmann::ordered_json const owned{{"owner", "book"}};
  seen.events = {event(1s, "pod", "b-1", "started", owned),
                 event(1s, "endpoints", "book", "changed", {{"ready", pods({"b-1", "b-2"})}}),
                 event(1s, "replicas", "book", "changed", {{"desired", 2}, {"ready", 2}, {"available", 2}}),
                 event(20s, "action", "kill.book", "begin"),
                 event(20050ms, "pod", "b-1", "exited", owned),
                 event(20100ms, "replicas", "book", "changed", {{"desired", 2}, {"ready", 1}, {"available", 1}}),
                 event(20200ms, "endpoints", "book", "changed", {{"ready", pods({"b-2"})}}),
                 event(20500ms, "breaker", "order/book", "open", {{"pod", "o-1"}}),
                 event(24s, "replicas", "book", "changed", {{"desired", 2}, {"ready", 2}, {"available", 2}}),
                 event(25s, "breaker", "order/book", "half-open", {{"pod", "o-1"}}),
                 event(26s, "breaker", "order/book", "closed", {{"pod", "o-1"}}),
                 event(40s, "rollout", "book", "started"),
                 event(45s, "rollout", "book", "complete")};
  return seen;
}

measure_settings settings_with_demand() {
  measure_settings settings;
  settings.objective = 0.99;
  settings.attribution.demand["book"] = step_function{{{0s, 2}}};
  return settings;
}

TEST(MetricValues, AreAllInTheCatalogue) {
  auto const values = metrics_of(killed_book(), settings_with_demand());
  EXPECT_GT(values.size(), 60U);
  for (auto const& [name, value] : values) EXPECT_NE(find_metric(name), nullptr) << name;
}

TEST(MetricValues, OfAKilledPod) {
  auto const values = metrics_of(killed_book(), settings_with_demand());
  struct value_case {
    char const* name;
    double expected;
  };
  for (auto const& c : {value_case{"requests.scheduled", 6'000},
                        value_case{"requests.failed", 50},
                        value_case{"failures.http_5xx", 50},
                        value_case{"throughput", 100},
                        value_case{"goodput", 5'950.0 / 60},
                        value_case{"availability", 5'950.0 / 6'000},
                        value_case{"availability.time", 58.0 / 60},
                        value_case{"downtime.windows", 1},
                        value_case{"downtime.total", 4},              // [19, 23]: good in the seconds around it
                        value_case{"downtime.total.at_least", 1.47},  // 21.5 - 20.03
                        value_case{"downtime.lost_work", 50},
                        value_case{"recovery.mtbf", 56},  // 60 - 4
                        value_case{"budget.burn_rate", 50.0 / 6'000 / 0.01},
                        value_case{"recovery.kill-book.time_to_impact", 0.03},
                        value_case{"recovery.kill-book.time_to_detect", 0.2},
                        value_case{"recovery.kill-book.time_to_detect.breaker", 0.5},
                        value_case{"recovery.kill-book.time_to_restore", 3},  // a good request by 23 s
                        value_case{"recovery.kill-book.time_to_full_redundancy", 4},
                        value_case{"recovery.time_to_full_redundancy", 4},
                        value_case{"recovery.kill-book.healed", 1},
                        value_case{"recovery.healed", 1},
                        value_case{"breaker.book.opened", 1},
                        value_case{"breaker.order/book.time_to_half_open", 4.5},
                        value_case{"breaker.book.flap_rate", 1},
                        value_case{"autoscale.book.tau_u", 3.9 / 60},        // 20.1 to 24 s
                        value_case{"autoscale.book.theta_u", 3.9 / 60 / 2},  // one of two
                        value_case{"autoscale.book.max_replicas", 2},
                        value_case{"rollout.book.duration", 5},
                        value_case{"rollout.book.failures", 0},
                        value_case{"rollout.book.zero_downtime", 1},  // 600 requests: 3/600 <= 1 %
                        value_case{"rollout.book.min_available", 2},
                        value_case{"causes.pod-died", 18},  // begun up to half a second after it: by 20.55 s
                        value_case{"causes.unexplained_share", 32.0 / 50}}) {
    SCOPED_TRACE(c.name);
    ASSERT_THAT(values, Contains(Key(c.name)));
    EXPECT_NEAR(values.at(c.name), c.expected, 1e-9);
  }
  EXPECT_EQ(values.at("causes.pod-died") + values.at("causes.unexplained"), 50);
}

TEST(MetricValues, WhatCannotBeMeasuredIsLeftOut) {
  auto const values = metrics_of({}, {});
  for (auto const* const name : {"availability", "throughput", "downtime.total", "recovery.healed", "recovery.mtbf",
                                 "causes.unexplained_share", "budget.burn_rate"}) {
    EXPECT_THAT(values, Not(Contains(Key(name))));
  }
  EXPECT_THAT(values, Contains(Pair("requests.scheduled", 0)));
}

TEST(MetricValues, AQuietRunHasNoFaultAndNoCause) {
  arm_observation quiet;
  for (int i = 0; i < 10; ++i) quiet.intervals.push_back(example::second(i, 1'000));
  auto const values = metrics_of(quiet, {});
  EXPECT_EQ(values.at("availability"), 1);
  EXPECT_EQ(values.at("downtime.windows"), 0);
  for (auto const& [name, value] : values) {
    if (name.starts_with("causes.")) {
      EXPECT_EQ(value, 0) << name;
    }
    EXPECT_FALSE(name.starts_with("recovery.")) << name;
  }
}

}  // namespace
}  // namespace holdfast::analysis
