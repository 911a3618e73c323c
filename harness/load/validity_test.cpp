#include "load/validity.hpp"

#include <algorithm>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A run in which nothing is near a limit.
validity_input healthy() {
  return {.loop = loop_kind::open,
          .length = 10s,
          .shards = {{.cpu_share = 0.4, .loop_lag_p99 = 50us, .loop_lag_ticks = 1000},
                     {.cpu_share = 0.3, .loop_lag_p99 = 60us, .loop_lag_ticks = 1000}},
          .offered_per_second = 1000,
          .achieved_per_second = 1000,
          .scheduled = 10'000,
          .recorded = 10'000,
          .slip_p99 = 100us,
          .reported_p50 = 2ms,
          .reported_p99 = 10ms,
          .mean_concurrency = 2,
          .completed_per_second = 1000,
          .mean_time = 2ms,
          .open_files = use_of_limit{100, 1000},
          .local_ports = use_of_limit{100, 1000},
          .steal_share = 0.0,
          .throttled = 0ns};
}

struct rule_case {
  char const* claim;
  void (*change)(validity_input&);
};

std::vector<std::string> told(validity_verdict const& verdict) {
  std::vector<std::string> all;
  for (auto const& f : verdict.findings) {
    all.push_back((f.weight == severity::breach ? "breach " : "note ") + std::string{key_of(f.rule)});
  }
  return all;
}

TEST(Validity, AHealthyRunIsSoundWithoutAWord) {
  auto const verdict = judge_validity(healthy());
  EXPECT_TRUE(verdict.is_sound());
  EXPECT_THAT(told(verdict), IsEmpty());
  EXPECT_THAT(verdict.affected(), IsEmpty());
}

TEST(Validity, ARunAtItsLimitsIsSound) {
  for (auto const& c : {
           rule_case{"CPU 90 %", [](auto& in) { in.shards[1].cpu_share = 0.90; }},
           rule_case{"lag 1 ms", [](auto& in) { in.shards[1].loop_lag_p99 = 1ms; }},
           rule_case{"lag of 10 % of a large p50",
                     [](auto& in) { in.reported_p50 = 50ms, in.shards[1].loop_lag_p99 = 5ms; }},
           rule_case{"achieved 99 %", [](auto& in) { in.achieved_per_second = 990; }},
           rule_case{"slip 5 %", [](auto& in) { in.slip_p99 = 500us; }},
           rule_case{"open files 90 %", [](auto& in) { in.open_files->used = 900; }},
           rule_case{"local ports 90 %", [](auto& in) { in.local_ports->used = 900; }},
           rule_case{"steal 5 %", [](auto& in) { in.steal_share = 0.05; }},
           rule_case{"Little 4.9 % above", [](auto& in) { in.mean_concurrency = 2.098; }},
           rule_case{"Little 4.9 % below", [](auto& in) { in.mean_concurrency = 1.902; }},
       }) {
    SCOPED_TRACE(c.claim);
    auto input = healthy();
    c.change(input);
    EXPECT_THAT(told(judge_validity(input)), IsEmpty());
  }
}

struct breach_case {
  char const* claim;
  void (*change)(validity_input&);
  std::string rule;
  std::vector<std::string_view> affected;
  std::vector<std::string> says;
};

std::vector<breach_case> just_beyond() {
  std::vector<std::string_view> const both{bound::latencies, bound::throughput};
  return {
      {"CPU",
       [](auto& in) { in.shards[1].cpu_share = 0.901; },
       "generator_cpu",
       both,
       {"Shard 1", "90.1 %", "--threads"}},
      {"lag above 1 ms",
       [](auto& in) { in.shards[1].loop_lag_p99 = 1ms + 1ns; },
       "loop_lag",
       {bound::latencies},
       {"shard 1", "limit 1.00 ms"}},
      {"lag above 10 % of a large p50",
       [](auto& in) { in.reported_p50 = 50ms, in.shards[1].loop_lag_p99 = 5100us; },
       "loop_lag",
       {bound::latencies},
       {"5.10 ms late", "limit 5.00 ms"}},
      {"achieved",
       [](auto& in) { in.achieved_per_second = 989.9; },
       "achieved_rate",
       {bound::throughput, bound::latencies},
       {"990 requests a second", "1,000 offered", "-c"}},
      {"slip", [](auto& in) { in.slip_p99 = 501us; }, "slip", {bound::latencies}, {"501 us late", "p99 of 10.0 ms"}},
      {"slip because connections were too few",
       [](auto& in) { in.slip_p99 = 501us, in.queued = 5'000; },
       "slip",
       {bound::latencies},
       {"5,000 had to wait for a free connection", "-c"}},
      {"slip of a paced closed loop",
       [](auto& in) { in.loop = loop_kind::paced, in.slip_p99 = 501us; },
       "slip",
       {bound::latencies},
       {"501 us"}},
      {"open files", [](auto& in) { in.open_files->used = 901; }, "open_files", both, {"901 of 1,000", "ulimit -n"}},
      {"local ports",
       [](auto& in) { in.local_ports->used = 901; },
       "local_ports",
       both,
       {"901 of 1,000", "ip_local_port_range"}},
      {"steal", [](auto& in) { in.steal_share = 0.051; }, "steal", both, {"5.1 %", "machine of its own"}},
      {"throttling", [](auto& in) { in.throttled = 1us; }, "throttling", both, {"1.00 us", "CPU limit"}},
      {"Little above",
       [](auto& in) { in.mean_concurrency = 2.102; },
       "littles_law",
       {bound::everything},
       {"2.102 requests", "makes 2 "}},
      {"Little below", [](auto& in) { in.mean_concurrency = 1.898; }, "littles_law", {bound::everything}, {"1.898"}},
      {"requests in flight of which none was timed",
       [](auto& in) { in.mean_time = 0ns; },
       "littles_law",
       {bound::everything},
       {"makes 0 "}},
      {"conservation",
       [](auto& in) {
         in.broken_equations = {{"scheduled = started + dropped", 1200, 1199}};
       },
       "conservation",
       {bound::everything},
       {"1,200 = 1,199", "bug of Holdfast"}},
  };
}

TEST(Validity, ARunBeyondALimitIsInvalidAndSaysWhichNumbersAreOnlyBounds) {
  for (auto const& c : just_beyond()) {
    SCOPED_TRACE(c.claim);
    auto input = healthy();
    c.change(input);
    auto const verdict = judge_validity(input);
    EXPECT_FALSE(verdict.is_sound());
    ASSERT_THAT(told(verdict), ElementsAre("breach " + c.rule));
    EXPECT_EQ(verdict.findings.front().affected, c.affected);
    for (auto const& words : c.says) EXPECT_THAT(verdict.findings.front().text, HasSubstr(words));
  }
}

struct note_case {
  char const* claim;
  void (*change)(validity_input&);
  std::vector<std::string> notes;
};

TEST(Validity, WhatCannotBeJudgedIsNotedAndNotSilentlyPassed) {
  for (auto const& c : {
           note_case{
               "a run of half a second", [](auto& in) { in.length = 500ms; }, {"note generator_cpu", "note steal"}},
           note_case{"few ticks of one shard",
                     [](auto& in) { in.shards[0].loop_lag_ticks = 99, in.shards[0].loop_lag_p99 = 1s; },
                     {"note loop_lag"}},
           note_case{"few scheduled requests",
                     [](auto& in) { in.scheduled = 99, in.achieved_per_second = 1; },
                     {"note achieved_rate"}},
           note_case{"few recorded requests",
                     [](auto& in) { in.recorded = 99, in.slip_p99 = 1s, in.mean_concurrency = 50; },
                     {"note slip", "note littles_law"}},
           note_case{"a run of few response times",
                     [](auto& in) { in.mean_time = 501ms, in.mean_concurrency = 1; },
                     {"note littles_law"}},
           note_case{"unreadable files of the kernel",
                     [](auto& in) { in.open_files = {}, in.local_ports = {}, in.steal_share = {}, in.throttled = {}; },
                     {"note open_files", "note local_ports", "note steal", "note throttling"}},
           note_case{"numbers that are none",
                     [](auto& in) {
                       auto const none = std::numeric_limits<double>::quiet_NaN();
                       in.shards[0].cpu_share = in.achieved_per_second = in.mean_concurrency = none;
                       in.steal_share = none;
                     },
                     {"note generator_cpu", "note achieved_rate", "note steal", "note littles_law"}},
           note_case{"a failing target explains a low rate",
                     [](auto& in) { in.achieved_per_second = 500, in.target = target_state::failing; },
                     {"note achieved_rate"}},
           note_case{"a target on the same machine",
                     [](auto& in) { in.place = target_place::same_machine; },
                     {"note shared_machine"}},
       }) {
    SCOPED_TRACE(c.claim);
    auto input = healthy();
    c.change(input);
    auto const verdict = judge_validity(input);
    EXPECT_TRUE(verdict.is_sound());
    EXPECT_EQ(told(verdict), c.notes);
    EXPECT_THAT(verdict.affected(), IsEmpty());
  }
}

TEST(Validity, AClosedLoopHasNoScheduleToMiss) {
  auto input = healthy();
  input.loop = loop_kind::closed;
  input.achieved_per_second = 1;
  input.slip_p99 = 1s;
  EXPECT_THAT(told(judge_validity(input)), IsEmpty());
}

TEST(Validity, AllBreachesAreToldAndTheirEffectsOnce) {
  auto input = healthy();
  input.shards[0].cpu_share = input.shards[1].cpu_share = 1;
  input.slip_p99 = 5ms;
  input.place = target_place::same_machine;
  auto const verdict = judge_validity(input);
  EXPECT_THAT(told(verdict),
              ElementsAre("breach generator_cpu", "breach generator_cpu", "breach slip", "note shared_machine"));
  EXPECT_THAT(verdict.affected(), ElementsAre(bound::latencies, bound::throughput));
}

TEST(Validity, AnEmptyRunIsNotABreachButManyNotes) {
  auto const verdict = judge_validity({});
  EXPECT_TRUE(verdict.is_sound());
  EXPECT_THAT(told(verdict), ElementsAre("note generator_cpu", "note open_files", "note local_ports", "note steal",
                                         "note throttling", "note littles_law"));
}

struct target_case {
  char const* claim;
  outcome how;
  int of_hundred;
  target_state expected;
};

TEST(Validity, ATargetFailsWithMoreThanOneRequestInAHundred) {
  for (auto const& c : {target_case{"one timeout", outcome::response_timeout, 1, target_state::answering},
                        target_case{"two timeouts", outcome::response_timeout, 2, target_state::failing},
                        target_case{"refusals", outcome::connect_refused, 50, target_state::failing},
                        target_case{"server errors", outcome::http_5xx, 2, target_state::failing},
                        target_case{"our own wrong requests", outcome::http_4xx, 100, target_state::answering},
                        target_case{"our own checks", outcome::check_failed, 100, target_state::answering},
                        target_case{"cut off by the end", outcome::cancelled_at_end, 50, target_state::answering}}) {
    SCOPED_TRACE(c.claim);
    request_ledger ledger{.started = 100};
    for (int i = 0; i < 100; ++i) ledger.record_end(i < c.of_hundred ? c.how : outcome::ok);
    EXPECT_EQ(state_of_target(ledger, 0), c.expected);
  }
}

TEST(Validity, WhatFailedForWantOfDescriptorsIsNotTheTargetsFault) {
  request_ledger ledger{.started = 100};
  for (int i = 0; i < 100; ++i) ledger.record_end(i < 50 ? outcome::connect_refused : outcome::ok);
  EXPECT_EQ(state_of_target(ledger, 50), target_state::answering);
  EXPECT_EQ(state_of_target(ledger, 48), target_state::failing);

  auto input = healthy();
  input.own_limit_hits = 50;
  auto const verdict = judge_validity(input);
  EXPECT_FALSE(verdict.is_sound());
  ASSERT_FALSE(verdict.findings.empty());
  EXPECT_THAT(verdict.findings[0].text, HasSubstr("50 connections could not be opened"));
}

}  // namespace
}  // namespace holdfast::load
