#include "analysis/elasticity.hpp"

#include <random>

#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;

// The worked example: d = 2 for 60 s, then 4 for 60 s; s = 2 until 80 s, then 5.
step_function const example_demand{{{0s, 2}, {60s, 4}}};
step_function const example_supply{{{0s, 2}, {80s, 5}}};

TEST(StepFunction, HoldsEachValueUntilTheNext) {
  step_function const f{{{10s, 3}, {0s, 1}, {20s, 3}, {30s, 2}}};
  EXPECT_EQ(f.value_at(-1s), 1);
  EXPECT_EQ(f.value_at(9999ms), 1);
  EXPECT_EQ(f.value_at(10s), 3);
  EXPECT_EQ(f.value_at(100s), 2);
  EXPECT_EQ(f.steps().size(), 3U) << "a step without a change is none";
  EXPECT_EQ(f.max_in(0s, 10s), 3);
  EXPECT_EQ(f.max_in(0s, 9s), 1);
  EXPECT_EQ(f.min_in(15s, 30s), 2);
  EXPECT_EQ(step_function{}.value_at(1s), 0);
}

TEST(StepFunction, TellsSinceWhenAConditionLasts) {
  step_function const f{{{0s, 3}, {10s, 2}, {20s, 3}, {30s, 1}, {40s, 3}}};
  auto const is_full = [](double value) { return value >= 3; };
  EXPECT_EQ(f.lasting_from(0s, 60s, is_full), 40s);
  EXPECT_EQ(f.lasting_from(0s, 5s, is_full), 0s);
  EXPECT_EQ(f.lasting_from(0s, 35s, is_full), std::nullopt);
  EXPECT_EQ(step_function{}.lasting_from(0s, 35s, is_full), std::nullopt);
}

TEST(Elasticity, WorkedExample) {
  auto const f = *elasticity_of(example_demand, example_supply, 0s, 120s);
  EXPECT_NEAR(f.theta_u, 0.0833, 1e-4);       // 1/120 * (20 s * 2/4)
  EXPECT_NEAR(f.theta_o, 0.0833, 1e-4);       // 1/120 * (40 s * 1/4)
  EXPECT_NEAR(f.tau_u, 0.1667, 1e-4);         // 20 / 120
  EXPECT_NEAR(f.tau_o, 0.3333, 1e-4);         // 40 / 120
  EXPECT_NEAR(f.accuracy_u, 1.0 / 3, 1e-12);  // 20 s * 2 / 120 s
  EXPECT_NEAR(f.accuracy_o, 1.0 / 3, 1e-12);  // 40 s * 1 / 120 s
  EXPECT_NEAR(f.wasted, 40, 1e-9);            // 40 s * 1
  EXPECT_EQ(f.overshoot, 1);                  // 5 - 4
  EXPECT_EQ(f.jitter, 0);                     // one change each
  EXPECT_EQ(f.flaps_per_minute, 0);
  EXPECT_EQ(f.settling_time, 20s);               // within one of 4 from 80 s on; the demand changed at 60 s
  EXPECT_NEAR(f.instability, 2.0 / 120, 1e-12);  // the slices that end at 60 s and at 80 s
  // sqrt(0.0833^2 + 0.0833^2 + 0.1667^2 + 0.3333^2 + 0.0167^2) = sqrt(0.15306) = 0.39122
  EXPECT_NEAR(f.deviation, 0.39122, 1e-4);
}

TEST(Elasticity, ReactionToReadyOfTheWorkedExampleIs20Seconds) {
  step_function const asked_for{{{0s, 2}, {65s, 5}}};
  auto const found = adaptations(example_demand, asked_for, example_supply, 0s, 120s);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at, 60s);
  EXPECT_EQ(found[0].reaction, 5s);       // 65 - 60
  EXPECT_EQ(found[0].provisioning, 15s);  // 80 - 65
  EXPECT_EQ(found[0].lag, 20s);           // 80 - 60
}

TEST(Elasticity, ADemandThatIsNeverMetHasNoLag) {
  step_function const demand{{{0s, 4}, {10s, 2}, {20s, 6}}};
  step_function const asked_for{{{0s, 4}, {12s, 2}, {25s, 5}}};
  step_function const supply{{{0s, 4}, {13s, 2}, {30s, 5}}};
  auto const found = adaptations(demand, asked_for, supply, 0s, 60s);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].lag, 3s);
  EXPECT_EQ(found[1].reaction, 5s);
  EXPECT_FALSE(found[1].lag);
  EXPECT_FALSE(found[1].provisioning);
}

TEST(Elasticity, SupplyThatFollowsAtOnceHasNoFault) {
  auto const f = *elasticity_of(example_demand, example_demand, 0s, 120s);
  for (auto const figure :
       {f.theta_u, f.theta_o, f.tau_u, f.tau_o, f.instability, f.deviation, f.wasted, f.overshoot}) {
    EXPECT_EQ(figure, 0);
  }
  EXPECT_EQ(f.settling_time, 0s);
}

TEST(Elasticity, CountsReversalsAsFlaps) {
  // Up, down, up in 2 minutes: two reversals, one a minute. Four changes of s, none of d: jitter 3 / 120.
  step_function const supply{{{0s, 2}, {30s, 4}, {60s, 2}, {90s, 4}}};
  auto const f = *elasticity_of(step_function{{{0s, 2}}}, supply, 0s, 120s);
  EXPECT_DOUBLE_EQ(f.flaps_per_minute, 1);
  EXPECT_DOUBLE_EQ(f.jitter, 3.0 / 120);
  EXPECT_FALSE(f.settling_time);
}

TEST(Elasticity, OfNoTimeOrNothingKnownIsNothing) {
  EXPECT_FALSE(elasticity_of(example_demand, example_supply, 5s, 5s));
  EXPECT_FALSE(elasticity_of({}, example_supply, 0s, 5s));
  EXPECT_FALSE(elasticity_of(example_demand, {}, 0s, 5s));
}

TEST(Elasticity, IntegralsAgreeWithASumOverSmallSteps) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 20; ++round) {
    std::vector<step_function::step> d, s;
    for (int i = 0; i < 10; ++i) {
      d.push_back({std::chrono::milliseconds{random() % 20'000}, static_cast<double>(1 + random() % 6)});
      s.push_back({std::chrono::milliseconds{random() % 20'000}, static_cast<double>(random() % 8)});
    }
    step_function const demand{d}, supply{s};
    auto const f = *elasticity_of(demand, supply, 0s, 20s);
    double theta_u = 0, tau_o = 0;
    for (auto at = 0ms; at < 20s; at += 1ms) {
      auto const missing = demand.value_at(at) - supply.value_at(at);
      theta_u += std::max(missing, 0.0) / demand.value_at(at) / 20'000;
      tau_o += (missing < 0 ? 1.0 : 0.0) / 20'000;
    }
    EXPECT_NEAR(f.theta_u, theta_u, 1e-9);
    EXPECT_NEAR(f.tau_o, tau_o, 1e-9);
    EXPECT_LE(f.tau_u + f.tau_o, 1 + 1e-12);
  }
}

TEST(Elasticity, LostRequestsAreThoseThatEndedWhileShort) {
  std::vector<failed_request> const failures{example::failure(50s, 59s), example::failure(60s, 61s),
                                             example::failure(70s, 79s), example::failure(70s, 81s)};
  EXPECT_EQ(failed_while_short(failures, example_demand, example_supply), 2U);
}

TEST(ElasticSpeedup, IsTheWeightedProductOfRatios) {
  // Halved twice, the rest equal: 2^0.2 * 2^0.2 = 1.3195.
  elasticity_figures const base{.theta_u = 0.2, .theta_o = 0.1, .tau_u = 0.4, .tau_o = 0.3, .instability = 0.1};
  elasticity_figures const better{.theta_u = 0.1, .theta_o = 0.1, .tau_u = 0.2, .tau_o = 0.3, .instability = 0.1};
  EXPECT_NEAR(*elastic_speedup(base, better), 1.3195, 1e-4);
  EXPECT_NEAR(*elastic_speedup(better, base), 1 / 1.3195, 1e-4);
  EXPECT_EQ(elastic_speedup({}, {}), 1);
  EXPECT_FALSE(elastic_speedup(base, {}));
}

}  // namespace
}  // namespace holdfast::analysis
