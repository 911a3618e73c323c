#include "cluster/control/rollout_progress.hpp"

#include "cluster/control/control_test_support.hpp"
#include "cluster/control/revision_history.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

struct complete_case {
  char const* id;
  std::int32_t replicas;
  rollout_status status;
  bool expected;
};

class CompleteVectors : public testing::TestWithParam<complete_case> {};
TEST_P(CompleteVectors, AnswerWhetherTheRolloutIsComplete) {
  EXPECT_EQ(is_complete(GetParam().status, GetParam().replicas), GetParam().expected);
}

rollout_status pods(std::int32_t total, std::int32_t updated, std::int32_t ready, std::int32_t available) {
  return {.replicas = total, .updated = updated, .ready = ready, .available = available};
}

INSTANTIATE_TEST_SUITE_P(
    Deployment, CompleteVectors,
    testing::Values(complete_case{"W1", 5, pods(5, 5, 5, 5), true}, complete_case{"W2", 5, pods(5, 5, 5, 4), false},
                    complete_case{"W3", 5, pods(5, 4, 5, 5), false}, complete_case{"W4", 1, pods(2, 1, 1, 1), false},
                    complete_case{"W5", 1, pods(1, 1, 1, 0), false},
                    complete_case{
                        "NotObserved", 1, {.replicas = 1, .updated = 1, .available = 1, .is_observed = false}, false}),
    vector_id);

struct progress_case {
  char const* id;
  rollout_status before;
  rollout_status after;
  bool expected;
};

class ProgressVectors : public testing::TestWithParam<progress_case> {};
TEST_P(ProgressVectors, AnswerWhetherThereWasProgress) {
  EXPECT_EQ(has_progressed(GetParam().before, GetParam().after), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Deployment, ProgressVectors,
                         testing::Values(progress_case{"W6", pods(10, 4, 4, 4), pods(10, 6, 4, 4), true},
                                         progress_case{"W7", pods(10, 4, 4, 4), pods(10, 4, 4, 4), false},
                                         progress_case{"W8", pods(10, 4, 6, 6), pods(8, 4, 6, 6), true},
                                         progress_case{"W9", pods(10, 7, 3, 3), pods(10, 6, 3, 3), false},
                                         progress_case{"W10", pods(10, 4, 7, 7), pods(8, 8, 5, 5), true},
                                         progress_case{"W11", pods(10, 10, 9, 8), pods(10, 10, 10, 8), true}),
                         vector_id);

struct timeout_case {
  char const* id;
  std::optional<nanoseconds> deadline;
  nanoseconds since;
  char const* reason;
  bool expected;
};

class TimeoutVectors : public testing::TestWithParam<timeout_case> {};
TEST_P(TimeoutVectors, AnswerWhetherTheDeadlinePassed) {
  auto const& c = GetParam();
  condition const noted{"Progressing", condition_status::is_true, c.reason, "", test_now - c.since, test_now - c.since};
  EXPECT_EQ(has_timed_out(&noted, c.deadline, test_now), c.expected);
}

INSTANTIATE_TEST_SUITE_P(Deployment, TimeoutVectors,
                         testing::Values(timeout_case{"W12", 10s, 11s, "ReplicaSetUpdated", true},
                                         timeout_case{"W13", 10s, 9s, "ReplicaSetUpdated", false},
                                         timeout_case{"W14WithoutDeadline", {}, 11s, "ReplicaSetUpdated", false},
                                         timeout_case{"W14WhenComplete", 10s, 11s, "NewReplicaSetAvailable", false},
                                         timeout_case{"ExactlyAtTheDeadlineNotYet", 10s, 10s, "ReplicaSetUpdated",
                                                      false},
                                         timeout_case{"OneNanosecondLater", 10s, 10s + 1ns, "ReplicaSetUpdated", true}),
                         vector_id);

TEST(RolloutProgress, WithoutAConditionNothingTimesOut) { EXPECT_FALSE(has_timed_out(nullptr, 10s, test_now)); }

TEST(RolloutProgress, ATimeoutIsToldOnceAndProgressTakesItBack) {
  rollout_spec const spec{.replicas = 3, .progress_deadline = 10s};
  rollout_status status = pods(4, 1, 3, 3);
  set_condition(status.conditions,
                {"Progressing", condition_status::is_true, "ReplicaSetUpdated", "", test_now, test_now});
  auto const before = status;
  progress_view late{spec, before, "ReplicaSet \"x\"", test_now + 11s};
  auto const events = judge_progress(late, status);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].reason, "ProgressDeadlineExceeded");
  EXPECT_EQ(events[0].type, event_type::warning);
  EXPECT_NE(message(events[0].why).find("deadline=10 s"), std::string::npos);
  EXPECT_EQ(find_condition(status.conditions, "Progressing")->status, condition_status::is_false);
  EXPECT_TRUE(judge_progress({spec, status, "", test_now + 12s}, status).empty());
  auto better = status;
  better.available = better.ready = 4;
  judge_progress({spec, status, "", test_now + 13s}, better);
  EXPECT_EQ(find_condition(better.conditions, "Progressing")->reason, "ReplicaSetUpdated");
}

TEST(RolloutProgress, AvailabilityFollowsTheMinimum) {
  rollout_spec const spec{.replicas = 4};
  rollout_status status = pods(4, 4, 3, 3);
  note_availability(spec, status, test_now);
  EXPECT_EQ(status.conditions[0].status, condition_status::is_true);
  status.available = 2;
  note_availability(spec, status, test_now + 1s);
  EXPECT_EQ(status.conditions[0].reason, "MinimumReplicasUnavailable");
  EXPECT_EQ(status.conditions[0].last_transition, test_now + 1s);
  rollout_status none = pods(0, 0, 0, 0);
  note_availability({.replicas = 1, .strategy = rollout_strategy::recreate}, none, test_now);
  EXPECT_EQ(none.conditions[0].status, condition_status::is_false) << "Recreate without a pod is not available";
}

TEST(RolloutProgress, APauseStopsTheDeadlineAndResumingStartsItAnew) {
  rollout_spec spec{.replicas = 3, .is_paused = true, .progress_deadline = 10s};
  std::vector<condition> conditions = {
      {"Progressing", condition_status::is_true, "ReplicaSetUpdated", "", test_now, test_now}};
  note_pause(spec, conditions, test_now + 5s);
  EXPECT_EQ(conditions[0].reason, "DeploymentPaused");
  spec.is_paused = false;
  note_pause(spec, conditions, test_now + 1h);
  EXPECT_EQ(conditions[0].reason, "DeploymentResumed");
  EXPECT_FALSE(has_timed_out(conditions.data(), 10s, test_now + 1h + 10s));
}

rollout_set revision_set(std::string name, std::int64_t revision, std::int32_t replicas = 0) {
  return {.name = std::move(name), .replicas = replicas, .status = {.replicas = replicas}, .revision = revision};
}

TEST(RevisionHistory, KeepsTheNewestAndWhatStillHasPods) {
  rollout_sets const sets{revision_set("e", 5, 3),
                          {revision_set("c", 3), revision_set("a", 1), revision_set("b", 2, 1), revision_set("d", 4)}};
  EXPECT_EQ(surplus_history(sets, 2), (std::vector<std::string>{"a"})) << "b has a pod";
  EXPECT_EQ(surplus_history(sets, 4).size(), 0U);
  EXPECT_EQ(surplus_history(sets, 0), (std::vector<std::string>{"a", "c", "d"}));
  EXPECT_EQ(next_revision(sets), 5);
}

TEST(RevisionHistory, RollbackFindsTheRevisionBeforeOrTheOneNamed) {
  rollout_sets const sets{revision_set("c", 3, 3), {revision_set("a", 1), revision_set("b", 2)}};
  EXPECT_EQ(rollback_target(sets, 0)->name, "b");
  EXPECT_EQ(rollback_target(sets, 1)->name, "a");
  EXPECT_EQ(rollback_target(sets, 7).error().problem, "unable to find specified revision 7 in history");
  EXPECT_EQ(rollback_target(sets, 3).error().problem, "the current template already matches revision 3");
  EXPECT_EQ(rollback_target({}, 0).error().problem, "no rollout history found");
}

TEST(TemplateHash, IsTheSameForTheSameTemplateAndSafeInNames) {
  auto const hash = template_hash("{\"image\":\"book:v1\"}", 0);
  EXPECT_EQ(template_hash("{\"image\":\"book:v1\"}", 0), hash);
  EXPECT_NE(template_hash("{\"image\":\"book:v2\"}", 0), hash);
  EXPECT_NE(template_hash("{\"image\":\"book:v1\"}", 1), hash);
  EXPECT_GE(hash.size(), 8U);
  EXPECT_LE(hash.size(), 10U);
  EXPECT_EQ(hash.find_first_not_of("bcdfghjklmnpqrstvwxz2456789"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::cluster
