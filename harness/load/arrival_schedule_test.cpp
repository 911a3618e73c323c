#include "load/arrival_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr request_rate per_second(double value) { return request_rate::per_second(value); }

std::vector<nanoseconds> all_of(auto schedule) {
  std::vector<nanoseconds> offsets;
  while (auto const offset = schedule.next()) offsets.push_back(*offset);
  return offsets;
}

std::shared_ptr<std::vector<nanoseconds> const> recorded(std::vector<nanoseconds> offsets) {
  return std::make_shared<std::vector<nanoseconds> const>(std::move(offsets));
}

struct named_schedule {
  std::string name;
  arrival_schedule schedule;
};

/// One of each kind, and those whose rates are not exact in binary.
std::vector<named_schedule> every_kind() {
  std::vector<rate_stage> const mixed{{3s, per_second(7), per_second(7)},
                                      {2s, {}, {}},
                                      {1500ms, per_second(0.3), per_second(90)},
                                      {700ms, per_second(90), {}},
                                      {3s, {}, per_second(1.0 / 3)}};
  std::vector<nanoseconds> const offsets{0ns, 5ms, 5ms, 70ms, 1s, 2s, 2s, 2s};
  return {{"constant", arrival_schedule::constant(per_second(97), 10s)},
          {"rising ramp", arrival_schedule::ramp({}, per_second(211), 7s)},
          {"falling ramp", arrival_schedule::ramp(per_second(211), {}, 7s)},
          {"stages", arrival_schedule::stages(mixed)},
          {"spike", arrival_schedule::spike(per_second(3), per_second(400), 2s, 500ms, 6s)},
          {"poisson", arrival_schedule::poisson(rate_curve{mixed}, 42)},
          {"limited poisson", arrival_schedule::poisson(rate_curve{mixed}, 42).limited_to(23)},
          {"replay", arrival_schedule::replay(recorded(offsets))},
          {"limited replay", arrival_schedule::replay(recorded(offsets), 0.5).limited_to(5)}};
}

TEST(ArrivalSchedule, ConstantRateStartsAtOnceAndEndsBeforeItsLength) {
  EXPECT_EQ(all_of(arrival_schedule::constant(per_second(4), 1s)),
            (std::vector<nanoseconds>{0ms, 250ms, 500ms, 750ms}));
  EXPECT_EQ(all_of(arrival_schedule::constant(per_second(3), 1s)),
            (std::vector<nanoseconds>{0ns, 333333333ns, 666666667ns}));
}

struct count_case {
  char const* claim;
  double rate;
  nanoseconds length;
  std::size_t arrivals;
};

TEST(ArrivalSchedule, CountsAsWrittenThoughTheRateIsNotExactInBinary) {
  for (auto const& c : {count_case{"0.1 is a hair above a tenth: no second arrival at the end", 0.1, 10s, 1},
                        count_case{"0.7 is a hair below: no arrival is missing", 0.7, 10s, 7},
                        count_case{"a third a second for a minute", 1.0 / 3, 1min, 20},
                        count_case{"70 a minute for an hour", 70.0 / 60, 1h, 4200},
                        count_case{"part of an interval at the end brings an arrival at its begin", 2, 1250ms, 3},
                        count_case{"a moment at a low rate has its first arrival", 1e-4, 1ns, 1},
                        count_case{"a long run of a rate with many digits", 1234.567, 1000s, 1234567}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(all_of(arrival_schedule::constant(per_second(c.rate), c.length)).size(), c.arrivals);
  }
}

TEST(ArrivalSchedule, AnHourAtTenThousandASecondDoesNotDrift) {
  auto schedule = arrival_schedule::constant(per_second(10'000), 1h);
  std::int64_t arrivals = 0;
  std::int64_t wrong = 0;
  while (auto const offset = schedule.next()) wrong += offset->count() != arrivals++ * 100'000 ? 1 : 0;
  EXPECT_EQ(arrivals, 36'000'000);
  EXPECT_EQ(wrong, 0);
}

TEST(ArrivalSchedule, AnHourOfRampsEndsWhereTheIntegralSays) {
  // n = r t^2 / (2 d), so the n-th of a rise from 0 comes at sqrt(2 d n / r); a fall is its mirror image.
  constexpr long double arrivals = 36e6L;
  auto rising = arrival_schedule::ramp({}, per_second(20'000), 1h);
  auto falling = arrival_schedule::ramp(per_second(20'000), {}, 1h);
  rising.skip(35'999'999);
  falling.skip(35'999'999);
  auto const last_of_rise = 3600e9L * std::sqrt((arrivals - 1) / arrivals);
  auto const last_of_fall = 3600e9L * (1 - std::sqrt(1 / arrivals));
  EXPECT_NEAR(static_cast<double>(rising.next()->count()), static_cast<double>(last_of_rise), 1);
  EXPECT_NEAR(static_cast<double>(falling.next()->count()), static_cast<double>(last_of_fall), 1);
  EXPECT_EQ(rising.next(), std::nullopt);
  EXPECT_EQ(falling.next(), std::nullopt);
}

TEST(ArrivalSchedule, ARampAmongStagesIsExactAllTheWay) {
  // Rises from 100/s to 300/s in 10 s after a second of pause: t solves 10 t^2 + 100 t = n.
  auto const offsets = all_of(arrival_schedule::stages({{1s, {}, {}}, {10s, per_second(100), per_second(300)}}));
  ASSERT_EQ(offsets.size(), 2000U);
  for (std::size_t n = 0; n < offsets.size(); ++n) {
    auto const t = -5 + std::sqrt(25 + static_cast<long double>(n) / 10);
    ASSERT_NEAR(static_cast<double>(offsets[n].count()), static_cast<double>(1e9L + 1e9L * t), 1) << n;
  }
}

TEST(ArrivalSchedule, NothingIsLostOrDoubledWhereStagesMeet) {
  // Ten stages of 0.1 s at changing rates: their sum in floating point is not exact.
  std::vector<rate_stage> stages;
  for (int i = 0; i < 10; ++i) stages.push_back({100ms, per_second(10 + 10 * i), per_second(10 + 10 * i)});
  auto const offsets = all_of(arrival_schedule::stages(stages));
  ASSERT_EQ(offsets.size(), 55U);
  for (std::size_t stage = 0, first = 0; stage < 10; first += ++stage) {
    EXPECT_EQ(offsets[first], stage * 100ms) << "each stage begins with an arrival, stage " << stage;
  }
  EXPECT_TRUE(std::adjacent_find(offsets.begin(), offsets.end()) == offsets.end());
}

TEST(ArrivalSchedule, AnIntervalMayReachOverABoundary) {
  // Half an arrival is due when the rate changes from 1/s to 10/s: the next comes when the other half is.
  auto const offsets =
      all_of(arrival_schedule::stages({{1500ms, per_second(1), per_second(1)}, {1s, per_second(10), per_second(10)}}));
  ASSERT_EQ(offsets.size(), 12U);
  EXPECT_EQ(offsets[1], 1s);
  EXPECT_EQ(offsets[2], 1550ms);
  EXPECT_EQ(offsets[3], 1650ms);
}

TEST(ArrivalSchedule, APauseHoldsTheNextArrivalBack) {
  auto const offsets = all_of(arrival_schedule::stages(
      {{2s, {}, {}}, {10s, per_second(0.1), per_second(0.1)}, {1min, {}, {}}, {1s, per_second(2), per_second(2)}}));
  EXPECT_EQ(offsets, (std::vector<nanoseconds>{2s, 72s, 72500ms}));
}

TEST(ArrivalSchedule, ASpikeRaisesTheRateForItsLengthOnly) {
  auto const spike = arrival_schedule::spike(per_second(10), per_second(1000), 2s, 500ms, 5s);
  auto const offsets = all_of(spike);
  EXPECT_EQ(offsets.size(), 20U + 500U + 25U);
  EXPECT_EQ(std::ranges::count_if(offsets, [](auto at) { return at >= 2s && at < 2500ms; }), 500);
  EXPECT_EQ(spike.rate_at(2s - 1ns), per_second(10));
  EXPECT_EQ(spike.rate_at(2s), per_second(1000));
  EXPECT_EQ(spike.rate_at(2500ms), per_second(10));
  EXPECT_EQ(spike.rate_at(5s), request_rate{});
}

TEST(ArrivalSchedule, OffsetsNeverDecreaseAndStayWithinTheLength) {
  for (auto const& [name, schedule] : every_kind()) {
    SCOPED_TRACE(name);
    auto const offsets = all_of(schedule);
    ASSERT_FALSE(offsets.empty());
    EXPECT_TRUE(std::ranges::is_sorted(offsets));
    EXPECT_GE(offsets.front(), 0ns);
    EXPECT_LE(offsets.back(), name == "limited poisson" ? 11s : schedule.length());
  }
}

TEST(ArrivalSchedule, ShardsTogetherAreExactlyTheSchedule) {
  for (auto const& [name, schedule] : every_kind()) {
    auto const whole = all_of(schedule);
    for (std::uint32_t shards = 1; shards <= 13; ++shards) {
      SCOPED_TRACE(name + " on " + std::to_string(shards));
      std::vector<std::optional<nanoseconds>> merged(whole.size());
      for (std::uint32_t index = 0; index < shards; ++index) {
        sharded_schedule part{schedule, index, shards};
        for (auto number = part.number(); auto const offset = part.next(); number = part.number()) {
          ASSERT_LT(number, merged.size());
          ASSERT_FALSE(merged[number].has_value());
          merged[number] = offset;
        }
      }
      EXPECT_TRUE(std::equal(merged.begin(), merged.end(), whole.begin()));
    }
  }
}

TEST(ArrivalSchedule, ShardsGetArrivalsAsTheyHaveConnections) {
  auto const schedule = arrival_schedule::constant(per_second(100), 1s);
  struct share_case {
    char const* claim;
    std::uint64_t connections;
    std::vector<std::size_t> arrivals;  // by shard
  };
  for (auto const& c :
       {share_case{"as many for each", 4, {50, 50}}, share_case{"two of three", 3, {67, 33}},
        share_case{"a shard without", 1, {100, 0}}, share_case{"three shards, five", 5, {40, 40, 20}}}) {
    SCOPED_TRACE(c.claim);
    auto const shards = static_cast<std::uint32_t>(c.arrivals.size());
    std::vector<bool> given(100);
    for (std::uint32_t index = 0; index < shards; ++index) {
      sharded_schedule part{schedule, index, shards, c.connections};
      std::size_t count = 0;
      for (auto number = part.number(); part.next(); number = part.number()) {
        ASSERT_FALSE(given.at(number));
        given[number] = true;
        ++count;
      }
      EXPECT_EQ(count, c.arrivals[index]);
    }
    EXPECT_TRUE(std::ranges::all_of(given, std::identity{}));
  }
}

TEST(ArrivalSchedule, MoreShardsThanArrivalsLeaveSomeWithNothing) {
  sharded_schedule none{arrival_schedule::constant(per_second(2), 1s), 5, 8};
  EXPECT_EQ(none.next(), std::nullopt);
  EXPECT_EQ(none.next(), std::nullopt);
}

TEST(ArrivalSchedule, SkippingIsTheSameAsAskingAndForgetting) {
  for (auto const& [name, schedule] : every_kind()) {
    SCOPED_TRACE(name);
    auto skipped = schedule;
    auto asked = schedule;
    skipped.skip(4);
    for (int i = 0; i < 4; ++i) (void)asked.next();
    EXPECT_EQ(skipped.next(), asked.next());
    skipped.skip(1'000'000);
    EXPECT_EQ(skipped.next(), std::nullopt);
  }
}

TEST(ArrivalSchedule, PoissonRepeatsWithItsSeedAndDiffersWithAnother) {
  rate_curve const curve{{{10s, per_second(100), per_second(100)}}};
  auto const first = all_of(arrival_schedule::poisson(curve, 1));
  EXPECT_EQ(first, all_of(arrival_schedule::poisson(curve, 1)));
  EXPECT_NE(first, all_of(arrival_schedule::poisson(curve, 2)));
}

TEST(ArrivalSchedule, PoissonGapsAreExponential) {
  auto const offsets = all_of(arrival_schedule::poisson(rate_curve{{{1000s, per_second(100), per_second(100)}}}, 7));
  // Poisson(100000): standard deviation 316. Gaps: mean and standard deviation both 10 ms.
  EXPECT_NEAR(static_cast<double>(offsets.size()), 100'000, 4 * 316);
  double sum = 0;
  double squares = 0;
  std::size_t long_gaps = 0;
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    auto const gap = in_seconds(offsets[i] - offsets[i - 1]);
    sum += gap;
    squares += gap * gap;
    long_gaps += gap > 0.02 ? 1U : 0U;
  }
  auto const n = static_cast<double>(offsets.size() - 1);
  EXPECT_NEAR(sum / n, 0.01, 0.0002);
  EXPECT_NEAR(std::sqrt(squares / n - sum / n * sum / n), 0.01, 0.0003);
  EXPECT_NEAR(static_cast<double>(long_gaps) / n, std::exp(-2.0), 0.005);
}

TEST(ArrivalSchedule, PoissonFollowsTheCurve) {
  auto const schedule = arrival_schedule::poisson(
      rate_curve{{{100s, {}, per_second(200)}, {50s, {}, {}}, {100s, per_second(300), per_second(300)}}}, 3);
  auto const offsets = all_of(schedule);
  auto const between = [&](nanoseconds from, nanoseconds to) {
    return static_cast<double>(std::ranges::count_if(offsets, [&](auto at) { return at >= from && at < to; }));
  };
  EXPECT_NEAR(between(0s, 50s), 2500, 4 * 50);
  EXPECT_NEAR(between(50s, 100s), 7500, 4 * 87);
  EXPECT_EQ(between(100s, 150s), 0);
  EXPECT_NEAR(between(150s, 250s), 30'000, 4 * 173);
  EXPECT_DOUBLE_EQ(schedule.expected_total(), 40'000);
}

TEST(ArrivalSchedule, ReplayKeepsTheRecordedGapsAtAnySpeed) {
  auto const offsets = recorded({100ms, 250ms, 250ms, 1s});
  EXPECT_EQ(all_of(arrival_schedule::replay(offsets)), *offsets);
  EXPECT_EQ(all_of(arrival_schedule::replay(offsets, 2)), (std::vector<nanoseconds>{50ms, 125ms, 125ms, 500ms}));
  EXPECT_EQ(arrival_schedule::replay(offsets, 0.5).length(), 2s);
  EXPECT_EQ(arrival_schedule::replay(offsets).rate_at(999ms), per_second(3));
  EXPECT_EQ(arrival_schedule::replay(offsets).rate_at(1s), per_second(1));
}

TEST(ArrivalSchedule, ALimitEndsItEarly) {
  auto const schedule = arrival_schedule::constant(per_second(10), 1h).limited_to(25);
  EXPECT_EQ(all_of(schedule).size(), 25U);
  EXPECT_EQ(schedule.length(), 2500ms);
  EXPECT_EQ(schedule.expected_total(), 25);
  EXPECT_EQ(all_of(arrival_schedule::constant(per_second(10), 1s).limited_to(25)).size(), 10U);
  EXPECT_EQ(all_of(arrival_schedule::constant(per_second(10), 1s).limited_to(0)).size(), 0U);
}

TEST(ArrivalSchedule, ExpectationsAgreeWithTheArrivals) {
  for (auto const& [name, schedule] : every_kind()) {
    if (name.find("poisson") != std::string::npos) continue;
    SCOPED_TRACE(name);
    auto const offsets = all_of(schedule);
    for (auto at = 0ms; at < 12s; at += 37ms) {
      auto const due = std::ranges::count_if(offsets, [&](auto offset) { return offset < at; });
      ASSERT_NEAR(schedule.expected_until(at), static_cast<double>(due), 1e-6) << at.count() << " ms";
    }
    EXPECT_EQ(schedule.expected_total(), static_cast<double>(offsets.size()));
  }
}

TEST(RateCurve, TheTimeOfAnIntegralInvertsIt) {
  rate_curve const curve{{{2s, per_second(5), per_second(50)},
                          {1s, {}, {}},
                          {3s, per_second(50), per_second(1)},
                          {1s, per_second(8), per_second(8)}}};
  EXPECT_DOUBLE_EQ(curve.total(), 55 + 76.5 + 8);
  EXPECT_EQ(curve.length(), 7s);
  for (double arrivals = 0.25; arrivals < curve.total(); arrivals += 0.5) {
    EXPECT_NEAR(curve.until(curve.time_of(arrivals)), arrivals, 1e-6);
  }
  EXPECT_DOUBLE_EQ(curve.at(1s).per_second(), 27.5);
  EXPECT_DOUBLE_EQ(curve.at(2500ms).per_second(), 0);
  EXPECT_DOUBLE_EQ(curve.at(-1ns).per_second(), 0);
  EXPECT_EQ(curve.time_of(1e9), 7s);
}

}  // namespace
}  // namespace holdfast::load
