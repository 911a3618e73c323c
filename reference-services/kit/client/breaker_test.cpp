#include "kit/client/breaker.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr time_point zero{seconds{1000}};

constexpr time_point at_ms(std::int64_t ms) { return zero + milliseconds{ms}; }

void run_calls(circuit_breaker& b, int count, call_end how, time_point at) {
  for (int i = 0; i < count; ++i) b.end(b.begin(at), how, at);
}

/// Opened at exactly `at_ms(0)`.
circuit_breaker opened_at_zero() {
  circuit_breaker b{{}, at_ms(-500)};
  run_calls(b, 20, call_end::failure, at_ms(-400));
  EXPECT_EQ(b.state(at_ms(0)), breaker_state::open);
  return b;
}

struct volume_case {
  char const* claim;
  int errors;
  int total;
  breaker_state state;
};

void expect_state(volume_case const& c) {
  SCOPED_TRACE(c.claim);
  circuit_breaker b{{}, zero};
  run_calls(b, c.errors, call_end::failure, at_ms(10));
  run_calls(b, c.total - c.errors, call_end::success, at_ms(20));
  EXPECT_EQ(b.state(at_ms(499)), breaker_state::closed);
  EXPECT_EQ(b.state(at_ms(500)), c.state);
}

TEST(CircuitBreaker, H1_NineteenFailuresAreBelowTheVolume) { expect_state({"19/19", 19, 19, breaker_state::closed}); }
TEST(CircuitBreaker, H2_HalfOfTwentyOpens) { expect_state({"10/20", 10, 20, breaker_state::open}); }
TEST(CircuitBreaker, H3_FortyFivePercentDoNotOpen) { expect_state({"9/20", 9, 20, breaker_state::closed}); }
TEST(CircuitBreaker, H4_PercentagesAreTruncated) { expect_state({"99/199", 99, 199, breaker_state::closed}); }
TEST(CircuitBreaker, H5_HalfOfTwoHundredOpens) { expect_state({"100/200", 100, 200, breaker_state::open}); }

TEST(CircuitBreaker, H6_BadRequestsAreNotCounted) {
  circuit_breaker b{{}, zero};
  run_calls(b, 30, call_end::bad_request, at_ms(1));
  run_calls(b, 5, call_end::failure, at_ms(2));
  EXPECT_EQ(b.state(at_ms(500)), breaker_state::closed);
  EXPECT_EQ(b.in_window(at_ms(500)).total, 5U);
}

TEST(CircuitBreaker, H7_TimeoutsAreErrors) {
  circuit_breaker b{{}, zero};
  run_calls(b, 20, call_end::timeout, at_ms(1));
  EXPECT_EQ(b.state(at_ms(500)), breaker_state::open);
}

TEST(CircuitBreaker, H8_RejectionsAreErrors) {
  for (auto const how : {call_end::semaphore_rejected, call_end::pool_rejected}) {
    circuit_breaker b{{}, zero};
    run_calls(b, 20, how, at_ms(1));
    EXPECT_EQ(b.state(at_ms(500)), breaker_state::open);
  }
}

breaker_state after_calls(std::string_view calls, std::uint32_t volume) {
  circuit_breaker b{{.volume_threshold = volume}, zero};
  for (char const c : calls) run_calls(b, 1, c == 'S' ? call_end::success : call_end::failure, at_ms(1));
  return b.state(at_ms(500));
}

TEST(CircuitBreaker, H9_VolumeZeroHalfFailedAtTheEnd) { EXPECT_EQ(after_calls("SSSSFFFF", 0), breaker_state::open); }
TEST(CircuitBreaker, H10_VolumeZeroHalfFailedMixed) { EXPECT_EQ(after_calls("SSFSFSFF", 0), breaker_state::open); }
TEST(CircuitBreaker, H11_VolumeZeroThreeOfEight) { EXPECT_EQ(after_calls("SSFSSFSF", 0), breaker_state::closed); }
TEST(CircuitBreaker, H12_FourFailuresBelowAVolumeOfFive) { EXPECT_EQ(after_calls("FFFF", 5), breaker_state::closed); }
TEST(CircuitBreaker, WithVolumeZeroNoTrafficDoesNotOpen) { EXPECT_EQ(after_calls("", 0), breaker_state::closed); }

TEST(CircuitBreaker, H13_TheSleepWindowIsStrict) {
  auto b = opened_at_zero();
  EXPECT_FALSE(b.begin(at_ms(5000)).allowed);
  EXPECT_TRUE(b.begin(at_ms(5001)).trial);
}

TEST(CircuitBreaker, H14_ExactlyOneOfTwoCallsIsTheTrial) {
  auto b = opened_at_zero();
  EXPECT_TRUE(b.begin(at_ms(5001)).allowed);
  EXPECT_FALSE(b.begin(at_ms(5001)).allowed);
  EXPECT_EQ(b.state(at_ms(5001)), breaker_state::half_open);
  EXPECT_EQ(b.short_circuited(), 1U);
}

TEST(CircuitBreaker, H15_SuccessOfTheTrialEmptiesTheWindow) {
  auto b = opened_at_zero();
  auto const trial = b.begin(at_ms(5001));
  b.end(trial, call_end::success, at_ms(5050));
  run_calls(b, 19, call_end::failure, at_ms(5050));
  EXPECT_EQ(b.state(at_ms(6000)), breaker_state::closed);
  EXPECT_EQ(b.in_window(at_ms(6000)).total, 19U);
}

TEST(CircuitBreaker, H16_FailureOfTheTrialStartsAFullSleepWindow) {
  auto b = opened_at_zero();
  b.end(b.begin(at_ms(5001)), call_end::failure, at_ms(5050));
  EXPECT_EQ(b.state(at_ms(5050)), breaker_state::open);
  EXPECT_FALSE(b.begin(at_ms(10050)).allowed);
  EXPECT_TRUE(b.begin(at_ms(10051)).trial);
}

TEST(CircuitBreaker, H17_TrialsComeEachSleepWindowUntilOneSucceeds) {
  auto b = opened_at_zero();
  std::vector<std::int64_t> trials;
  for (std::int64_t ms = 1; ms < 30'000 && b.state(at_ms(ms)) != breaker_state::closed; ++ms) {
    auto const permit = b.begin(at_ms(ms));
    if (!permit.allowed) continue;
    trials.push_back(ms);
    b.end(permit, trials.size() <= 3 ? call_end::failure : call_end::success, at_ms(ms));
  }
  EXPECT_EQ(trials, (std::vector<std::int64_t>{5001, 10'002, 15'003, 20'004}));
  EXPECT_EQ(b.state(at_ms(20'005)), breaker_state::closed);
  EXPECT_EQ(b.opened(), 4U);
}

TEST(CircuitBreaker, H18_AfterAnHourOfSilenceTheFirstCallIsTheTrial) {
  auto b = opened_at_zero();
  EXPECT_TRUE(b.begin(zero + hours{1}).trial);
}

TEST(CircuitBreaker, H19_NothingIsDecidedBeforeTheBucketCloses) {
  circuit_breaker b{{}, zero};
  for (int i = 0; i < 20; ++i) run_calls(b, 1, call_end::failure, at_ms(i * 5));
  EXPECT_EQ(b.state(at_ms(400)), breaker_state::closed);
  EXPECT_TRUE(b.begin(at_ms(400)).allowed);
  EXPECT_EQ(b.state(at_ms(500)), breaker_state::open);
}

TEST(CircuitBreaker, ALateCallFindsWhatATimerWouldHaveDone) {
  circuit_breaker b{{}, zero};
  run_calls(b, 20, call_end::failure, at_ms(1));
  EXPECT_FALSE(b.begin(at_ms(5500)).allowed) << "opened at 500, although nobody looked before";
  EXPECT_TRUE(b.begin(at_ms(5501)).trial);
}

TEST(CircuitBreaker, EveryEndOfTheTrialButSuccessOpensAgain) {
  for (auto const how : {call_end::failure, call_end::timeout, call_end::pool_rejected, call_end::semaphore_rejected,
                         call_end::bad_request, call_end::cancelled}) {
    auto b = opened_at_zero();
    b.end(b.begin(at_ms(5001)), how, at_ms(5100));
    EXPECT_EQ(b.state(at_ms(5100)), breaker_state::open);
    EXPECT_FALSE(b.begin(at_ms(10'100)).allowed);
    EXPECT_TRUE(b.begin(at_ms(10'101)).trial);
  }
}

TEST(CircuitBreaker, ACallFromBeforeDoesNotDecideForTheTrial) {
  circuit_breaker b{{}, at_ms(-500)};
  auto const old = b.begin(at_ms(-450));
  run_calls(b, 20, call_end::failure, at_ms(-400));
  EXPECT_TRUE(b.begin(at_ms(5001)).trial);
  b.end(old, call_end::success, at_ms(5002));
  EXPECT_EQ(b.state(at_ms(5002)), breaker_state::half_open);
}

TEST(CircuitBreaker, SwitchedOffItLetsEverythingThrough) {
  circuit_breaker b{{.enabled = false}, zero};
  run_calls(b, 1000, call_end::failure, at_ms(1));
  EXPECT_TRUE(b.begin(at_ms(1000)).allowed);
  EXPECT_EQ(b.state(at_ms(1000)), breaker_state::closed);
}

TEST(CircuitBreaker, TheWindowForgetsAfterTenSeconds) {
  circuit_breaker b{{}, zero};
  run_calls(b, 19, call_end::failure, at_ms(1));
  EXPECT_EQ(b.in_window(at_ms(10'499)).total, 19U);
  EXPECT_EQ(b.in_window(at_ms(10'500)).total, 0U);
}

/// First bucket close at which it is open; one call each `1 s / rate`, failing `delay` after its start from zero on.
std::int64_t time_to_open(int rate, milliseconds delay, seconds healthy_before) {
  circuit_breaker b{{}, zero - healthy_before};
  auto const step = milliseconds{1000 / rate};
  for (auto t = zero - healthy_before; t < zero; t += step) run_calls(b, 1, call_end::success, t);
  for (auto t = zero; t < zero + seconds{30}; t += step) {
    if (b.state(t) == breaker_state::open) return std::chrono::ceil<milliseconds>(t - zero).count();
    if (t - delay >= zero) b.end({.allowed = true}, call_end::failure, t);
  }
  return -1;
}

TEST(CircuitBreaker, TimeToOpenUnderConstantRate) {
  EXPECT_EQ(time_to_open(100, milliseconds{0}, seconds{10}), 5000) << "x + (W - x) / 2 with x = 0";
  EXPECT_EQ(time_to_open(100, milliseconds{1000}, seconds{10}), 5500) << "x = 1 s";
  EXPECT_EQ(time_to_open(10, milliseconds{1000}, seconds{0}), 3000) << "without earlier traffic: x + 20 / r";
  EXPECT_EQ(time_to_open(100, milliseconds{500}, seconds{0}), 1000) << "0.7 s, at the next bucket close";
}

}  // namespace
}  // namespace holdfast::kit
