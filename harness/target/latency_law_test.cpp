#include "target/latency_law.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace holdfast::target {
namespace {

using namespace std::chrono_literals;

constexpr int draws = 200'000;

std::vector<double> sorted_draws(latency_law const& law, std::uint64_t seed = 7) {
  random_engine random{seed};
  std::vector<double> values;
  for (int i = 0; i < draws; ++i) values.push_back(in_seconds(draw(law, 0s, random)));
  std::sort(values.begin(), values.end());
  return values;
}

double mean(std::vector<double> const& values) {
  double sum = 0;
  for (auto const v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

latency_plan plan_of(std::string_view text) {
  latency_plan plan;
  auto const problem = add_latency(text, plan);
  EXPECT_FALSE(problem) << text << ": " << (problem ? problem->problem : "");
  return plan;
}

TEST(LatencyLaw, HasTheMeanOfItsFormula) {
  struct mean_case {
    char const* law;
    double expected_s;
    double tolerance_s;  // about five standard errors
  };
  for (auto const& c : {mean_case{"constant:5ms", 0.005, 1e-12}, mean_case{"uniform:1ms..10ms", 0.0055, 3e-5},
                        mean_case{"lognormal:median=5ms,sigma=0.5", 0.005 * std::exp(0.125), 4e-5},
                        mean_case{"bimodal:1ms,100ms,p=0.05", 0.00595, 2.5e-4}}) {
    SCOPED_TRACE(c.law);
    EXPECT_NEAR(mean(sorted_draws(plan_of(c.law).laws.front())), c.expected_s, c.tolerance_s);
  }
}

TEST(LatencyLaw, DrawsFollowItsTrueQuantiles) {
  for (auto const* text : {"constant:5ms", "uniform:1ms..10ms", "lognormal:median=5ms,sigma=0.5"}) {
    auto const law = plan_of(text).laws.front();
    auto const values = sorted_draws(law);
    for (double const q : {0.01, 0.25, 0.5, 0.9, 0.99}) {
      SCOPED_TRACE(std::string{text} + " at " + std::to_string(q));
      auto const expected = in_seconds(*true_quantile(law, q));
      EXPECT_NEAR(values[static_cast<std::size_t>(q * draws)], expected, 0.02 * expected);
    }
  }
}

TEST(LatencyLaw, KnowsItsQuantilesInClosedForm) {
  struct quantile_case {
    char const* law;
    double q;
    std::optional<nanoseconds> expected;
  };
  for (auto const& c : {
           quantile_case{"constant:5ms", 0.99, 5ms},
           quantile_case{"uniform:1ms..11ms", 0.0, 1ms},
           quantile_case{"uniform:1ms..11ms", 0.25, 3500us},
           quantile_case{"uniform:1ms..11ms", 1.0, 11ms},
           quantile_case{"lognormal:median=5ms,sigma=0.5", 0.5, 5ms},
           // 5 ms * exp(0.5 * 2.3263478740408408)
           quantile_case{"lognormal:median=5ms,sigma=0.5", 0.99, 16'000'360ns},
           quantile_case{"lognormal:median=5ms,sigma=0.5", 1.0, std::nullopt},
           quantile_case{"bimodal:1ms,100ms,p=0.05", 0.95, 1ms},
           quantile_case{"bimodal:1ms,100ms,p=0.05", 0.951, 100ms},
           quantile_case{"bimodal:100ms,1ms,p=0.05", 0.05, 1ms},
           quantile_case{"bimodal:100ms,1ms,p=0.05", 0.06, 100ms},
           quantile_case{"drift:1ms..20ms,over=60s", 0.5, std::nullopt},
       }) {
    SCOPED_TRACE(std::string{c.law} + " at " + std::to_string(c.q));
    auto const got = true_quantile(plan_of(c.law).laws.front(), c.q);
    ASSERT_EQ(got.has_value(), c.expected.has_value());
    if (got) {
      EXPECT_NEAR(static_cast<double>(got->count()), static_cast<double>(c.expected->count()), 1000);
    }
  }
}

TEST(LatencyLaw, DriftsLinearlyAndStaysAtItsEnd) {
  random_engine random{1};
  auto const law = plan_of("drift:1ms..21ms,over=60s").laws.front();
  EXPECT_EQ(draw(law, 0s, random), 1ms);
  EXPECT_EQ(draw(law, 30s, random), 11ms);
  EXPECT_EQ(draw(law, 60s, random), 21ms);
  EXPECT_EQ(draw(law, 1h, random), 21ms);
}

TEST(LatencyLaw, GivesTheSameDelaysForTheSameSeedAndOthersForAnother) {
  auto const law = plan_of("lognormal:median=5ms,sigma=0.5").laws.front();
  EXPECT_EQ(sorted_draws(law, 1), sorted_draws(law, 1));
  EXPECT_NE(sorted_draws(law, 1), sorted_draws(law, 2));
}

TEST(LatencyPlan, AddsItsLawsUp) {
  random_engine random{1};
  EXPECT_EQ(plan_of("constant:5ms+constant:2ms").due(1s, random), 1007ms);
}

TEST(LatencyPlan, AnswersAtTheEndOfAFreeze) {
  random_engine random{1};
  auto const plan = plan_of("constant:5ms+freeze:every=10s,for=1s,at=3s");
  struct freeze_case {
    char const* claim;
    nanoseconds arrival;
    nanoseconds due;
  };
  for (auto const& c :
       {freeze_case{"before it, undisturbed", 2990ms, 2995ms}, freeze_case{"ready within it, held back", 2996ms, 4s},
        freeze_case{"arrived in it", 3500ms, 4s}, freeze_case{"ready after it, undisturbed", 3998ms, 4003ms},
        freeze_case{"in the next one", 13500ms, 14s}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(plan.due(c.arrival, random), c.due);
  }
}

TEST(LatencyPlan, PassesThroughWindowsThatTouch) {
  random_engine random{1};
  auto const plan = plan_of("freeze:every=10s,for=1s,at=3s+freeze:every=10s,for=1s,at=4s");
  EXPECT_EQ(plan.due(3500ms, random), 5s);
}

TEST(TimeWindows, FindTheirNextStart) {
  auto const windows = *parse_time_windows("every=10s,for=1s,at=3s");
  EXPECT_EQ(windows.next_start(0s), 3s);
  EXPECT_EQ(windows.next_start(3s), 3s);
  EXPECT_EQ(windows.next_start(3500ms), 13s);
  EXPECT_FALSE(windows.contains(4s));
  EXPECT_TRUE(windows.contains(13s));
}

TEST(LatencyText, RefusesWhatIsNoLawAndSaysWhy) {
  struct refusal {
    char const* text;
    char const* problem;
  };
  for (auto const& c : {
           refusal{"", "no latency law"},
           refusal{"gaussian:5ms", "\"gaussian\" is no latency law"},
           refusal{"constant", "missing"},
           refusal{"constant:5", "unit"},
           refusal{"constant:25h", "longer than a day"},
           refusal{"constant:5ms,6ms", "\"6ms\" is not a part"},
           refusal{"uniform:1ms", "range"},
           refusal{"uniform:10ms..1ms", "upside down"},
           refusal{"lognormal:median=5ms", "\"sigma\" is missing"},
           refusal{"lognormal:median=5ms,sigma=0", "sigma"},
           refusal{"bimodal:1ms,2ms,p=1.5", "between 0 and 1"},
           refusal{"drift:1ms..2ms,over=0", "above zero"},
           refusal{"freeze:every=1s,for=1s", "below \"every\""},
           refusal{"constant:5ms+", "no latency law"},
       }) {
    SCOPED_TRACE(c.text);
    latency_plan plan;
    auto const problem = add_latency(c.text, plan);
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->problem.find(c.problem), std::string::npos) << problem->problem;
    EXPECT_FALSE(problem->fix.empty());
  }
}

}  // namespace
}  // namespace holdfast::target
