#include "cluster/control/probe_worker.hpp"

#include "cluster/control/control_test_support.hpp"
#include "cluster/control/probe_ticks.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

/// A worker in virtual time whose handler answers as told.
struct probed {
  probe_worker worker;
  probe_ticks ticks;
  probe_view view{.instance = "1", .is_running = true, .is_started = true, .started_at = test_now};
  nanoseconds answer_time{0};  // of a failing attempt
  time_point idle_since = test_now;
  std::vector<std::pair<nanoseconds, probe_publication>> published{};  // since test_now

  probed(probe_type type, probe_settings settings) : worker{type, settings}, ticks{test_now, settings.period} {}

  void note(std::optional<probe_publication> const& each, time_point at) {
    if (each) published.emplace_back(at - test_now, *each);
  }
  /// One attempt at its time; false when the worker has ended.
  bool attempt(bool (*succeeds)(nanoseconds since_begin)) {
    auto const now = ticks.next(idle_since);
    ticks.begin(now);
    auto const step = worker.begin(view, now);
    note(step.published, now);
    idle_since = now;
    if (step.action == probe_action::run_handler) {
      bool const is_good = succeeds(now - test_now);
      if (!is_good) idle_since += answer_time;
      note(worker.finish(is_good ? probe_result::success : probe_result::failure, is_good ? "200" : "refused"),
           idle_since);
    }
    return step.action != probe_action::end;
  }
  nanoseconds first_after(nanoseconds begin, probe_result wanted) const {
    for (auto const& [at, each] : published) {
      if (at > begin && each.result == wanted) return at - begin;
    }
    return nanoseconds::max();
  }
};

struct fault_case {
  char const* id;
  std::chrono::seconds period;
  std::int32_t failures;
  nanoseconds answer_time;
  nanoseconds fault_at;  // ticks are at 0, P, 2P, ...
  nanoseconds expected;  // after the fault
};

nanoseconds fault_begin;

class FaultVectors : public testing::TestWithParam<fault_case> {};

TEST_P(FaultVectors, PublishTheFailureInTime) {
  auto const& c = GetParam();
  probed pod{probe_type::readiness, {.period = c.period, .failure_threshold = c.failures}};
  pod.answer_time = c.answer_time;
  fault_begin = c.fault_at;
  for (int i = 0; i < 10; ++i) pod.attempt([](nanoseconds at) { return at <= fault_begin; });
  auto const after = pod.first_after(c.fault_at, probe_result::failure);
  EXPECT_LE(std::chrono::abs(after - c.expected), 1ms) << in_seconds(after);
}

INSTANTIATE_TEST_SUITE_P(Probes, FaultVectors,
                         testing::Values(fault_case{"K1", 10s, 3, 0s, 10s, 30s},
                                         fault_case{"K2", 10s, 3, 0s, 20s - 1ms, 20s},
                                         fault_case{"K3", 10s, 3, 1s, 10s, 31s}, fault_case{"K4", 2s, 1, 0s, 10s, 2s}),
                         vector_id);

TEST(Probes, K5RecoveryTakesTwoPeriodsWithASuccessThresholdOfTwo) {
  probed pod{probe_type::readiness, {.period = 5s, .success_threshold = 2}};
  for (int i = 0; i < 8; ++i) pod.attempt([](nanoseconds at) { return at > 10s; });
  EXPECT_EQ(pod.first_after(10s, probe_result::success), 10s);
  EXPECT_TRUE(wants_extra_readiness_attempt(true, false, true));
  EXPECT_FALSE(wants_extra_readiness_attempt(true, true, true));
}

TEST(Probes, K6AStartThatNeverComesIsKilledAfterItsBudget) {
  for (auto const phase : {0ms, 1ms, 5000ms, 9999ms}) {
    probed startup{probe_type::startup, {.failure_threshold = 30}};
    startup.view.is_started = false;
    startup.view.started_at = test_now - phase;
    for (int i = 0; i < 40; ++i) startup.attempt([](nanoseconds) { return false; });
    ASSERT_EQ(startup.published.size(), 2U) << "the first value and one failure";
    EXPECT_TRUE(startup.published[1].second.kills);
    auto const killed = startup.published[1].first + phase;
    EXPECT_GE(killed, 290s);
    EXPECT_LE(killed, 300s);
  }
  for (auto const type : {probe_type::liveness, probe_type::readiness}) {
    probed other{type, {}};
    other.view.is_started = false;
    for (int i = 0; i < 40; ++i) other.attempt([](nanoseconds) { return false; });
    EXPECT_EQ(other.published.size(), 1U) << "the first value: it never ran";
  }
}

TEST(Probes, K7AFailureBelowTheThresholdIsNeverPublished) {
  probed pod{probe_type::liveness, {}};
  for (int i = 0; i < 5; ++i) pod.attempt([](nanoseconds at) { return at == 20s; });
  EXPECT_EQ(pod.first_after(-1s, probe_result::failure), nanoseconds::max());
}

TEST(Probes, ANewInstanceGetsTheFirstValueOfItsType) {
  auto const first = [](probe_type type) {
    probe_worker worker{type, {}};
    return worker.begin({.instance = "1", .is_running = true}, test_now).published->result;
  };
  EXPECT_EQ(first(probe_type::readiness), probe_result::failure);
  EXPECT_EQ(first(probe_type::liveness), probe_result::success);
  EXPECT_EQ(first(probe_type::startup), probe_result::unknown);
}

TEST(Probes, AfterALivenessFailureNoneRunsUntilTheNextInstance) {
  probe_worker worker{probe_type::liveness, {.failure_threshold = 1}};
  probe_view view{.instance = "1", .is_running = true, .is_started = true};
  EXPECT_EQ(worker.begin(view, test_now).action, probe_action::run_handler);
  EXPECT_TRUE(worker.finish(probe_result::failure, "")->kills);
  EXPECT_EQ(worker.begin(view, test_now).action, probe_action::wait);
  view.instance = "2";
  auto const step = worker.begin(view, test_now);
  EXPECT_EQ(step.action, probe_action::run_handler);
  EXPECT_EQ(step.published->result, probe_result::success);
}

TEST(Probes, ARunOfResultsOutlivesTheInstance) {
  probe_worker worker{probe_type::readiness, {.failure_threshold = 3}};
  probe_view view{.instance = "1", .is_running = true, .is_started = true};
  for (int i = 0; i < 2; ++i) {
    worker.begin(view, test_now);
    EXPECT_FALSE(worker.finish(probe_result::failure, "").has_value());
  }
  view.instance = "2";
  worker.begin(view, test_now);
  EXPECT_TRUE(worker.finish(probe_result::failure, "").has_value()) << "the third in a row";
}

struct step_case {
  char const* claim;
  probe_type type;
  probe_view view;
  probe_action action;
  std::optional<probe_result> published;
};

TEST(Probes, EachStepHasItsPlace) {
  auto constexpr ready = probe_type::readiness;
  probe_view const running{.instance = "1", .is_running = true, .is_started = true, .started_at = test_now - 1h};
  auto const with = [&](auto change) {
    auto view = running;
    change(view);
    return view;
  };
  for (auto const& c :
       {step_case{"no container yet", ready, {}, probe_action::wait, {}},
        step_case{"finished pod", ready, with([](auto& v) { v.phase = pod_phase::failed; }), probe_action::end, {}},
        step_case{"stopped, starts again", ready, with([](auto& v) { v.is_running = false; }), probe_action::wait,
                  probe_result::failure},
        step_case{"stopped for good", ready, with([](auto& v) { v.is_running = v.will_restart = false; }),
                  probe_action::end, probe_result::failure},
        step_case{"deleted: liveness ends well", probe_type::liveness, with([](auto& v) { v.is_deleted = true; }),
                  probe_action::end, probe_result::success},
        step_case{"deleted: readiness goes on", ready, with([](auto& v) { v.is_deleted = true; }),
                  probe_action::run_handler, probe_result::failure},
        step_case{"startup has succeeded", probe_type::startup, running, probe_action::wait, probe_result::unknown},
        step_case{"not yet started", ready, with([](auto& v) { v.is_started = false; }), probe_action::wait,
                  probe_result::failure}}) {
    SCOPED_TRACE(c.claim);
    probe_worker worker{c.type, {}};
    auto const step = worker.begin(c.view, test_now);
    EXPECT_EQ(step.action, c.action);
    ASSERT_EQ(step.published.has_value(), c.published.has_value());
    if (c.published) {
      EXPECT_EQ(step.published->result, *c.published);
    }
  }
}

TEST(Probes, TheInitialDelayCountsWholeSecondsFromTheStart) {
  probe_worker worker{probe_type::readiness, {.initial_delay = 5s}};
  probe_view const view{.instance = "1", .is_running = true, .is_started = true, .started_at = test_now};
  EXPECT_EQ(worker.begin(view, test_now + 5s - 1ns).action, probe_action::wait);
  EXPECT_EQ(worker.begin(view, test_now + 5s).action, probe_action::run_handler);
}

TEST(Probes, AProbeThatCouldNotRunIsThrownAway) {
  probe_worker worker{probe_type::readiness, {.failure_threshold = 2}};
  EXPECT_FALSE(worker.finish(probe_result::failure, "").has_value());
  EXPECT_FALSE(worker.finish(probe_result::unknown, "").has_value());
  auto const published = worker.finish(probe_result::failure, "connection refused");
  ASSERT_TRUE(published.has_value());
  EXPECT_EQ(
      message(published->why),
      "Readiness probe failed (rule: as many equal results in a row as the threshold asks for; inputs: results in "
      "a row=2, threshold=2, last answer=connection refused)");
}

TEST(ProbeTicks, AttemptsNeverOverlapAndOnlyOneIsMadeUpFor) {
  probe_ticks ticks{test_now, 10s};
  EXPECT_EQ(ticks.next(test_now), test_now);
  ticks.begin(test_now);
  EXPECT_EQ(ticks.next(test_now + 1s), test_now + 10s);
  EXPECT_EQ(ticks.next(test_now + 25s), test_now + 25s) << "it took longer than a period";
  ticks.begin(test_now + 25s);
  EXPECT_EQ(ticks.next(test_now + 26s), test_now + 30s);
}

TEST(ProbeSettings, TellAllThatIsWrong) {
  EXPECT_TRUE(problems_of({}, probe_type::liveness).empty());
  EXPECT_EQ(
      problems_of({.initial_delay = -1s, .period = 0s, .timeout = 0s, .success_threshold = 0, .failure_threshold = 0},
                  probe_type::readiness)
          .size(),
      5U);
  EXPECT_EQ(problems_of({.success_threshold = 2}, probe_type::startup).size(), 1U);
  EXPECT_TRUE(problems_of({.success_threshold = 2}, probe_type::readiness).empty());
  EXPECT_EQ(problems_of({.termination_grace = 5s}, probe_type::readiness).size(), 1U);
  EXPECT_EQ(problems_of({.termination_grace = 0s}, probe_type::liveness).size(), 1U);
}

TEST(Probes, StatusFrom200To399Succeeds) {
  EXPECT_FALSE(is_probe_success(199));
  EXPECT_TRUE(is_probe_success(200));
  EXPECT_TRUE(is_probe_success(399));
  EXPECT_FALSE(is_probe_success(400));
}

TEST(Probes, AMissingProbeCountsAsPassed) {
  EXPECT_TRUE(is_container_started(true, {}));
  EXPECT_FALSE(is_container_started(true, probe_result::unknown));
  EXPECT_TRUE(is_container_ready(true, true, {}));
  EXPECT_FALSE(is_container_ready(true, false, {}));
  EXPECT_FALSE(is_container_ready(true, true, probe_result::failure));
  EXPECT_FALSE(is_container_ready(false, true, {}));
}

}  // namespace
}  // namespace holdfast::cluster
