#include "analysis/rollout.hpp"

#include <gtest/gtest.h>

#include "analysis/replica_counts.hpp"
#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::event;
using example::seconds;

instance_answer answer(nanoseconds end, char const* version, char const* instance = "b-1", nanoseconds took = 10ms) {
  return {.start = end - took, .end = end, .instance = instance, .version = version};
}

TEST(Rollout, LastsFromTheChangeOfTheTemplateToItsCompletion) {
  std::vector<timeline_event> const events{
      event(5s, "rollout", "book", "complete"),  // of a rollout that began before the observation
      event(10s, "rollout", "book", "started"),  event(11s, "rollout", "order", "started"),
      event(22s, "rollout", "book", "complete"), event(30s, "rollout", "book", "started"),
      event(90s, "rollout", "book", "stuck")};
  auto const found = rollouts_of(events, "book");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].duration(), 12s);  // 22 - 10
  EXPECT_FALSE(found[0].stuck_after());
  EXPECT_FALSE(found[1].duration());
  EXPECT_EQ(found[1].stuck_after(), 60s);  // 90 - 30
  EXPECT_EQ(found[1].end(100s), 100s);
  EXPECT_TRUE(rollouts_of({}, "book").empty());
}

TEST(Rollout, ExcessIsTheBadShareDuringItMinusThatBefore) {
  // Before: 2 of 200 bad. During, from 2 s to 4 s: 20 of 200: 0.10 - 0.01 = 0.09. Afterwards is not looked at.
  auto const intervals = seconds({{99, 1}, {99, 1}, {90, 10}, {90, 10}, {0, 0}, {0, 100}});
  std::vector<failed_request> const failures{
      example::failure(2s, 2500ms, "reset"), example::failure(2s, 3s, "http_5xx"),
      example::failure(2s, 3s, "closed_early"), example::failure(5s, 6s, "reset")};
  auto const found = requests_during(2s, 3900ms, intervals, failures, {});
  EXPECT_EQ(found.failed, 20U);
  EXPECT_EQ(found.ended, 200U);
  EXPECT_EQ(found.broken_connections, 2U);
  ASSERT_TRUE(found.excess);
  EXPECT_NEAR(found.excess->value, 0.09, 1e-12);
  EXPECT_GT(found.excess->lower, 0) << "the rollout did harm";
  EXPECT_FALSE(requests_during(0s, 1s, intervals, failures, {}).excess) << "nothing before it to compare with";
}

TEST(Rollout, ZeroDowntimeNeedsEnoughRequests) {
  struct verdict_case {
    char const* claim;
    rollout_requests requests;
    zero_downtime expected;
  };
  for (auto const& c :
       {verdict_case{"3 / 3,000 is a budget of 0.1 %", {.ended = 3'000}, zero_downtime::yes},
        verdict_case{"one request too few", {.ended = 2'999}, zero_downtime::not_shown},
        verdict_case{"no traffic shows nothing", {}, zero_downtime::not_shown},
        verdict_case{"a single failure", {.failed = 1, .ended = 100'000}, zero_downtime::no},
        verdict_case{"silence for too long", {.ended = 100'000, .longest_gap = 3s}, zero_downtime::no}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(verdict_of(c.requests, 0.001, 2s), c.expected);
  }
}

TEST(Rollout, TheLongestGapIsTimeInWhichNothingEnded) {
  auto const intervals = seconds({{9, 0}, {0, 0}, {9, 0}, {0, 0}, {0, 0}, {9, 0}});
  EXPECT_EQ(requests_during(0s, 6s, intervals, {}, {}).longest_gap, 2s);
  EXPECT_EQ(requests_during(0s, 3s, intervals, {}, {}).longest_gap, 1s);
}

TEST(Rollout, VersionsAreMixedFromTheFirstNewToTheLastOldAnswer) {
  std::vector<instance_answer> const answers{answer(1s, "v1"), answer(2s, "v2"), answer(3s, "v1"), answer(5s, "v1"),
                                             answer(6s, "v2")};
  EXPECT_EQ(mixed_versions(answers, "v1", "v2"), 3s);  // 5 - 2
  EXPECT_EQ(mixed_versions(answers, "v2", "v1"), 5s);  // 6 - 1
  EXPECT_FALSE(mixed_versions(answers, "v1", "v3"));
  EXPECT_EQ(mixed_versions({answers.data(), 2}, "v1", "v2"), 0s) << "one after the other is not mixed";
  EXPECT_DOUBLE_EQ(*version_exposure(answers, "v2"), 0.4);
  EXPECT_FALSE(version_exposure({}, "v2"));
}

TEST(Rollout, CountsAnswersAndConnectionsAfterADeletion) {
  std::vector<timeline_event> const events{
      event(10s, "pod", "b-1", "terminating", {{"owner", "book"}}),
      event(12s, "connection", "book", "refused", {{"pod", "b-1"}, {"start_s", 11.5}, {"end_s", 11.5}}),
      event(13s, "connection", "book", "refused", {{"pod", "b-1"}, {"start_s", 9.5}, {"end_s", 13}}),
      event(13s, "connection", "book", "refused", {{"pod", "b-2"}, {"start_s", 12.9}, {"end_s", 13}})};
  platform_history const history{events};
  std::vector<instance_answer> const answers{answer(10s, "v1"), answer(10500ms, "v1"), answer(11s, "v1", "b-2"),
                                             answer(12s, "v1", "unknown")};
  EXPECT_EQ(served_while_terminating(answers, history), 1U);
  EXPECT_EQ(late_traffic(history, "book"), 1500ms);  // 11.5 - 10
  EXPECT_FALSE(late_traffic(history, "order"));
  EXPECT_FALSE(late_traffic(platform_history{{}}, "book"));
}

TEST(Rollout, ColdStartPenaltyIsTheWorstInstance) {
  // b-1: first two 30 and 50 ms (median 40), later 10, 20, 30 (median 20): 2. b-2: 10 / 10.
  std::vector<instance_answer> answers;
  for (int ms : {30, 50, 10, 20, 30}) answers.push_back(answer(1s, "v1", "b-1", std::chrono::milliseconds{ms}));
  for (int ms : {10, 10, 10}) answers.push_back(answer(1s, "v1", "b-2", std::chrono::milliseconds{ms}));
  answers.push_back(answer(1s, "v1", "b-3"));
  EXPECT_DOUBLE_EQ(*cold_start_penalty(answers, 2), 2);
  EXPECT_FALSE(cold_start_penalty(answers, 5));
  EXPECT_FALSE(cold_start_penalty(answers, 0));
  EXPECT_FALSE(cold_start_penalty({}, 2));
}

TEST(Rollout, RollbackLastsUntilTheLastBadRequest) {
  std::vector<failed_request> const failures{example::failure(1s, 2s), example::failure(9s, 12s),
                                             example::failure(50s, 60s)};
  EXPECT_EQ(rollback_time(10s, failures, 30s), 2s);
  EXPECT_EQ(rollback_time(20s, failures, 30s), 0s);
}

TEST(ReplicaCounts, AreStepFunctionsOfADeployment) {
  std::vector<timeline_event> const events{event(1s, "replicas", "book", "changed", {{"desired", 3}, {"available", 2}}),
                                           event(2s, "replicas", "book", "changed", {{"desired", 3}, {"available", 1}}),
                                           event(2s, "replicas", "order", "changed", {{"available", 0}}),
                                           event(3s, "replicas", "book", "changed", {{"available", 3}})};
  EXPECT_EQ(replica_counts(events, "book", "available").min_in(0s, 10s), 1);
  EXPECT_EQ(replica_counts(events, "book", "desired").steps().size(), 1U);
  EXPECT_TRUE(replica_counts(events, "book", "ready").empty());
}

TEST(ReplicaCounts, LivePodsAreCountedApartFromThoseThatTerminate) {
  nlohmann::ordered_json const owned{{"owner", "book"}};
  std::vector<timeline_event> const events{
      event(1s, "pod", "a", "started", owned),    event(2s, "pod", "b", "started", owned),
      event(3s, "pod", "x", "started"),           event(4s, "pod", "a", "terminating", owned),
      event(5s, "pod", "c", "started", owned),    event(6s, "pod", "a", "exited", owned),
      event(7s, "pod", "b", "exited", owned),     event(8s, "pod", "b", "restarted", owned),
      event(9s, "pod", "d", "terminating", owned)};
  auto const [serving, terminating] = live_pods_of(events, "book");
  EXPECT_EQ(serving.value_at(2s), 2);
  EXPECT_EQ(serving.value_at(4s), 1);
  EXPECT_EQ(serving.max_in(0s, 10s), 2);
  EXPECT_EQ(serving.value_at(7s), 1);
  EXPECT_EQ(serving.value_at(8s), 2);
  EXPECT_EQ(terminating.max_in(0s, 10s), 1);
  EXPECT_EQ(terminating.value_at(6s), 0);
}

}  // namespace
}  // namespace holdfast::analysis
