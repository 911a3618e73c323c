#include "report/load_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/load_report_example.hpp"

namespace holdfast::report {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(LoadText, ShowsAWholeRunOnOnePage) {
  EXPECT_EQ(load_text(example::report()), R"(holdfast 0.1.0 (abc1234) http://127.0.0.1:8080/
open loop: 2,010 requests due in 10.0 s (201/s on average), at most 1,000 at once; 1 thread, seed 7
2024-05-01T12:00:00.250Z, took 10.5 s

Rate
  offered     201/s  2,010  requests were due
  started     200/s  2,000  were sent
  throughput  200/s  1,999  were answered or failed
  goodput     199/s  1,990  were ok
  Throughput and goodput are of the first 10.0 s: what ended later counts, but its time does not,
  because nothing was offered then.

Time
            response time      service time        queue
          due to answered  sent to answered  due to sent
  p50             1.01 ms            999 us        10 us
  p75             1.51 ms           1.50 ms        10 us
  p90             1.81 ms           1.80 ms        10 us
  p95             1.91 ms           1.90 ms        10 us
  p99             1.99 ms           1.98 ms        10 us
  p99.9          > 2.00 s          > 2.00 s        10 us
  max            > 2.00 s          > 2.00 s        10 us
  mean          > 3.01 ms         > 3.00 ms        10 us
  stddev                -                 -       < 1 us
  values            1,998             1,998        1,996
  2 of these ran into a limit of time or into the end of the run. Counted as "at least":
  a figure that depends on them is printed as "> t".

Losses
  late         3    0.1 %  sent more than 1.00 ms after they were due (slip p99 10 us, max 10 us)
  queued      12    0.6 %  waited for a connection (longest queue 4)
  dropped     10    0.5 %  never sent: no connection was free in time
  unfinished   1  < 0.1 %  still without an answer when the run ended

Outcomes
  ok                1,990  99.5 %
  http 5xx              6   0.3 %
  reset                 2   0.1 %
  response timeout      1   0.1 %

Status codes
  200: 1,990   503: 6

Most frequent failures
  2  reset: Connection reset by peer

Requests, by response time
          ended      ok      p50      p95      p99       max
  browse  1,003  99.2 %  1.01 ms  1.91 ms  1.99 ms  > 2.00 s
  order     997  > 99 %  1.01 ms  1.90 ms  1.98 ms  > 2.00 s

Traffic
  293 KiB received (19.5 KiB of bodies), 97.7 KiB sent; 12 connections opened; 2,000 exchanges

Generator
  3 % of a core, loop lag p99 20 us, peak memory 5.00 MiB
  Test CPU, 2 cores, Linux 6.1

Measurement: valid
  - Target and generator share this machine: they compete for its cores, so the target is faster on
    a machine of its own. Compare only with runs made in the same way.
)");
}

TEST(LoadText, ShowsLossesAlsoWhenThereAreNone) {
  auto report = example::report();
  report.ledger = {.scheduled = 5, .started = 5, .ended = {5}};
  auto const text = load_text(report);
  EXPECT_THAT(text, HasSubstr("dropped     0  0 %"));
  EXPECT_THAT(text, HasSubstr("unfinished  0  0 %"));
  EXPECT_THAT(text, HasSubstr("No failure in 5: the true failure rate is below 60 % (95 % confidence)."));
}

TEST(LoadText, SaysWhatAnInvalidMeasurementStillTells) {
  auto run = example::result();
  run.shards[0].cpu_share = 0.97;
  auto const text = load_text(make_load_report(run, example::description(), example::gathered()));
  EXPECT_THAT(text, HasSubstr("Measurement: INVALID: latencies are upper bounds; throughput is a lower bound.\n"));
  EXPECT_THAT(text, HasSubstr("! Shard 0 of the generator used 97.0 % of a core"));
}

TEST(LoadText, TellsARunInWhichNothingWasAnswered) {
  auto run = example::result();
  run.total = {};
  run.total.requests.resize(2);
  run.total.ledger = {.scheduled = 3, .started = 3};
  run.total.ledger.ended[static_cast<std::size_t>(load::outcome::connect_refused)] = 3;
  auto const text = load_text(make_load_report(run, example::description(), {}));
  EXPECT_THAT(text, HasSubstr("No request was answered: there is nothing to time."));
  EXPECT_THAT(text, HasSubstr("connect refused  3  100 %"));
}

TEST(LoadText, LeavesOutPercentilesOfTooFewValues) {
  auto run = example::result();
  run.total.requests.assign(1, {});
  for (int i = 0; i < 50; ++i) run.total.requests[0].response.record(1ms);
  auto const text = load_text(make_load_report(run, example::description(), example::gathered()));
  EXPECT_THAT(text, HasSubstr("p95             1.00 ms "));
  EXPECT_THAT(text, HasSubstr("p99                   - "));
}

TEST(LoadText, WarnsOfAnInterruptedRunAndOfIncompleteFiles) {
  auto report = example::report();
  report.was_interrupted = true;
  report.folder = written_folder{.path = "runs/one", .problem = "runs/one/timeline.ndjson: No space left on device"};
  auto const text = load_text(report);
  EXPECT_THAT(text, HasSubstr("INTERRUPTED"));
  EXPECT_THAT(text, HasSubstr("FILES INCOMPLETE in runs/one: runs/one/timeline.ndjson: No space left on device"));
}

TEST(LoadText, PassesNoControlCharactersOfATargetOn) {
  auto report = example::report();
  report.about.targets = {"http://x/\x1b[2J"};
  report.causes = {{.reason = load::outcome::check_failed, .detail = printable("\x1b[31m"), .count = 1}};
  EXPECT_THAT(load_text(report), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace holdfast::report
