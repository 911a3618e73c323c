#include "stats/censored_distribution.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "stats/error.hpp"

namespace holdfast::stats {
namespace {

using namespace std::chrono_literals;

// Multiples of 1 ms lie in buckets of their own up to 1 s.
censored_distribution distribution_of(std::vector<nanoseconds> const& observed,
                                      std::vector<nanoseconds> const& censored) {
  censored_distribution d;
  for (auto const v : observed) d.record(v);
  for (auto const t : censored) d.record_censored(t);
  return d;
}

std::vector<nanoseconds> times(int n, nanoseconds value) {
  return std::vector<nanoseconds>(static_cast<std::size_t>(n), value);
}

TEST(CensoredDistribution, WithoutCensoringItIsTheHistogram) {
  random_engine random{1};
  censored_distribution d;
  for (int i = 0; i < 1000; ++i) d.record(nanoseconds{random.between(0, 50'000'000)});
  for (double const q : {0.0, 0.5, 0.99, 1.0}) {
    auto const value = *d.quantile(q);
    EXPECT_EQ(value.value, *d.observed().value_at_quantile(q));
    EXPECT_EQ(value.at_most, value.value);
    EXPECT_FALSE(value.at_least);
  }
}

struct censoring_case {
  char const* claim;
  std::vector<nanoseconds> observed, censored;
  double q;
  nanoseconds value;
  bool at_least;
  std::optional<nanoseconds> at_most;
};

TEST(CensoredDistribution, KnowsWhatTheObservedValuesDetermine) {
  for (auto const& c : {
           censoring_case{"timeouts above the median leave it alone", times(90, 2ms), times(10, 1s), 0.5, 2ms, false,
                          2ms},
           censoring_case{"the last rank that was observed", times(90, 2ms), times(10, 1s), 0.9, 2ms, false, 2ms},
           censoring_case{"a rank among the timeouts is only bounded below", times(90, 2ms), times(10, 1s), 0.91, 1s,
                          true, std::nullopt},
           censoring_case{"all timed out", {}, times(5, 30s), 0.0, 30s, true, std::nullopt},
           censoring_case{"an early one may be anywhere above, but cannot move the median of equal values",
                          times(100, 2ms),
                          {1us},
                          0.5,
                          2ms,
                          false,
                          2ms},
           censoring_case{
               "an early one may move the median to the next value", {1ms, 2ms, 3ms, 4ms}, {1us}, 0.6, 2ms, true, 3ms},
           censoring_case{
               "an early one leaves the maximum without a bound", {1ms, 2ms}, {1us}, 1.0, 2ms, true, std::nullopt},
           censoring_case{"censored at the very value: a bound", {1ms, 2ms}, {2ms}, 1.0, 2ms, true, std::nullopt},
           censoring_case{"above the histogram's maximum", {1ms, 2h}, {}, 1.0, 1h, true, std::nullopt},
           censoring_case{"below it, overflow does not matter", {1ms, 2h}, {}, 0.5, 1ms, false, 1ms},
       }) {
    SCOPED_TRACE(c.claim);
    auto const got = *distribution_of(c.observed, c.censored).quantile(c.q);
    EXPECT_EQ(got.at_least, c.at_least);
    auto const is_near = [](nanoseconds a, nanoseconds b) {
      return (a > b ? a - b : b - a) <= std::max(b / 900, 512ns);
    };
    EXPECT_TRUE(is_near(got.value, c.value)) << got.value.count();
    if (c.at_least) {
      EXPECT_LE(got.value, c.value) << "a lower bound stays below";
    }
    ASSERT_EQ(got.at_most.has_value(), c.at_most.has_value());
    if (c.at_most) {
      EXPECT_TRUE(is_near(*got.at_most, *c.at_most)) << got.at_most->count();
    }
  }
}

// The truth is drawn first and then hidden behind random limits: whatever the limits, the bounds must hold for it.
TEST(CensoredDistribution, ItsBoundsHoldForTheTruth) {
  random_engine random{42};
  int known = 0;
  int bounded = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<nanoseconds> truth;
    censored_distribution d;
    auto const limit = random.exponential(30e6);
    for (int i = 0; i < 200; ++i) {
      nanoseconds const value{static_cast<std::int64_t>(random.exponential(10e6))};
      nanoseconds const t{static_cast<std::int64_t>(
          random.below(round % 2 == 0 ? 3 : 100) == 0 ? limit * random.uniform() : limit * 10)};
      truth.push_back(value);
      value < t ? d.record(value) : d.record_censored(t);
    }
    std::ranges::sort(truth);
    for (double const q : {0.05, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0}) {
      auto const exact = truth[quantile_rank(q, truth.size()) - 1];
      auto const got = *d.quantile(q);
      if (got.at_least) {
        ++bounded;
        ASSERT_LE(got.value, exact);
      } else {
        ++known;
        ASSERT_GE(got.value, exact);
        ASSERT_LE(got.value - exact, std::max<nanoseconds>(511ns, exact / 1000));
      }
      if (got.at_most) {
        ASSERT_GE(*got.at_most, exact);
      }
    }
  }
  EXPECT_GT(known, 100);
  EXPECT_GT(bounded, 100);
}

TEST(CensoredDistribution, TimeoutsShowTheirLimitAsItWasSet) {
  auto const d = distribution_of(times(90, 2ms), times(10, 30s));
  EXPECT_EQ(to_string(*d.quantile(0.95)), "> 30.0 s");
  EXPECT_EQ(d.quantile(0.95)->value, 30s);
  EXPECT_EQ(d.quantile(1)->value, 30s);
}

TEST(CensoredDistribution, NothingHasNoQuantile) {
  EXPECT_EQ(censored_distribution{}.quantile(0.5).error(), make_error_code(errc::empty_histogram));
  EXPECT_EQ(distribution_of({1ms}, {}).quantile(1.5).error(), make_error_code(errc::quantile_out_of_range));
}

TEST(CensoredDistribution, MergesAndResetsBothParts) {
  auto d = distribution_of({1ms, 2ms}, {5ms});
  d.merge(distribution_of({3ms}, {6ms}));
  EXPECT_EQ(d, distribution_of({1ms, 2ms, 3ms}, {5ms, 6ms}));
  EXPECT_EQ(d.count(), 5U);
  EXPECT_EQ(d.with_censored_at_their_bounds(), distribution_of({1ms, 2ms, 3ms, 5ms, 6ms}, {}).observed());
  d.reset();
  EXPECT_EQ(d, censored_distribution{});
}

TEST(CensoredDistribution, IsPrintedAsWhatIsKnown) {
  EXPECT_EQ(to_string(quantile_value{1250us}), "1.25 ms");
  EXPECT_EQ(to_string(quantile_value{30s, true, std::nullopt}), "> 30.0 s");
  EXPECT_EQ(to_string(quantile_value{1250us, true, 1400us}), "1.25 ms to 1.40 ms");
  EXPECT_EQ(to_string(quantile_value{1250us, true, 1250100ns}), "1.25 ms") << "the bounds differ by less than is shown";
}

}  // namespace
}  // namespace holdfast::stats
