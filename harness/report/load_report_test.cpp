#include "report/load_report.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "report/load_report_example.hpp"
#include "report/self_check.hpp"

namespace holdfast::report {
namespace {

using namespace std::chrono_literals;

TEST(LoadReport, CountsRatesOverTheTimeInWhichLoadWasOffered) {
  auto const report = example::report();
  EXPECT_DOUBLE_EQ(report.rates.offered, 201.0);
  EXPECT_DOUBLE_EQ(report.rates.started, 200.0);
  EXPECT_DOUBLE_EQ(report.rates.throughput, 199.9);
  EXPECT_DOUBLE_EQ(report.rates.goodput, 199.0);
}

TEST(LoadReport, MergesTheTimesOfAllRequestNames) {
  auto const report = example::report();
  EXPECT_EQ(report.response.count, 1998U);
  EXPECT_EQ(report.response.at_least, 2U);
  ASSERT_EQ(report.requests.size(), 2U);
  EXPECT_EQ(report.requests[0].name, "browse");
  EXPECT_EQ(report.requests[0].ended(), 1003U);
  EXPECT_EQ(report.requests[1].ok(), 995U);
}

TEST(LoadReport, JudgesItsOwnMeasurement) {
  auto const report = example::report();
  EXPECT_TRUE(report.validity.is_sound()) << report.validity.findings.front().text;
  auto busy = example::result();
  busy.shards[0].cpu_share = 0.97;
  auto const judged = make_load_report(busy, example::description(), example::gathered());
  EXPECT_FALSE(judged.validity.is_sound());
}

TEST(LoadReport, FindsCountsThatDoNotAddUp) {
  auto lost = example::result();
  ++lost.total.ledger.scheduled;
  auto const report = make_load_report(lost, example::description(), example::gathered());
  ASSERT_EQ(report.broken_equations.size(), 1U);
  EXPECT_FALSE(report.validity.is_sound());
}

TEST(SelfCheck, KnowsTheKindOfLoop) {
  auto report = example::report();
  EXPECT_EQ(self_check_of(report, 1).loop, load::loop_kind::open);
  report.about.settings.arrivals = load::closed_loop_plan{};
  EXPECT_EQ(self_check_of(report, 1).loop, load::loop_kind::closed);
  report.about.settings.arrivals = load::closed_loop_plan{.think = load::constant_think{1s}};
  EXPECT_EQ(self_check_of(report, 1).loop, load::loop_kind::paced);
}

TEST(SelfCheck, DoesNotApplyLittlesLawWhereManyRequestsHaveNoTime) {
  auto run = example::result();
  run.total.ledger.ended[static_cast<std::size_t>(load::outcome::connect_refused)] = 500;
  run.total.ledger.started += 500;
  run.total.ledger.scheduled += 500;
  run.total.request_seconds += 100;
  auto const report = make_load_report(run, example::description(), example::gathered());
  auto const is_little = [](load::finding const& f) { return f.rule == load::validity_rule::littles_law; };
  auto const found = std::ranges::find_if(report.validity.findings, is_little);
  ASSERT_NE(found, report.validity.findings.end());
  EXPECT_EQ(found->weight, load::severity::note);
}

struct exit_case {
  char const* claim;
  void (*change)(load_report&);
  strictness how;
  exit_code expected;
};

load::validity_verdict invalid() { return {.judgement = load::validity_verdict::answer::invalid}; }

TEST(LoadExitCode, IsWhatAScriptNeedsToKnow) {
  auto const set = [](load_report& r, load::outcome how, std::uint64_t n) {
    r.ledger.ended[static_cast<std::size_t>(how)] = n;
  };
  static auto const put = set;
  for (auto const& c : {
           exit_case{"failed requests are a result", [](load_report&) {}, strictness::checks, exit_code::pass},
           exit_case{"but not when asked to be strict", [](load_report&) {}, strictness::requests,
                     exit_code::check_failed},
           exit_case{"a failed check is a failure", [](load_report& r) { put(r, load::outcome::check_failed, 1); },
                     strictness::checks, exit_code::check_failed},
           exit_case{"a run without a single ok request failed", [](load_report& r) { put(r, load::outcome::ok, 0); },
                     strictness::checks, exit_code::check_failed},
           exit_case{"an invalid measurement is told", [](load_report& r) { r.validity = invalid(); },
                     strictness::checks, exit_code::invalid_measurement},
           exit_case{"a failed check is true even then",
                     [](load_report& r) {
                       r.validity = invalid();
                       put(r, load::outcome::check_failed, 1);
                     },
                     strictness::checks, exit_code::check_failed},
           exit_case{"files that are incomplete are told first",
                     [](load_report& r) {
                       r.folder = written_folder{.path = "runs/one", .problem = "disk full"};
                       r.was_interrupted = true;
                       put(r, load::outcome::check_failed, 1);
                     },
                     strictness::requests, exit_code::could_not_run},
           exit_case{"complete files change nothing",
                     [](load_report& r) { r.folder = written_folder{.path = "runs/one", .problem = ""}; },
                     strictness::checks, exit_code::pass},
           exit_case{"an interrupted run is nothing else", [](load_report& r) { r.was_interrupted = true; },
                     strictness::requests, exit_code::interrupted},
       }) {
    SCOPED_TRACE(c.claim);
    auto report = example::report();
    c.change(report);
    EXPECT_EQ(exit_code_of(report, c.how), c.expected);
  }
}

TEST(LoadExitCode, IsZeroForAStrictRunInWhichAllWasWell) {
  auto report = example::report();
  report.ledger = {.scheduled = 5, .started = 5, .ended = {5}};
  EXPECT_EQ(exit_code_of(report, strictness::requests), exit_code::pass);
}

}  // namespace
}  // namespace holdfast::report
