#include "analysis/breaker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/breaker_expectation.hpp"
#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using enum breaker_state;

/// A fault at 10 s; opened at 15.5 s, trials at 20.6 s (fails), 25.7 s (succeeds), closed at 25.8 s.
breaker_course const usual{{{15400ms, 15500ms}, open},
                           {moment::at(20600ms), half_open},
                           {moment::at(20650ms), open},
                           {moment::at(25700ms), half_open},
                           {moment::at(25800ms), closed}};

TEST(Breaker, CoursesComeFromTheEventsOfEachPod) {
  using example::event;
  std::vector<timeline_event> const events{
      event(1s, "breaker", "order/book", "closed", {{"pod", "o-1"}}),
      event(2s, "breaker", "order/book", "open", {{"pod", "o-1"}, {"since_s", 1.9}}),
      event(2s, "breaker", "order/book", "open", {{"pod", "o-2"}}),
      event(3s, "breaker", "order/book", "open", {{"pod", "o-1"}}),
      event(3s, "breaker", "order/review", "open", {{"pod", "o-1"}}),
      event(4s, "breaker", "order/book", "odd", {{"pod", "o-1"}}),
      event(5s, "pod", "order/book", "open")};
  auto const found = breaker_courses(events, "book");
  ASSERT_EQ(found.size(), 2U);
  ASSERT_EQ(found[0].size(), 1U) << "the same state again is no change";
  EXPECT_EQ(found[0][0].at, (moment{1900ms, 2s}));
  EXPECT_EQ(breaker_courses(events, "order/book").size(), 2U);
  EXPECT_EQ(breaker_courses(events, "order").size(), 0U);
}

TEST(Breaker, TimesOfItsCourse) {
  EXPECT_EQ(time_to_open(usual, moment::at(10s)), (duration_range{5400ms, 5500ms}));   // 15.4 and 15.5 - 10
  EXPECT_EQ(time_to_half_open(usual), (duration_range{5100ms, 5200ms}));               // 20.6 - 15.5, 20.6 - 15.4
  EXPECT_EQ(trial_spacing(usual), 5100ms);                                             // 25.7 - 20.6
  EXPECT_EQ(time_to_close(usual, moment::at(22s)), (duration_range{3800ms, 3800ms}));  // 25.8 - 22
  EXPECT_DOUBLE_EQ(flap_rate(usual, 60s), 2);  // opened at 15.5 s and again at 20.65 s
}

TEST(Breaker, OneThatNeverOpenedHasNoTimes) {
  EXPECT_FALSE(time_to_open({}, moment::at(10s)));
  EXPECT_FALSE(time_to_open(usual, moment::at(30s))) << "it opened before that fault";
  EXPECT_FALSE(time_to_half_open({}));
  EXPECT_FALSE(trial_spacing({}));
  EXPECT_FALSE(time_to_close({}, moment::at(10s)));
  EXPECT_FALSE(time_to_close({{moment::at(1s), open}}, moment::at(0s))) << "it is still open";
  EXPECT_EQ(flap_rate({}, 0s), 0);
}

TEST(Breaker, LeakIsWhatArrivedWhileOpenButForTheTrials) {
  std::vector<nanoseconds> const arrivals{15450ms, 16s, 17s, 20600ms, 25700ms, 26s};
  EXPECT_EQ(leaked_calls(usual, arrivals), 2U);  // 16, 17, 20.6, 25.7 s arrive while open; two are trials
  std::vector<nanoseconds> const trials{20600ms, 25700ms};
  EXPECT_EQ(leaked_calls(usual, trials), 0U);
  EXPECT_EQ(leaked_calls(usual, {}), 0U);
}

TEST(Breaker, IsStuckWhenCallsComeAndNoTrialIsMade) {
  std::vector<nanoseconds> const refusals{16s, 20550ms, 25600ms};
  EXPECT_FALSE(is_stuck(usual, refusals, {}, 100ms));
  breaker_course const for_ever{{moment::at(15500ms), open}};
  std::vector<nanoseconds> const late{16s, 21s};
  EXPECT_TRUE(is_stuck(for_ever, late, {}, 100ms));  // 21 > 15.5 + 5 + 0.1
  EXPECT_FALSE(is_stuck(for_ever, {}, {}, 100ms)) << "nobody called";
  breaker_course const half{{moment::at(15500ms), open}, {moment::at(20600ms), half_open}};
  EXPECT_TRUE(is_stuck(half, std::vector<nanoseconds>{26s}, {}, 100ms)) << "half-open for ever is stuck, too";
}

TEST(Breaker, FailFastTimesAreOfRefusalsWhileOpen) {
  std::vector<failed_request> failures;
  for (int ms = 1; ms <= 100; ++ms) {
    failures.push_back(example::failure(16s, 16s + std::chrono::milliseconds{ms}, "refused_fast"));
  }
  failures.push_back(example::failure(16s, 20s, "http_5xx"));
  failures.push_back(example::failure(30s, 31s, "refused_fast"));
  auto const times = *fail_fast_of(failures, {{usual}});
  EXPECT_EQ(times.p50, 50ms);
  EXPECT_EQ(times.p99, 99ms);
  EXPECT_FALSE(fail_fast_of({}, {{usual}}));
  EXPECT_FALSE(fail_fast_of(failures, {}));
}

TEST(BreakerRule, IsMetAsInTheVectors) {
  struct rule_case {
    char const* id;
    std::uint64_t errors, total;
    bool is_met;
  };
  for (auto const& c :
       {rule_case{"H1", 19, 19, false}, rule_case{"H2", 10, 20, true}, rule_case{"H3", 9, 20, false},
        rule_case{"H4", 99, 199, false}, rule_case{"H5", 100, 200, true}, rule_case{"no calls", 0, 0, false}}) {
    SCOPED_TRACE(c.id);
    EXPECT_EQ(is_met({}, c.total, c.errors), c.is_met);
  }
}

TEST(BreakerRule, ExpectedTimeToOpen) {
  struct time_case {
    char const* claim;
    nanoseconds x;
    double rate;
    earlier_traffic before;
    std::optional<nanoseconds> expected;
  };
  for (auto const& c :
       {time_case{"failing at once, full window: 0 + 10 * 0.5", 0s, 100, earlier_traffic::full_window, 5s},
        time_case{"timeouts of 1 s: 1 + 9 * 0.5", 1s, 100, earlier_traffic::full_window, 5500ms},
        time_case{"0.3 + 9.7 * 0.5 = 5.15, at the next bucket", 300ms, 100, earlier_traffic::full_window, 5500ms},
        time_case{"without earlier traffic: 1 + 20 / 10", 1s, 10, earlier_traffic::none, 3s},
        time_case{"0 + 20 / 30 = 0.67, at the next bucket", 0s, 30, earlier_traffic::none, 1s},
        time_case{"too few calls for the volume", 0s, 1.9, earlier_traffic::none, std::nullopt},
        time_case{"slower than the window", 11s, 100, earlier_traffic::full_window, std::nullopt}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(expected_time_to_open({}, c.x, c.rate, c.before), c.expected);
  }
}

/// Good calls until `fails_from`, failing ones from then on, 10 a second.
std::vector<counted_call> calls_failing_from(nanoseconds fails_from, nanoseconds end) {
  std::vector<counted_call> calls;
  for (nanoseconds at{}; at < end; at += 100ms) calls.push_back({.at = at, .is_error = at >= fails_from});
  return calls;
}

TEST(BreakerRule, ComputedFromTheCallsOpensWhenTheFormulaSays) {
  // A full window, then immediate failures from 20 s: met for the first time at 25 s, with 50 of 100.
  auto const verdicts = rule_verdicts({}, calls_failing_from(20s, 40s), 0s, 40s);
  auto const met = std::ranges::find(verdicts, true, &rule_verdict::is_met);
  ASSERT_NE(met, verdicts.end());
  EXPECT_EQ(met->at, 25s);
  EXPECT_EQ(met->total, 100U);
  EXPECT_EQ(met->errors, 50U);
}

TEST(BreakerRule, FindsFalseTrips) {
  auto const verdicts = rule_verdicts({}, calls_failing_from(20s, 40s), 0s, 40s);
  breaker_course const right{{{24900ms, 25100ms}, open}};
  breaker_course const wrong{{{10s, 10200ms}, open}, {moment::at(16s), closed}, {{24900ms, 25100ms}, open}};
  EXPECT_EQ(false_trips(right, verdicts, {}, 100ms), 0U);
  EXPECT_EQ(false_trips(wrong, verdicts, {}, 100ms), 1U);
  EXPECT_EQ(false_trips({}, verdicts, {}, 100ms), 0U);
}

TEST(BreakerRule, FindsMissedTrips) {
  auto const verdicts = rule_verdicts({}, calls_failing_from(20s, 40s), 0s, 40s);
  EXPECT_EQ(missed_trips({}, verdicts, {}, 100ms), 1U);
  EXPECT_EQ(missed_trips({{{24900ms, 25100ms}, open}}, verdicts, {}, 100ms), 0U);
  EXPECT_EQ(missed_trips({}, rule_verdicts({}, calls_failing_from(20s, 25500ms), 0s, 25500ms), {}, 100ms), 0U)
      << "a bucket's time is not long enough";
  EXPECT_EQ(missed_trips({}, {}, {}, 100ms), 0U);
}

}  // namespace
}  // namespace holdfast::analysis
