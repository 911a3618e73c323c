#include "load/closed_loop_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

closed_loop_plan staged(std::vector<user_stage> stages) {
  closed_loop_plan plan;
  plan.stages = std::move(stages);
  plan.duration = 0s;
  for (auto const& stage : plan.stages) *plan.duration += stage.duration;
  return plan;
}

TEST(ClosedLoopPlan, UsersComeInEvenlyOverTheRamp) {
  closed_loop_plan const plan{.users = 4, .ramp = 10s};
  EXPECT_EQ(start_offset(plan, 0), 0s);
  EXPECT_EQ(start_offset(plan, 1), 2500ms);
  EXPECT_EQ(start_offset(plan, 3), 7500ms);
  EXPECT_EQ(start_offset(plan, 4), std::nullopt);
  EXPECT_EQ(active_users_at(plan, 0s), 1U);
  EXPECT_EQ(active_users_at(plan, 2500ms - 1ns), 1U);
  EXPECT_EQ(active_users_at(plan, 2500ms), 2U);
  EXPECT_EQ(active_users_at(plan, 1h), 4U);
}

TEST(ClosedLoopPlan, WithoutARampAllStartAtOnce) {
  closed_loop_plan const plan{.users = 3, .duration = 5s};
  EXPECT_EQ(start_offset(plan, 2), 0s);
  EXPECT_EQ(active_users_at(plan, 0s), 3U);
  EXPECT_EQ(active_users_at(plan, 5s - 1ns), 3U);
  EXPECT_EQ(active_users_at(plan, 5s), 0U);
}

TEST(ClosedLoopPlan, AUserWhoseTurnComesAfterTheEndNeverStarts) {
  closed_loop_plan const plan{.users = 10, .ramp = 10s, .duration = 3s};
  EXPECT_EQ(start_offset(plan, 2), 2s);
  EXPECT_EQ(start_offset(plan, 3), std::nullopt);
}

TEST(ClosedLoopPlan, StagesRaiseAndLowerTheNumberOfUsers) {
  auto const plan = staged({{10s, 2, 2}, {10s, 2, 6}, {10s, 6, 0}, {5s, 3, 3}});
  EXPECT_EQ(peak_users(plan), 6U);
  EXPECT_EQ(active_users_at(plan, 10s - 1ns), 2U);
  EXPECT_EQ(active_users_at(plan, 12500ms), 3U);
  EXPECT_EQ(active_users_at(plan, 20s), 6U);
  EXPECT_EQ(active_users_at(plan, 25s), 3U);
  EXPECT_EQ(active_users_at(plan, 30s - 1ns), 1U);
  EXPECT_EQ(active_users_at(plan, 30s), 3U);
  EXPECT_EQ(active_users_at(plan, 35s), 0U);
}

TEST(ClosedLoopPlan, AUserComesBackWhenTheStagesSaySo) {
  auto const plan = staged({{10s, 3, 3}, {10s, 1, 1}, {10s, 2, 2}});
  EXPECT_EQ(active_from(plan, 1, 4s), 4s);
  EXPECT_EQ(active_from(plan, 1, 12s), 20s);
  EXPECT_EQ(active_from(plan, 2, 12s), std::nullopt);
  EXPECT_EQ(active_from(plan, 0, 12s), 12s);
  EXPECT_EQ(active_from(plan, 0, 30s), std::nullopt);
}

TEST(ClosedLoopPlan, AUserWhoComesAtTheVeryEndOfARiseStartsWithTheNextStage) {
  EXPECT_EQ(start_offset(staged({{10s, 0, 5}, {1s, 5, 5}}), 4), 10s);
  EXPECT_EQ(start_offset(staged({{10s, 0, 5}}), 4), std::nullopt);
}

TEST(ClosedLoopPlan, StartsAndNumbersOfUsersAgreeToTheNanosecond) {
  auto const stages = staged({{7s, 0, 13}, {3s, 13, 5}, {0s, 5, 9}, {5s, 9, 31}, {1s, 0, 0}});
  for (auto const& plan : {stages, closed_loop_plan{.users = 17, .ramp = 3s}}) {
    for (std::uint32_t user = 0; user < peak_users(plan); ++user) {
      auto const start = start_offset(plan, user);
      if (!start) continue;
      EXPECT_GT(active_users_at(plan, *start), user);
      EXPECT_LE(active_users_at(plan, *start - 1ns), user);
    }
  }
}

TEST(ClosedLoopPlan, LongRunsOfManyUsersDoNotOverflow) {
  closed_loop_plan const plan{.users = 1'000'000, .ramp = 24h * 365};
  EXPECT_EQ(start_offset(plan, 500'000), 12h * 365);
  EXPECT_EQ(active_users_at(plan, 12h * 365), 500'001U);
}

TEST(ClosedLoopPlan, SharesOfUsersAndRequestsAddUpExactly) {
  for (std::uint32_t users : {1U, 2U, 3U, 7U, 64U}) {
    for (std::uint64_t requests : {1ULL, 2ULL, 10ULL, 1001ULL, 1'000'000'000'000'000'000ULL}) {
      for (std::uint32_t shards = 1; shards <= 9; ++shards) {
        SCOPED_TRACE(std::to_string(users) + " users, " + std::to_string(shards) + " shards");
        closed_loop_plan const plan{.users = users, .requests = requests};
        std::uint64_t user_sum = 0;
        std::uint64_t request_sum = 0;
        for (std::uint32_t i = 0; i < shards; ++i) {
          user_sum += users_of_shard(plan, i, shards);
          request_sum += *requests_of_shard(plan, i, shards);
          if (users_of_shard(plan, i, shards) == 0) {
            EXPECT_EQ(requests_of_shard(plan, i, shards), 0U);
          }
        }
        EXPECT_EQ(user_sum, users);
        EXPECT_EQ(request_sum, requests);
      }
    }
  }
  EXPECT_EQ(requests_of_shard(closed_loop_plan{.users = 4}, 0, 2), std::nullopt);
  EXPECT_EQ(dealt_share(10, 0, 4), 3U);
  EXPECT_EQ(dealt_share(10, 2, 4), 2U);
}

TEST(ClosedLoopPlan, ThinkTimesFollowTheirLaw) {
  random_engine random{5};
  EXPECT_EQ(draw(no_think{}, random), 0s);
  EXPECT_EQ(draw(constant_think{200ms}, random), 200ms);
  EXPECT_EQ(draw(exponential_think{0s}, random), 0s);
  double uniform_sum = 0;
  double exponential_sum = 0;
  auto shortest = 1h + 0ns;
  auto longest = 0ns;
  for (int i = 0; i < 20'000; ++i) {
    auto const length = draw(uniform_think{100ms, 300ms}, random);
    shortest = std::min(shortest, length);
    longest = std::max(longest, length);
    uniform_sum += in_seconds(length);
    exponential_sum += in_seconds(draw(exponential_think{200ms}, random));
  }
  EXPECT_GE(shortest, 100ms);
  EXPECT_LT(shortest, 101ms);
  EXPECT_LE(longest, 300ms);
  EXPECT_GT(longest, 299ms);
  EXPECT_NEAR(uniform_sum / 20'000, 0.2, 0.002);
  EXPECT_NEAR(exponential_sum / 20'000, 0.2, 0.006);
}

}  // namespace
}  // namespace holdfast::load
