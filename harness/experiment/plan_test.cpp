#include "experiment/plan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "experiment/profile_test_support.hpp"

namespace holdfast::experiment {
namespace {

using std::chrono::seconds;

constexpr std::string_view rollout_profile = R"({
  "title": "A rollout of book loses nothing",
  "system": "shop",
  "cluster": { "time_scale": 2, "ready_within": "1m" },
  "arms": [
    { "name": "without-probe", "control": true,
      "patches": [ { "kind": "Deployment", "name": "book",
                     "json_patch": [ { "op": "remove", "path": "/spec/template/spec/containers/0/readinessProbe" } ] } ] },
    { "name": "with-probe", "environment": { "book": { "LOG_LEVEL": "debug" } }, "defects": [ "BS-01" ] }
  ],
  "prepare": { "mix": [ { "name": "register a book", "post": "http://book:8080/books", "json": { "bookId": 1 } } ] },
  "load": { "url": "http://order:8080/orders", "users": 10 },
  "phases": [ { "name": "warm-up", "duration": "5s", "measured": false }, { "name": "change", "duration": "25s" } ],
  "actions": [
    { "name": "to-v4", "phase": "change", "after": "1s", "rollout": { "deployment": "book", "image": "bookshop/book:v4" } },
    { "at": "7s", "times": 2, "every": "4s", "kill": { "deployment": "order", "signal": "TERM", "pick": "oldest" } },
    { "at": "5s", "for": "2s", "fault": { "kind": "latency", "service": "book", "delay": "800ms" } },
    { "when": "deployment/book complete", "after": "2s", "within": "20s",
      "delete": { "kind": "ConfigMap", "name": "orderst" } }
  ],
  "checks": [ "availability >= 99.9% during to-v4",
              { "check": "latency.p99 < 250ms", "name": "fast enough", "arms": [ "with-probe" ] } ],
  "budget": "10m", "repeat": 2, "seed": 7
})";

profile rollout() {
  auto made = read_profile(rollout_profile, "p.json", shop_sources());
  EXPECT_TRUE(made) << to_string(made.error());
  return made ? *std::move(made) : profile{};
}

TEST(Plan, OrdersWhatIsDueAndLeavesApartWhatWaits) {
  auto const made = make_plan(rollout());
  using enum step_kind;
  EXPECT_EQ(made.steps, (std::vector<timed_step>{{seconds{0}, load_begin},
                                                 {seconds{0}, phase_begin, 0},
                                                 {seconds{5}, phase_begin, 1},
                                                 {seconds{5}, action_begin, 2},
                                                 {seconds{6}, action_begin, 0},
                                                 {seconds{7}, action_end, 2},
                                                 {seconds{7}, action_begin, 1, 0},
                                                 {seconds{11}, action_begin, 1, 1},
                                                 {seconds{30}, load_end}}));
  EXPECT_EQ(made.waiting, std::vector<std::uint32_t>{3});
}

TEST(Plan, GivesAllArmsOfARepetitionTheSameSeedAndTurnsTheirOrderRound) {
  auto const runs = make_plan(rollout()).runs;
  ASSERT_EQ(runs.size(), 4U);
  EXPECT_EQ(runs[0], (arm_run{0, 0, 7}));
  EXPECT_EQ(runs[1], (arm_run{1, 0, 7}));
  EXPECT_EQ(runs[2].arm, 1U);
  EXPECT_EQ(runs[3].arm, 0U);
  EXPECT_EQ(runs[2].seed, runs[3].seed);
  EXPECT_NE(runs[2].seed, 7U);
}

TEST(Plan, IsPrintedAsATimeline) {
  auto const what = rollout();
  auto const made = make_plan(what);
  EXPECT_EQ(to_text(made, what), fmt::format(R"(A rollout of book loses nothing
  profile   p.json
  system    shop, 6 objects
  cluster   control loops 2 times as fast, ready within 60.0 s
  load      closed loop: 10 users for 30.0 s: http://order:8080/orders
  length    2 min 0 s of load in 4 runs, budget 10 min 0 s

Runs
    1  without-probe (control), seed 7: Deployment/book patched
    2  with-probe, seed 7: book LOG_LEVEL=debug; defects BS-01
    3  with-probe, seed {0}: book LOG_LEVEL=debug; defects BS-01
    4  without-probe (control), seed {0}: Deployment/book patched

Each run
        before  the cluster starts and gets ready
        before  prepare: register a book
           0 s  the load begins
           0 s  phase warm-up, 5.00 s, not measured
           5 s  phase change, 25.0 s
           5 s  latency-book: fault latency on service/book delay=800ms, for 2.00 s
           6 s  to-v4: roll deployment/book out to bookshop/book:v4
           7 s  latency-book ends
           7 s  kill-order (1 of 2): send SIGTERM to the oldest pod of deployment/order
          11 s  kill-order (2 of 2): send SIGTERM to the oldest pod of deployment/order
          30 s  the load ends
          when  deployment/book complete and 2.00 s more (within 20.0 s): delete-orderst: delete ConfigMap/orderst
         after  the cluster stops

Checks
  availability >= 99.9% during to-v4
  fast enough: latency.p99 < 250ms  [with-probe]
)",
                                             made.runs[2].seed));
}

}  // namespace
}  // namespace holdfast::experiment
