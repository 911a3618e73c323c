#include "cluster/control/termination.hpp"

#include "cluster/control/control_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using optional_seconds = std::optional<std::chrono::seconds>;

struct termination_case {
  char const* id;
  std::chrono::seconds grace;
  optional_seconds pre_stop;     // how long it takes
  optional_seconds exits_after;  // SIGTERM; absent: ignores it
  std::chrono::seconds term_at;
  optional_seconds kill_at;
  std::chrono::seconds gone_at;
};

struct termination_times {
  optional_seconds pre_stop, term, kill, gone;
};

/// Steps of 1 s of virtual time.
termination_times ended(termination_case const& c) {
  termination end{test_now, c.grace, c.pre_stop.has_value()};
  termination_times times;
  for (auto at = 0s; at < 100s && !times.gone; ++at) {
    if (times.pre_stop && at == *times.pre_stop + *c.pre_stop) end.pre_stop_returned();
    if (times.term && c.exits_after && at == *times.term + *c.exits_after) times.gone = at;
    for (auto step = end.next(test_now + at); !times.gone && step.action != termination_action::wait;
         step = end.next(test_now + at)) {
      if (step.action == termination_action::run_pre_stop) times.pre_stop = at;
      if (step.action == termination_action::send_term) times.term = at;
      if (step.action == termination_action::send_kill) times.kill = times.gone = at;
    }
  }
  return times;
}

class TerminationVectors : public testing::TestWithParam<termination_case> {};

TEST_P(TerminationVectors, SignalInTime) {
  auto const& c = GetParam();
  auto const times = ended(c);
  EXPECT_EQ(times.term, c.term_at);
  EXPECT_EQ(times.kill, c.kill_at);
  EXPECT_EQ(times.gone, c.gone_at);
}

INSTANTIATE_TEST_SUITE_P(Termination, TerminationVectors,
                         testing::Values(termination_case{"X1", 30s, {}, {}, 0s, 30s, 30s},
                                         termination_case{"X2", 30s, 12s, {}, 12s, 30s, 30s},
                                         termination_case{"X3", 10s, 30s, {}, 10s, 12s, 12s},
                                         termination_case{"X4", 30s, 12s, 3s, 12s, {}, 15s},
                                         termination_case{"X5", 30s, 29s, {}, 29s, 31s, 31s},
                                         termination_case{
                                             "TheFloorBeginsBelowTwoSeconds", 30s, 28s, {}, 28s, 30s, 30s}),
                         vector_id);

TEST(Termination, WithoutGraceThereIsNoPreStop) {
  auto const times = ended({"", 0s, 5s, {}, 0s, {}, 0s});
  EXPECT_FALSE(times.pre_stop.has_value());
  EXPECT_EQ(times.term, 0s);
  EXPECT_EQ(times.kill, 2s);
}

TEST(Termination, ASecondDeletionShortensAndNeverLengthens) {
  termination end{test_now, 30s, false};
  EXPECT_EQ(end.next(test_now).action, termination_action::send_term);
  end.shorten(60s);
  EXPECT_EQ(end.next(test_now + 1s).until, test_now + 30s);
  end.shorten(5s);
  EXPECT_EQ(end.next(test_now + 1s).until, test_now + 5s);
  EXPECT_EQ(end.next(test_now + 5s - 1ns).action, termination_action::wait);
  EXPECT_EQ(end.next(test_now + 5s).action, termination_action::send_kill);
  EXPECT_EQ(end.next(test_now + 6s).action, termination_action::wait) << "once is enough";
}

TEST(Termination, AnAbandonedPreStopIsTold) {
  termination end{test_now, 10s, true};
  EXPECT_EQ(end.next(test_now).action, termination_action::run_pre_stop);
  EXPECT_EQ(end.next(test_now + 9s).until, test_now + 10s);
  auto const step = end.next(test_now + 10s);
  EXPECT_EQ(message(step.why),
            "sending SIGTERM (rule: preStop has returned or there is none; inputs: grace period=10s, since the "
            "deletion=10s; limited by: the grace period: preStop is abandoned)");
}

TEST(Termination, ThePhaseDependsOnAllExitCodes) {
  EXPECT_EQ(final_phase(std::vector{0, 0}), pod_phase::succeeded);
  EXPECT_EQ(final_phase(std::vector{0, 143}), pod_phase::failed);
}

}  // namespace
}  // namespace holdfast::cluster
