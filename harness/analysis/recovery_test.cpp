#include "analysis/recovery.hpp"

#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::failure;
using example::seconds;

// A fault is wanted at 3.0 s and confirmed at 3.2 s. Requests fail from 3.5 s to 6.4 s.
moment const fault{3s, 3200ms};
std::vector<failed_request> const failures{failure(3400ms, 3500ms), failure(4s, 4800ms), failure(5s, 5100ms),
                                           failure(6s, 6400ms)};
std::vector<interval_counts> course() {
  return seconds({{10, 0}, {10, 0}, {10, 0}, {9, 1}, {9, 1}, {9, 1}, {9, 1}, {10, 0}, {10, 0}, {10, 0}, {10, 0}});
}
recovery_objective const objective{.success_ratio = 0.95, .good_phase = 3s};

TEST(Recovery, ImpactIsTheFirstBadRequestAfterTheFault) {
  // The last good request before 3.5 s ended in second 2 or later, but the fault began at 3 s: [3.0, 3.5].
  // t1 - t0: at least 3.0 - 3.2 (so 0), at most 3.5 - 3.0.
  auto const impact = impact_of(fault, course(), failures, 11s);
  EXPECT_EQ(impact, (moment{3s, 3500ms}));
  auto const marks = recovery_of(fault, course(), failures, {}, {}, 11s, objective);
  EXPECT_EQ(time_to_impact(marks), (duration_range{0s, 500ms}));
}

TEST(Recovery, IsRestoredAtTheLastBadRequestBeforeTheGoodPhase) {
  // Last bad at 6.4 s; a good one came by 8 s, the end of the phase's first second. t3 - t0: 6.4 - 3.2 to 8 - 3.
  auto const marks = recovery_of(fault, course(), failures, {}, {}, 11s, objective);
  EXPECT_TRUE(marks.healed);
  EXPECT_EQ(marks.restored, (moment{6400ms, 8s}));
  EXPECT_EQ(time_to_restore(marks), (duration_range{3200ms, 5s}));
}

TEST(Recovery, IsNotHealedBeforeTheGoodPhaseWasSeen) {
  struct heal_case {
    char const* claim;
    std::vector<interval_counts> course;
    bool healed;
  };
  for (auto const& c :
       {heal_case{"three good seconds", seconds({{10, 0}, {10, 0}, {10, 0}, {0, 9}, {10, 0}, {10, 0}, {10, 0}}), true},
        heal_case{"only two were observed", seconds({{10, 0}, {10, 0}, {10, 0}, {0, 9}, {10, 0}, {10, 0}}), false},
        heal_case{"a bad one between", seconds({{9, 0}, {9, 0}, {9, 0}, {0, 9}, {9, 0}, {9, 0}, {0, 9}, {9, 0}}),
                  false},
        heal_case{"silence is not health", seconds({{9, 0}, {9, 0}, {9, 0}, {0, 9}, {9, 0}, {0, 0}, {9, 0}, {9, 0}}),
                  false},
        heal_case{"all failed", seconds({{0, 9}, {0, 9}, {0, 9}, {0, 9}, {0, 9}, {0, 9}, {0, 9}}), false}}) {
    SCOPED_TRACE(c.claim);
    auto const end = c.course.back().end();
    auto const marks = recovery_of(fault, c.course, failures, {}, {}, end, objective);
    EXPECT_EQ(marks.healed, c.healed);
    EXPECT_EQ(time_to_restore(marks).has_value(), c.healed);
  }
}

TEST(Recovery, WithoutAFailureThereIsNoImpactAndNothingToHeal) {
  auto const marks = recovery_of(fault, seconds({{10, 0}, {10, 0}, {10, 0}, {10, 0}}), {}, {}, {}, 4s, objective);
  EXPECT_TRUE(marks.healed);
  EXPECT_FALSE(time_to_impact(marks));
  EXPECT_FALSE(time_to_restore(marks));
  EXPECT_TRUE(recovery_of(fault, {}, {}, {}, {}, 4s, objective).healed);
}

TEST(Recovery, FailuresBeforeTheFaultAreNotItsOwn) {
  std::vector<failed_request> const early{failure(1s, 1500ms)};
  EXPECT_FALSE(impact_of(fault, course(), early, 11s));
  EXPECT_FALSE(impact_of(fault, course(), failures, 3400ms)) << "nor those after the next fault";
}

TEST(Recovery, FullRedundancyIsWhenReadyStaysAtTheDemand) {
  step_function const demanded{{{0s, 3}}};
  step_function const ready{{{0s, 3}, {3500ms, 2}, {8s, 3}, {9s, 2}, {10s, 3}}};
  EXPECT_EQ(full_redundancy_after(fault, demanded, ready, 11s), moment::at(10s));
  EXPECT_FALSE(full_redundancy_after(fault, demanded, ready, 9500ms));
  EXPECT_EQ(full_redundancy_after(fault, demanded, step_function{{{0s, 3}}}, 11s), fault) << "it never fell short";
  EXPECT_FALSE(full_redundancy_after(fault, {}, ready, 11s));
  auto const marks = recovery_of(fault, course(), failures, demanded, ready, 11s, objective);
  EXPECT_EQ(time_to_full_redundancy(marks), (duration_range{6800ms, 7s}));  // 10 - 3.2, 10 - 3.0
}

TEST(Recovery, LatencyIsNormalWhenItStaysInItsBand) {
  auto intervals = course();
  for (auto& interval : intervals) interval.latency_p99 = 50ms;
  for (int i : {4, 5, 7}) intervals[static_cast<std::size_t>(i)].latency_p99 = 900ms;
  auto const with_band = recovery_objective{.good_phase = 3s, .latency_p99 = 100ms};
  // From second 8 on, and the band was last left in second 7.
  EXPECT_EQ(latency_normal_after(fault, intervals, with_band), (moment{8s, 9s}));
  EXPECT_FALSE(latency_normal_after(fault, intervals, objective)) << "without a band nothing is known";
  intervals[9].latency_p99.reset();
  EXPECT_FALSE(latency_normal_after(fault, intervals, with_band)) << "no answers, no latency";
}

TEST(Recovery, LatencyThatNeverLeftItsBandWasNormalAllTheTime) {
  auto intervals = course();
  for (auto& interval : intervals) interval.latency_p99 = 50ms;
  EXPECT_EQ(latency_normal_after(fault, intervals, {.good_phase = 3s, .latency_p99 = 100ms}), fault);
}

TEST(FailureRhythm, MtbfAndMttrGiveTheAvailability) {
  // Two windows of at most 2 s and 4 s in 100 s: MTBF (100 - 6) / 2 = 47 s, MTTR 3 s, 47 / 50 = 94 %.
  std::vector<downtime_window> const windows{{.began = {9s, 10s}, .ended = {10s, 11s}, .from = 10s, .to = 11s},
                                             {.began = {49s, 50s}, .ended = {52s, 53s}, .from = 50s, .to = 53s}};
  auto const rhythm = *rhythm_of(windows, 100s);
  EXPECT_EQ(rhythm.mtbf, 47s);
  EXPECT_EQ(rhythm.mttr, 3s);
  EXPECT_DOUBLE_EQ(rhythm.availability(), 0.94);
  EXPECT_FALSE(rhythm_of({}, 100s));
}

}  // namespace
}  // namespace holdfast::analysis
