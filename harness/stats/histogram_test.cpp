#include "stats/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "stats/error.hpp"

namespace holdfast::stats {
namespace {

using namespace std::chrono_literals;

std::vector<nanoseconds> lognormal_sample(std::uint64_t seed, int n) {
  random_engine random{seed};
  std::vector<nanoseconds> sample;
  sample.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) sample.emplace_back(static_cast<std::int64_t>(std::exp(13 + 2 * random.normal())));
  return sample;
}

histogram histogram_of(std::vector<nanoseconds> const& values) {
  histogram h;
  for (auto const v : values) h.record(v);
  return h;
}

TEST(HistogramLayout, IsThatOfHdrHistogram) {
  EXPECT_EQ(latency_layout.counts_length, 24'576U);
  EXPECT_EQ(latency_layout.width_of(latency_layout.index_of(0)), 512);
  EXPECT_EQ(latency_layout.width_of(latency_layout.index_of(1'048'575)), 512);
  EXPECT_EQ(latency_layout.width_of(latency_layout.index_of(1'048'576)), 1024);
  auto const reference_log = histogram_layout::of(20'000, 3'600'000'000'000, 2);
  ASSERT_TRUE(reference_log);
  EXPECT_EQ(reference_log->width_of(0), 16'384);
  EXPECT_EQ(reference_log->half_magnitude, 7);
}

TEST(HistogramLayout, EveryBucketContainsItsBoundsAndJoinsTheNext) {
  for (auto const& layout : {latency_layout, *histogram_layout::of(1, 2, 0), *histogram_layout::of(20'000, 4e12, 2),
                             *histogram_layout::of(1, std::numeric_limits<std::int64_t>::max(), 3)}) {
    SCOPED_TRACE(layout.counts_length);
    for (std::size_t i = 0; i < layout.counts_length; ++i) {
      auto const low = layout.lowest_value_of(i);
      auto const high = layout.highest_value_of(i);
      ASSERT_EQ(layout.index_of(low), i);
      ASSERT_EQ(layout.index_of(high), i);
      if (i + 1 < layout.counts_length) {
        ASSERT_EQ(layout.lowest_value_of(i + 1), high + 1);
      }
    }
    EXPECT_LT(layout.index_of(layout.highest), layout.counts_length);
  }
}

TEST(HistogramLayout, RefusesImpossibleRanges) {
  EXPECT_FALSE(histogram_layout::of(0, 100, 3));
  EXPECT_FALSE(histogram_layout::of(-5, 100, 3));
  EXPECT_FALSE(histogram_layout::of(100, 199, 3));
  EXPECT_FALSE(histogram_layout::of(1, 100, 6));
  EXPECT_FALSE(histogram_layout::of(1, 100, -1));
  EXPECT_FALSE(histogram_layout::of(std::int64_t{1} << 60, std::int64_t{1} << 62, 3));
}

TEST(Histogram, AnEmptyOneHasNoQuantile) {
  histogram const h;
  EXPECT_TRUE(h.empty());
  EXPECT_EQ(h.value_at_quantile(0.5).error(), make_error_code(errc::empty_histogram));
  EXPECT_EQ(h.min(), 0ns);
  EXPECT_EQ(h.max(), 0ns);
  EXPECT_EQ(h.mean().count(), 0);
  EXPECT_EQ(h.stddev().count(), 0);
  EXPECT_EQ(h.count_at_or_below(1h), 0U);
  h.for_each_bucket([](auto const&) { ADD_FAILURE(); });
  EXPECT_EQ(h, histogram{});
}

TEST(Histogram, AQuantileLiesBetweenZeroAndOne) {
  histogram h;
  h.record(1ms);
  for (double const q : {-0.1, 1.1, std::nan("")}) {
    EXPECT_EQ(h.value_at_quantile(q).error(), make_error_code(errc::quantile_out_of_range));
  }
}

TEST(Histogram, ASingleValueIsEveryQuantileExactly) {
  for (auto const v : {0ns, 1ns, 511ns, 512ns, nanoseconds{1'234'567}, nanoseconds{1h}}) {
    SCOPED_TRACE(v.count());
    auto const h = histogram_of({v});
    for (double const q : {0.0, 0.5, 1.0}) EXPECT_EQ(*h.value_at_quantile(q), v);
    EXPECT_EQ(h.min(), v);
    EXPECT_EQ(h.max(), v);
    EXPECT_EQ(h.mean(), v);
  }
}

TEST(Histogram, QuantilesAgreeWithTheSortedSample) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    auto sample = lognormal_sample(seed, 20'001);
    auto const h = histogram_of(sample);
    std::ranges::sort(sample);
    for (double const q : {0.0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
      SCOPED_TRACE(q);
      auto const truth = sample[quantile_rank(q, sample.size()) - 1];
      auto const measured = *h.value_at_quantile(q);
      EXPECT_GE(measured, truth);
      EXPECT_LE(measured - truth, std::max<nanoseconds>(511ns, truth / 1000));
    }
    EXPECT_EQ(h.min(), sample.front());
    EXPECT_EQ(h.max(), sample.back());
  }
}

TEST(Histogram, MeanIsExactAndDeviationNearTheSamples) {
  auto const sample = lognormal_sample(7, 10'000);
  auto const h = histogram_of(sample);
  double sum = 0;
  for (auto const v : sample) sum += static_cast<double>(v.count());
  double const mean = sum / 10'000;
  double squares = 0;
  for (auto const v : sample) squares += std::pow(static_cast<double>(v.count()) - mean, 2);
  EXPECT_DOUBLE_EQ(h.mean().count(), mean);
  EXPECT_DOUBLE_EQ(h.sum().count(), sum);
  EXPECT_NEAR(h.stddev().count() / std::sqrt(squares / 10'000), 1, 1e-3);
}

TEST(Histogram, UniformValuesGiveTheClosedForms) {
  histogram h;
  for (int us = 1; us <= 100'000; ++us) h.record(std::chrono::microseconds{us});
  EXPECT_DOUBLE_EQ(h.mean().count(), 50'000'500);
  EXPECT_NEAR(h.stddev().count(), 1000 * std::sqrt((1e10 - 1) / 12), 1e4);
  EXPECT_NEAR(in_seconds(*h.value_at_quantile(0.99)), 0.099, 0.0001);
}

TEST(Histogram, ValuesBelowZeroCountAsZero) {
  auto const h = histogram_of({-1ns, nanoseconds::min()});
  EXPECT_EQ(h.count(), 2U);
  EXPECT_EQ(h.max(), 0ns);
  EXPECT_EQ(*h.value_at_quantile(1), 0ns);
}

TEST(Histogram, ValuesAboveTheMaximumAreCountedAsIt) {
  auto const h = histogram_of({1ms, 1h, 1h + 1ns, 2h, nanoseconds::max(), nanoseconds::max(), nanoseconds::max()});
  EXPECT_EQ(h.count(), 7U);
  EXPECT_EQ(h.overflow_count(), 5U);
  EXPECT_EQ(h.max(), nanoseconds::max());
  EXPECT_EQ(*h.value_at_quantile(1), 1h);
  EXPECT_EQ(h.count_at_or_below(nanoseconds::max()), 7U);
  EXPECT_NEAR(h.sum().count(), 3 * 9.223372036854775807e18, 1e14) << "the sum has more than 64 bits";
}

TEST(Histogram, RecordingNTimesIsRecordingNTimes) {
  histogram once;
  histogram each;
  for (auto const v : {3us, 700us, 4000us}) {
    once.record_n(v, 5);
    for (int i = 0; i < 5; ++i) each.record(v);
  }
  once.record_n(2h, 2);
  each.record(2h);
  each.record(2h);
  once.record_n(1ns, 0);
  EXPECT_EQ(once, each);
}

TEST(Histogram, MergingEqualsRecordingTogether) {
  auto const a = lognormal_sample(1, 5'000);
  auto const b = lognormal_sample(2, 3'000);
  auto all = a;
  all.insert(all.end(), b.begin(), b.end());
  auto merged = histogram_of(a);
  merged.merge(histogram_of(b));
  EXPECT_EQ(merged, histogram_of(all));
  merged.merge(histogram{});
  EXPECT_EQ(merged, histogram_of(all));
  histogram from_empty;
  from_empty.merge(merged);
  EXPECT_EQ(from_empty, merged);
}

TEST(Histogram, MergedIntoItselfItDoubles) {
  auto h = histogram_of({1ms, 2ms, 2h});
  h.merge(h);
  EXPECT_EQ(h, histogram_of({1ms, 1ms, 2ms, 2ms, 2h, 2h}));
}

TEST(Histogram, ResetForgetsEverything) {
  auto h = histogram_of({1us, 1ms, 3h});
  h.reset();
  EXPECT_EQ(h, histogram{});
  h.record(5ms);
  EXPECT_EQ(h, histogram_of({5ms}));
}

TEST(Histogram, CopiesAreIndependentAndAMovedFromOneIsEmpty) {
  auto a = histogram_of({1ms});
  auto const copy = a;
  a.record(2ms);
  EXPECT_EQ(copy.count(), 1U);
  auto const moved = std::move(a);
  EXPECT_EQ(moved.count(), 2U);
  EXPECT_TRUE(a.empty());  // NOLINT: promised by the class
  a.record(3ms);           // NOLINT
  EXPECT_EQ(a, histogram_of({3ms}));
}

TEST(Histogram, CountsValuesUpToABound) {
  auto const h = histogram_of({1ms, 2ms, 3ms, 4ms});
  EXPECT_EQ(h.count_at_or_below(999us), 0U);
  EXPECT_EQ(h.count_at_or_below(1ms), 1U);
  EXPECT_EQ(h.count_at_or_below(2500us), 2U);
  EXPECT_EQ(h.count_at_or_below(1h), 4U);
  EXPECT_EQ(h.count_at_or_below(-1ns), 0U);
}

TEST(Histogram, VisitsItsBucketsInOrder) {
  auto const h = histogram_of({2ms, 1us, 2ms, 2h});
  std::vector<histogram::bucket> seen;
  h.for_each_bucket([&](histogram::bucket const& b) { seen.push_back(b); });
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0], (histogram::bucket{512ns, 1023ns, 1}));
  EXPECT_EQ(seen[1].count, 2U);
  EXPECT_LE(seen[1].lowest, 2ms);
  EXPECT_GE(seen[1].highest, 2ms);
  EXPECT_GE(seen[2].highest, 1h);
}

TEST(Histogram, AddingItsBucketsGivesTheSameCounts) {
  auto const h = histogram_of(lognormal_sample(3, 10'000));
  histogram rebuilt;
  h.for_each_bucket([&](histogram::bucket const& b) { rebuilt.add(b); });
  EXPECT_TRUE(rebuilt.same_counts(h));
  EXPECT_NEAR(rebuilt.mean() / h.mean(), 1, 1e-3);
  EXPECT_EQ(*rebuilt.value_at_quantile(0.5), *h.value_at_quantile(0.5));
}

TEST(Histogram, RefusesMoreValuesThanTheLogFormatHolds) {
  histogram h;
  h.record_n(1ms, histogram::max_count);
  EXPECT_EQ(h.count(), histogram::max_count);
  EXPECT_THROW(h.record_n(1ms, 1), std::overflow_error);
  EXPECT_THROW(h.add({1ms, 2ms, 1}), std::overflow_error);
  EXPECT_THROW(h.merge(histogram_of({1ms})), std::overflow_error);
  EXPECT_EQ(*h.value_at_quantile(0.5), 1ms);
}

struct rank_case {
  char const* claim;
  double q;
  std::uint64_t count, rank;
};

TEST(QuantileRank, IsTheCeilingOfTheExactProduct) {
  for (auto const& c :
       {rank_case{"nothing has no rank", 0.5, 0, 0}, rank_case{"zero is the smallest", 0, 10, 1},
        rank_case{"half of an even number", 0.5, 10, 5}, rank_case{"half of an odd number", 0.5, 3, 2},
        rank_case{"0.07 as a double is above 0.07", 0.07, 100, 7}, rank_case{"three nines", 0.999, 1000, 999},
        rank_case{"just above", 0.9991, 1000, 1000}, rank_case{"one is the largest", 1, 12, 12},
        rank_case{"beyond a double's integers", 1, histogram::max_count, histogram::max_count}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(quantile_rank(c.q, c.count), c.rank);
  }
  for (std::uint64_t n = 1; n <= 1000; ++n) {
    for (std::uint64_t k = 1; k <= n; ++k) {
      ASSERT_EQ(quantile_rank(static_cast<double>(k) / static_cast<double>(n), n), k);
    }
  }
}

}  // namespace
}  // namespace holdfast::stats
