#include "cluster/node/termination_schedule.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using std::chrono::seconds;

struct observed {
  std::optional<seconds> hook, term, kill;
};

time_point at(seconds second) { return time_point{} + seconds{1000} + second; }

/// Plays a container second by second. `hook`: how long preStop takes; `exits_after`: seconds from SIGTERM to exit.
observed played(seconds grace, std::optional<seconds> hook, std::optional<seconds> exits_after) {
  termination_schedule schedule{at(seconds{0}), grace, hook ? pre_stop_hook::present : pre_stop_hook::none};
  observed seen;
  for (seconds now{0}; now < seconds{100}; ++now) {
    if (seen.hook && hook && now == *seen.hook + *hook) schedule.pre_stop_ended();
    if (seen.term && exits_after && now == *seen.term + *exits_after) return seen;
    for (;;) {
      auto const step = schedule.next(at(now));
      if (step == termination_step::wait) break;
      if (step == termination_step::begin_pre_stop) seen.hook = now;
      if (step == termination_step::terminate) seen.term = now;
      if (step == termination_step::kill) seen.kill = now;
    }
  }
  return seen;
}

struct termination_case {
  char const* claim;
  seconds grace;
  std::optional<seconds> hook, exits_after;
  seconds term;
  std::optional<seconds> kill;
};

TEST(TerminationSchedule, X1_to_X5_FollowTheGraceArithmetic) {
  for (auto const& c : {
           termination_case{"X1: no hook, ignores TERM", seconds{30}, {}, {}, seconds{0}, seconds{30}},
           termination_case{
               "X2: the hook's time is part of the grace", seconds{30}, seconds{12}, {}, seconds{12}, seconds{30}},
           termination_case{
               "X3: a hook beyond the grace is abandoned", seconds{10}, seconds{30}, {}, seconds{10}, seconds{12}},
           termination_case{"X4: what exits is not killed", seconds{30}, seconds{12}, seconds{3}, seconds{12}, {}},
           termination_case{
               "X5: never less than 2 s after TERM", seconds{30}, seconds{29}, {}, seconds{29}, seconds{31}},
           termination_case{
               "a grace of 0 has no hook, and still 2 s", seconds{0}, seconds{5}, {}, seconds{0}, seconds{2}},
       }) {
    SCOPED_TRACE(c.claim);
    auto const seen = played(c.grace, c.hook, c.exits_after);
    EXPECT_EQ(seen.term, c.term);
    EXPECT_EQ(seen.kill, c.kill);
    EXPECT_EQ(seen.hook.has_value(), c.hook.has_value() && c.grace > seconds{0});
  }
}

TEST(TerminationSchedule, ASecondRequestBringsTheEndNearer) {
  termination_schedule schedule{at(seconds{0}), seconds{30}, pre_stop_hook::none};
  ASSERT_EQ(schedule.next(at(seconds{0})), termination_step::terminate);
  EXPECT_EQ(schedule.next_at(), at(seconds{30}));
  schedule.shorten(at(seconds{5}), seconds{10});
  EXPECT_EQ(schedule.next_at(), at(seconds{15}));
  schedule.shorten(at(seconds{6}), seconds{60});
  EXPECT_EQ(schedule.next_at(), at(seconds{15})) << "never further away";
  schedule.shorten(at(seconds{7}), seconds{0});
  EXPECT_EQ(schedule.next_at(), at(seconds{9})) << "not below the floor";
  EXPECT_EQ(schedule.next(at(seconds{9})), termination_step::kill);
  EXPECT_EQ(schedule.next_at(), std::nullopt);
}

TEST(TerminationSchedule, ASecondRequestEndsAHookThatStillRuns) {
  termination_schedule schedule{at(seconds{0}), seconds{30}, pre_stop_hook::present};
  ASSERT_EQ(schedule.next(at(seconds{0})), termination_step::begin_pre_stop);
  schedule.shorten(at(seconds{4}), seconds{1});
  EXPECT_EQ(schedule.next(at(seconds{4})), termination_step::wait);
  EXPECT_EQ(schedule.next(at(seconds{5})), termination_step::terminate);
  EXPECT_EQ(schedule.next_at(), at(seconds{7}));
}

}  // namespace
}  // namespace holdfast::cluster
