#include "load/load_shape_text.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr request_rate per_second(double value) { return request_rate::per_second(value); }

std::vector<nanoseconds> arrivals_of(load_shape const& shape) {
  auto schedule = std::get<arrival_schedule>(shape);
  std::vector<nanoseconds> offsets;
  while (auto const offset = schedule.next()) offsets.push_back(*offset);
  return offsets;
}

result<std::vector<nanoseconds>, diagnostics> three_offsets(std::string const& file) {
  EXPECT_EQ(file, "offsets.txt");
  return std::vector<nanoseconds>{0ns, 1s, 4s};
}

TEST(OpenLoopText, ARateHoldsForTheDuration) {
  auto const shape = parse_load_shape({.duration = "2s", .rate = "500/s"});
  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(arrivals_of(*shape).size(), 1000U);
  EXPECT_EQ(std::get<arrival_schedule>(*shape).length(), 2s);
}

TEST(OpenLoopText, ARateAloneLastsTenSeconds) {
  EXPECT_EQ(arrivals_of(*parse_load_shape({.rate = "10/s"})).size(), 100U);
}

TEST(OpenLoopText, ARampRisesFromZeroAndThenTheRateStays) {
  auto const shape = parse_load_shape({.duration = "20s", .rate = "100/s", .ramp = "10s"});
  auto const& schedule = std::get<arrival_schedule>(*shape);
  EXPECT_EQ(arrivals_of(*shape).size(), 1500U);
  EXPECT_DOUBLE_EQ(schedule.rate_at(5s).per_second(), 50);
  EXPECT_DOUBLE_EQ(schedule.rate_at(15s).per_second(), 100);
  EXPECT_EQ(arrivals_of(*parse_load_shape({.duration = "10s", .rate = "100/s", .ramp = "10s"})).size(), 500U);
  EXPECT_EQ(arrivals_of(*parse_load_shape({.duration = "10s", .rate = "100/s", .ramp = "0"})).size(), 1000U);
}

TEST(OpenLoopText, ANumberOfRequestsLimitsAnySchedule) {
  EXPECT_EQ(arrivals_of(*parse_load_shape({.requests = "70", .rate = "2/s"})).back(), 34500ms);
  EXPECT_EQ(std::get<arrival_schedule>(*parse_load_shape({.requests = "70", .rate = "2/s"})).length(), 35s);
  EXPECT_EQ(arrivals_of(*parse_load_shape({.duration = "5s", .requests = "70", .rate = "2/s"})).size(), 10U);
  EXPECT_EQ(arrivals_of(*parse_load_shape({.requests = "7", .stages = "1s:100/s"})).size(), 7U);
  EXPECT_EQ(arrivals_of(*parse_load_shape({.requests = "70", .rate = "2/s", .poisson = true})).size(), 70U);
  EXPECT_EQ(arrivals_of(*parse_load_shape({.requests = "2", .replay = "offsets.txt"}, three_offsets)).size(), 2U);
}

TEST(OpenLoopText, StagesAndSpikesFollowTheirTexts) {
  EXPECT_EQ(arrivals_of(*parse_load_shape({.stages = "1s:100/s,1s:0/s,2s:0/s..10/s"})).size(), 110U);
  auto const spike = parse_load_shape({.duration = "10s", .spike = "1/s,100/s,2s,1s"});
  EXPECT_EQ(arrivals_of(*spike).size(), 109U);
  EXPECT_EQ(std::get<arrival_schedule>(*spike).rate_at(2500ms), per_second(100));
}

TEST(OpenLoopText, PoissonTakesItsSeed) {
  auto const arrivals = [](std::uint64_t seed) {
    return arrivals_of(*parse_load_shape({.rate = "100/s", .poisson = true, .seed = seed}));
  };
  EXPECT_EQ(arrivals(1), arrivals(1));
  EXPECT_NE(arrivals(1), arrivals(2));
  EXPECT_NE(arrivals(1), arrivals_of(*parse_load_shape({.rate = "100/s"})));
}

TEST(OpenLoopText, AReplayIsCutAtTheDurationAndSpedUp) {
  EXPECT_EQ(arrivals_of(*parse_load_shape({.replay = "offsets.txt"}, three_offsets)),
            (std::vector<nanoseconds>{0s, 1s, 4s}));
  EXPECT_EQ(arrivals_of(*parse_load_shape({.replay = "offsets.txt", .replay_speed = "2"}, three_offsets)),
            (std::vector<nanoseconds>{0s, 500ms, 2s}));
  EXPECT_EQ(arrivals_of(*parse_load_shape({.duration = "4s", .replay = "offsets.txt"}, three_offsets)),
            (std::vector<nanoseconds>{0s, 1s}));
}

TEST(OpenLoopText, LeavesTheNumberOfConnectionsAlone) {
  EXPECT_TRUE(parse_load_shape({.users = "64", .rate = "10/s"}).has_value());
}

TEST(ClosedLoopText, WithoutAWordItIsTenUsersForTenSeconds) {
  auto const shape = parse_load_shape({});
  auto const& plan = std::get<closed_loop_plan>(*shape);
  EXPECT_EQ(plan.users, 10U);
  EXPECT_EQ(plan.duration, 10s);
  EXPECT_EQ(plan.ramp, 0s);
  EXPECT_EQ(plan.requests, std::nullopt);
}

TEST(ClosedLoopText, EveryOptionReachesThePlan) {
  auto const shape = parse_load_shape(
      {.users = "50", .duration = "1m", .requests = "1000", .iterations = "7", .think = "1s..2s", .ramp = "10s"});
  auto const& plan = std::get<closed_loop_plan>(*shape);
  EXPECT_EQ(plan.users, 50U);
  EXPECT_EQ(plan.duration, 1min);
  EXPECT_EQ(plan.requests, 1000U);
  EXPECT_EQ(plan.iterations_per_user, 7U);
  EXPECT_EQ(plan.think, (think_law{uniform_think{1s, 2s}}));
  EXPECT_EQ(plan.ramp, 10s);
}

TEST(ClosedLoopText, ANumberOfRequestsReplacesTheDefaultDuration) {
  EXPECT_EQ(std::get<closed_loop_plan>(*parse_load_shape({.requests = "1000"})).duration, std::nullopt);
  EXPECT_EQ(std::get<closed_loop_plan>(*parse_load_shape({.iterations = "3"})).duration, std::nullopt);
}

TEST(ClosedLoopText, StagesOfUsersSetTheDuration) {
  auto const shape = parse_load_shape({.stages = "30s:10,1m:10..50"});
  auto const& plan = std::get<closed_loop_plan>(*shape);
  EXPECT_EQ(plan.duration, 90s);
  EXPECT_EQ(peak_users(plan), 50U);
  EXPECT_EQ(active_users_at(plan, 1min), 30U);
}

struct conflict {
  char const* claim;
  load_shape_texts texts;
  char const* message;
};

std::vector<conflict> values_that_are_wrong() {
  return {
      {"a zero rate",
       {.rate = "0/s"},
       "command line: --rate: must be above zero (got \"0/s\").\nWrite e.g. \"500/s\".\n"},
      {"a rate without unit",
       {.rate = "500"},
       "command line: --rate: a rate needs a unit of time (got \"500\").\n"
       "Write a number per unit of time, e.g. \"500/s\", \"1k/s\", \"30/m\".\n"},
      {"no users", {.users = "0"}, "command line: -c: must be above zero (got \"0\").\nWrite e.g. \"50\".\n"},
      {"no time",
       {.duration = "0s"},
       "command line: -d: must be above zero (got \"0s\").\nWrite e.g. \"30s\", or leave it out.\n"},
      {"no requests",
       {.requests = "0"},
       "command line: -n: must be above zero (got \"0\").\nWrite e.g. \"1000\", or leave it out.\n"},
      {"no iterations",
       {.iterations = "0"},
       "command line: --iterations: must be above zero (got \"0\").\nWrite e.g. \"10\", or leave it out.\n"},
      {"a think time without unit",
       {.think = "5"},
       "command line: --think: a duration needs a unit (got \"5\").\n"
       "Write a number and a unit, e.g. \"250ms\", \"30s\", \"2m\", \"1h\".\n"},
      {"a ramp longer than the run",
       {.duration = "5s", .rate = "5/s", .ramp = "6s"},
       "command line: --ramp: the ramp lasts longer than the run (got \"6s\").\n"
       "Set a longer run, e.g. \"-d 1m\".\n"},
      {"a ramp longer than the default",
       {.users = "5", .ramp = "11s"},
       "command line: --ramp: the ramp lasts longer than the run of 10s, which is the default (got \"11s\").\n"
       "Set a longer run, e.g. \"-d 1m\".\n"},
      {"a spike without a length of the run",
       {.spike = "1/s,2/s,1s,1s"},
       "command line: --spike: a spike needs the length of the run (got \"1/s,2/s,1s,1s\").\nAdd e.g. \"-d 1m\".\n"},
      {"a spike after the end",
       {.duration = "3s", .spike = "1/s,2/s,2s,2s"},
       "command line: --spike: the spike ends after the run (got \"1/s,2/s,2s,2s\").\n"
       "Let it begin earlier, or set a longer -d.\n"},
      {"more requests than a year has",
       {.requests = "100000000", .rate = "1/m"},
       "command line: -n: so many requests would take more than a year (got \"100000000\").\n"
       "Raise --rate or lower -n.\n"},
      {"a replay that is cut to nothing",
       {.duration = "1ns", .replay = "late"},
       "command line: -d: no request of the replay starts within the run (got \"1ns\").\nSet a longer -d.\n"},
      {"a replay speed of zero",
       {.replay = "late", .replay_speed = "0"},
       "command line: --replay-speed: must be above zero (got \"0\").\n"
       "Write a factor, e.g. \"2\" for twice as fast.\n"},
      {"a replay in slow motion",
       {.replay = "late", .replay_speed = "1e-9"},
       "command line: --replay-speed: the replay would take more than a year (got \"1e-9\").\n"
       "Write a factor, e.g. \"2\" for twice as fast.\n"},
  };
}

std::vector<conflict> options_that_do_not_go_together() {
  return {
      {"poisson without a rate",
       {.poisson = true},
       "command line: --poisson: a closed loop has no arrivals.\n"
       "Add a rate, e.g. \"--rate 500/s\", or leave it out.\n"},
      {"poisson with a replay",
       {.replay = "late", .poisson = true},
       "command line: --poisson: cannot be combined with --replay.\n"
       "Leave it out: the file says when requests start.\n"},
      {"think time in an open loop",
       {.think = "1s", .rate = "5/s"},
       "command line: --think: cannot be combined with an open loop (got \"1s\").\n"
       "Leave it out: arrivals wait for nobody.\n"},
      {"iterations in an open loop",
       {.iterations = "5", .rate = "5/s"},
       "command line: --iterations: cannot be combined with an open loop (got \"5\").\n"
       "Limit the requests with -n.\n"},
      {"a rate and stages",
       {.rate = "5/s", .stages = "1s:5/s"},
       "command line: --stages: cannot be combined with --rate (got \"1s:5/s\").\n"
       "Put the whole course of the rate into --stages.\n"},
      {"stages and a duration",
       {.duration = "5s", .stages = "1s:5/s"},
       "command line: -d: cannot be combined with --stages (got \"5s\").\n"
       "Leave it out: the stages say how long the run is.\n"},
      {"stages of users and users",
       {.users = "5", .stages = "1s:5"},
       "command line: -c: cannot be combined with stages of users (got \"5\").\nLeave it out: the stages say it.\n"},
      {"a ramp beside stages of rates",
       {.ramp = "1s", .stages = "1s:5/s"},
       "command line: --ramp: cannot be combined with anything but --rate or -c (got \"1s\").\n"
       "Write a stage such as \"10s:0/s..500/s\".\n"},
      {"a speed without a replay",
       {.rate = "5/s", .replay_speed = "2"},
       "command line: --replay-speed: cannot be combined with anything but --replay (got \"2\").\nLeave it out.\n"},
  };
}

void expect_messages(std::vector<conflict> const& conflicts) {
  for (auto const& c : conflicts) {
    SCOPED_TRACE(c.claim);
    auto const shape = parse_load_shape(c.texts, [](auto const&) { return std::vector<nanoseconds>{1s, 2s}; });
    ASSERT_FALSE(shape.has_value());
    EXPECT_EQ(to_string(shape.error()), c.message);
  }
}

TEST(LoadShapeText, AWrongValueIsNamedWithItsFix) { expect_messages(values_that_are_wrong()); }

TEST(LoadShapeText, OptionsThatDoNotGoTogetherAreRefused) { expect_messages(options_that_do_not_go_together()); }

TEST(LoadShapeText, TellsAllProblemsAtOnce) {
  auto const shape =
      parse_load_shape({.duration = "5", .requests = "many", .think = "1s", .rate = "fast", .ramp = "slow"});
  ASSERT_FALSE(shape.has_value());
  std::vector<std::string> fields;
  for (auto const& problem : shape.error()) fields.push_back(problem.field);
  std::ranges::sort(fields);
  EXPECT_EQ(fields, (std::vector<std::string>{"--ramp", "--rate", "--think", "-d", "-n"}));
}

TEST(LoadShapeText, ProblemsOfAReplayFileAreHandedOn) {
  auto const shape = parse_load_shape({.duration = "x", .replay = "/nonexistent/offsets.txt"});
  ASSERT_FALSE(shape.has_value());
  EXPECT_EQ(shape.error().size(), 2U);
}

}  // namespace
}  // namespace holdfast::load
