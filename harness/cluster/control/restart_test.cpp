#include "cluster/control/control_test_support.hpp"
#include "cluster/control/crash_loop_backoff.hpp"
#include "cluster/control/image_pull_backoff.hpp"
#include "cluster/control/pod_readiness.hpp"
#include "cluster/control/restart_policy.hpp"
#include "cluster/control/start_obstacle.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

struct backoff_case {
  char const* id;
  int instance;
  std::chrono::seconds exit_at;
  std::chrono::seconds next_start_at;
};

/// A container whose first seven instances run 1 s and the eighth 601 s.
std::vector<std::pair<nanoseconds, nanoseconds>> exits_and_starts() {
  crash_loop_backoff backoff;
  std::vector<std::pair<nanoseconds, nanoseconds>> all;
  auto start = test_now;
  for (int i = 1; i <= 8; ++i) {
    auto const exit = start + (i == 8 ? 601s : 1s);
    auto decision = backoff.attempt("pod/book", exit, exit);
    start = decision.start_at;
    if (!decision.starts_now) {
      EXPECT_FALSE(backoff.attempt("pod/book", exit, start - 1ns).starts_now);
      EXPECT_TRUE(backoff.attempt("pod/book", exit, start).starts_now) << "exactly at the end of the delay";
    }
    all.emplace_back(exit - test_now, start - test_now);
  }
  return all;
}

class BackoffVectors : public testing::TestWithParam<backoff_case> {};

TEST_P(BackoffVectors, RestartInTime) {
  auto const [exit, start] = exits_and_starts()[static_cast<std::size_t>(GetParam().instance - 1)];
  EXPECT_EQ(exit, GetParam().exit_at);
  EXPECT_EQ(start, GetParam().next_start_at);
}

INSTANTIATE_TEST_SUITE_P(Restart, BackoffVectors,
                         testing::Values(backoff_case{"B1", 1, 1s, 1s}, backoff_case{"B2", 2, 2s, 12s},
                                         backoff_case{"B3", 3, 13s, 33s}, backoff_case{"B4", 4, 34s, 74s},
                                         backoff_case{"B5", 5, 75s, 155s}, backoff_case{"B6", 6, 156s, 316s},
                                         backoff_case{"B7", 7, 317s, 617s}, backoff_case{"B8", 8, 1218s, 1218s}),
                         vector_id);

TEST(CrashLoopBackoff, AnExitExactly600SecondsLaterIsStillRemembered) {
  crash_loop_backoff backoff;
  EXPECT_TRUE(backoff.attempt("k", test_now, test_now).starts_now);
  EXPECT_FALSE(backoff.attempt("k", test_now + 600s, test_now + 600s).starts_now);
  crash_loop_backoff other;
  EXPECT_TRUE(other.attempt("k", test_now, test_now).starts_now);
  EXPECT_TRUE(other.attempt("k", test_now + 600s + 1ns, test_now + 600s + 1ns).starts_now);
}

TEST(CrashLoopBackoff, AnotherImageStartsAnewAndADeletedPodIsForgotten) {
  crash_loop_backoff backoff;
  backoff.attempt("pod-1/book/v1", test_now, test_now);
  EXPECT_FALSE(backoff.attempt("pod-1/book/v1", test_now, test_now).starts_now);
  EXPECT_TRUE(backoff.attempt("pod-1/book/v2", test_now, test_now).starts_now);
  EXPECT_TRUE(backoff.attempt("pod-2/book/v1", test_now, test_now).starts_now);
  backoff.forget("pod-1/");
  EXPECT_EQ(backoff.size(), 1U);
}

TEST(CrashLoopBackoff, DelayAndCapCanBeChosen) {
  crash_loop_backoff backoff{{.initial = 1s, .cap = 3s}};
  auto now = test_now;
  std::vector<nanoseconds> delays;
  for (int i = 0; i < 4; ++i) {
    auto const exit = now;
    now = backoff.attempt("k", exit, exit).start_at;
    backoff.attempt("k", exit, now);
    delays.push_back(now - exit);
  }
  EXPECT_EQ(delays, (std::vector<nanoseconds>{0s, 1s, 2s, 3s}));
  EXPECT_TRUE(problems_of(backoff_settings{.initial = 1s, .cap = 60s}).empty());
  EXPECT_EQ(problems_of(backoff_settings{.initial = 0s, .cap = 301s}).size(), 2U);
}

TEST(CrashLoopBackoff, SaysHowLongItWaits) {
  crash_loop_backoff backoff;
  backoff.attempt("k", test_now, test_now);
  EXPECT_EQ(backoff.attempt("k", test_now, test_now + 2s).why.statement, "back-off 10s restarting failed container");
}

TEST(RestartPolicy, IsAskedInItsOrder) {
  auto constexpr exited = container_state::exited;
  EXPECT_FALSE(should_start({.is_pod_deleted = true}, restart_policy::always));
  EXPECT_TRUE(should_start({}, restart_policy::never)) << "never ran";
  EXPECT_FALSE(should_start({.state = container_state::running}, restart_policy::always));
  EXPECT_TRUE(should_start({.state = container_state::unknown}, restart_policy::never));
  EXPECT_TRUE(should_start({.state = container_state::created}, restart_policy::never));
  EXPECT_FALSE(should_start({.state = exited, .exit_code = 1}, restart_policy::never));
  EXPECT_FALSE(should_start({.state = exited}, restart_policy::on_failure));
  EXPECT_TRUE(should_start({.state = exited, .exit_code = 137}, restart_policy::on_failure));
  EXPECT_TRUE(should_start({.state = exited}, restart_policy::always));
}

TEST(StartObstacle, AMissingReferenceIsNamedUnlessItIsOptional) {
  using state = config_reference::state;
  config_reference reference{.name = "book-config", .found = state::no_object};
  auto obstacle = obstacle_of({&reference, 1});
  ASSERT_TRUE(obstacle.has_value());
  EXPECT_EQ(obstacle->waiting_reason, "CreateContainerConfigError");
  EXPECT_EQ(obstacle->why.statement, "Error: configmap \"book-config\" not found");
  reference.is_optional = true;
  EXPECT_FALSE(obstacle_of({&reference, 1}).has_value());
  std::vector<config_reference> const both = {
      {.from = config_reference::source::secret, .name = "s", .key = "password", .found = state::no_key},
      {.used_as = config_reference::use::volume, .name = "c", .volume = "files", .found = state::no_object}};
  obstacle = obstacle_of(both);
  EXPECT_EQ(obstacle->waiting_reason, "ContainerCreating") << "volumes come first";
  EXPECT_EQ(obstacle->event_reason, "FailedMount");
  EXPECT_EQ(obstacle_of({both.data(), 1})->why.statement, "Error: couldn't find key password in Secret s");
}

TEST(StartObstacle, IsTriedAgainAfterTenToFifteenSeconds) {
  EXPECT_EQ(next_try_after_error(test_now, 0), test_now + 10s);
  EXPECT_EQ(next_try_after_error(test_now, 0.5), test_now + 12500ms);
}

TEST(ImagePull, DelaysDoubleToFiveMinutesWithTheirReasons) {
  image_pull_backoff pulls;
  auto now = test_now;
  for (auto const delay : {10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    ASSERT_TRUE(pulls.attempt("pod/image", now).pulls_now);
    auto const failed = pulls.failed("pod/image", now);
    EXPECT_EQ(failed.waiting_reason, "ErrImagePull");
    EXPECT_EQ(failed.next_try, now + delay);
    auto const waiting = pulls.attempt("pod/image", failed.next_try - 1ns);
    EXPECT_FALSE(waiting.pulls_now);
    EXPECT_EQ(waiting.waiting_reason, "ImagePullBackOff");
    now = failed.next_try;
  }
  pulls.forget("pod/image");
  EXPECT_EQ(pulls.failed("pod/image", now).next_try, now + 10s);
}

TEST(PodReadiness, NamesTheContainersThatAreNotReady) {
  std::vector<container_readiness> containers = {{"book", true}, {"side", false}, {"log", false}};
  auto const unready = ready_condition_of(containers, pod_phase::running, nullptr, test_now);
  EXPECT_EQ(unready.reason, "ContainersNotReady");
  EXPECT_EQ(unready.message, "containers with unready status: [side log]");
  containers[1].is_ready = containers[2].is_ready = true;
  auto const ready = ready_condition_of(containers, pod_phase::running, &unready, test_now + 1s);
  EXPECT_EQ(ready.status, condition_status::is_true);
  EXPECT_EQ(ready.last_transition, test_now + 1s);
  EXPECT_EQ(ready_condition_of(containers, pod_phase::running, &ready, test_now + 9s).last_transition, test_now + 1s);
  EXPECT_EQ(ready_condition_of(containers, pod_phase::succeeded, &ready, test_now).reason, "PodCompleted");
}

}  // namespace
}  // namespace holdfast::cluster
