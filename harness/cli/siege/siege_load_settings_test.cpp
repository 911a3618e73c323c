#include "cli/siege/siege_load_settings.hpp"

#include <gtest/gtest.h>

#include "cli/siege/siege_verdict.hpp"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;

siege_plan plan_of(siege_settings settings) {
  return {.settings = std::move(settings),
          .urls = {{.where = *net::parse_url("http://h:1/"), .body = {}, .content_type = {}}},
          .login_urls = {},
          .auth_urls = {}};
}

TEST(SiegeLoadSettings, AreAClosedLoopOfAllUsers) {
  siege_settings settings;
  settings.concurrent = 600;
  settings.time = 5s;
  settings.timeout_seconds = 7;
  settings.seed = 9;
  auto const load = load_settings_of(plan_of(settings), 2);
  auto const& loop = std::get<load::closed_loop_plan>(load.arrivals);
  EXPECT_EQ(loop.users, 600U) << "the limit of 255 does not cap them";
  EXPECT_EQ(loop.duration, 5s);
  EXPECT_EQ(load.limits.connect, 7s);
  EXPECT_EQ(load.limits.response, 7s) << "a silent server does not hang the run";
  EXPECT_EQ(load.threads, 2U);
  EXPECT_EQ(load.seed, 9U);
  EXPECT_EQ(load.tls.verify, net::peer_verification::off);
  ASSERT_EQ(load.origins.size(), 1U);
  EXPECT_NE(limit_warning(settings).find("600 users are more than the limit of 255"), std::string::npos);
}

TEST(SiegeLoadSettings, ThreadsFollowTheOptionThenCoresAndUsers) {
  siege_settings settings;
  settings.concurrent = 1;
  EXPECT_EQ(load_settings_of(plan_of(settings), 8).threads, 1U);
  settings.threads = 3;
  EXPECT_EQ(load_settings_of(plan_of(settings), 8).threads, 3U);
  EXPECT_EQ(limit_warning(settings), "");
}

TEST(StrictVerdict, IsHonest) {
  siege_tally tally;
  EXPECT_EQ(strict_verdict(tally, {}), exit_code::could_not_run);
  tally.count_failure(load::outcome::connect_refused, 1ms);
  EXPECT_EQ(strict_verdict(tally, {}), exit_code::could_not_run);
  siege_tally good;
  good.count_answer(200, 1, 1ms);
  EXPECT_EQ(strict_verdict(good, {}), exit_code::pass);
  EXPECT_EQ(strict_verdict(good, {.was_interrupted = true}), exit_code::interrupted);
  EXPECT_EQ(strict_verdict(good, {.was_interrupted = true, .output_failed = true}), exit_code::could_not_run);
  tally.merge(good);
  EXPECT_EQ(strict_verdict(tally, {}), exit_code::check_failed);
  good.count_answer(404, 1, 1ms);
  EXPECT_EQ(strict_verdict(good, {}), exit_code::check_failed) << "siege calls a 404 available";
}

}  // namespace
}  // namespace holdfast::cli
