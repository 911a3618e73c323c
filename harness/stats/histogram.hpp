#pragma once

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "stats/histogram_layout.hpp"

namespace holdfast::stats {

/// A duration with a fraction of a nanosecond, for means and sums.
using precise_nanoseconds = std::chrono::duration<double, std::nano>;

/// Durations counted in the buckets of HdrHistogram (latency_layout): 1 us to 1 h, 3 significant digits. A bucket is
/// 512 ns wide up to 1.05 ms and at most 0.1% of its values above. Minimum, maximum and sum are kept exactly beside it.
///
/// Memory is constant: nothing until the first value or reserve(), then 192 KiB, of which the system commits the pages
/// that are touched. Recording does not allocate after that. Values below 0 count as 0. Values above 1 h are counted in
/// the top bucket and in overflow_count(), never dropped.
///
/// Not synchronised: one thread at a time. A moved-from histogram is empty and usable.
class histogram {
 public:
  static constexpr nanoseconds highest_trackable{latency_layout.highest};
  /// Most values that one histogram holds; the log format has 63 bits.
  static constexpr std::uint64_t max_count = std::numeric_limits<std::int64_t>::max();

  /// Values known only to lie in [lowest, highest].
  struct bucket {
    nanoseconds lowest{};
    nanoseconds highest{};
    std::uint64_t count = 0;
    friend bool operator==(bucket const&, bucket const&) = default;
  };

  histogram() = default;
  histogram(histogram const& other);
  histogram(histogram&& other) noexcept { swap(other); }
  histogram& operator=(histogram other) noexcept {
    swap(other);
    return *this;
  }
  ~histogram() = default;

  void swap(histogram& other) noexcept;

  /// Allocates now what the first record would allocate.
  void reserve() {
    if (counts_ == nullptr) allocate();
  }

  void record(nanoseconds value) {
    reserve();
    auto const exact = value.count() > 0 ? value.count() : 0;
    auto trackable = exact;
    if (exact > latency_layout.highest) [[unlikely]] {
      trackable = latency_layout.highest;
      ++totals_.overflow;
    }
    ++counts_[latency_layout.index_of(trackable)];
    ++totals_.count;
    totals_.sum += static_cast<std::uint64_t>(exact);
    totals_.min = exact < totals_.min ? exact : totals_.min;
    totals_.max = exact > totals_.max ? exact : totals_.max;
  }

  /// `n` times the same value.
  /// @throws std::overflow_error beyond max_count, which no measurement reaches.
  void record_n(nanoseconds value, std::uint64_t n);

  /// Counts from a histogram whose single values are lost, such as one read from a log. They enter the bucket of their
  /// lowest value (as HdrHistogram adds histograms of different layouts), the sum with the bucket's middle, and the
  /// maximum with the highest value that both buckets allow.
  /// @throws std::overflow_error beyond max_count.
  void add(bucket const& values);

  /// @throws std::overflow_error beyond max_count.
  void merge(histogram const& other);

  /// Empties it and keeps the memory. Costs as much as the range between minimum and maximum is wide.
  void reset();

  bool empty() const { return totals_.count == 0; }
  std::uint64_t count() const { return totals_.count; }  ///< all values, overflow included
  std::uint64_t overflow_count() const { return totals_.overflow; }

  nanoseconds min() const { return nanoseconds{empty() ? 0 : totals_.min}; }  ///< exact; 0 when empty
  nanoseconds max() const { return nanoseconds{totals_.max}; }                ///< exact, also in overflow; 0 when empty
  precise_nanoseconds sum() const { return precise_nanoseconds{static_cast<double>(totals_.sum)}; }  ///< exact
  precise_nanoseconds mean() const;  ///< exact; 0 when empty
  /// Of the population, from the middles of the buckets; 0 when empty.
  precise_nanoseconds stddev() const;

  /// Value at quantile `q` of the recorded values.
  /// @param q  in [0, 1]; 1 gives the maximum.
  /// @return   upper end of the bucket holding the ceil(q * count)-th smallest value (the smallest for q = 0), but not
  ///           above max(): at most 511 ns or 0.1% above the true one, whichever is more.
  /// @error    errc::empty_histogram when nothing was recorded, errc::quantile_out_of_range. Values beyond the
  /// trackable
  ///           maximum count as it; see overflow_count().
  result<nanoseconds> value_at_quantile(double q) const;

  /// The `rank`-th smallest value, told as value_at_quantile tells it. @param rank  in [1, count()].
  nanoseconds value_at_rank(std::uint64_t rank) const;

  /// Values in the bucket of `value` and in those below it.
  std::uint64_t count_at_or_below(nanoseconds value) const;

  /// Calls visit(bucket) for each bucket that is not empty, in ascending order.
  template <class Visit>
  void for_each_bucket(Visit&& visit) const {
    if (empty()) return;
    for (auto i = first_index(), last = last_index(); i <= last; ++i) {
      if (counts_[i] != 0) visit(bucket_at(i));
    }
  }

  /// The same counts in all buckets; the exact figures beside them may differ, as they do after a log was read.
  bool same_counts(histogram const& other) const;

  /// The same counts, overflow, minimum, maximum and sum.
  friend bool operator==(histogram const& a, histogram const& b) { return a.totals_ == b.totals_ && a.same_counts(b); }

 private:
  __extension__ typedef unsigned __int128 wide_count;  // 2^63 values of 2^63 ns do not overflow it

  struct totals {
    std::uint64_t count = 0;
    std::uint64_t overflow = 0;
    wide_count sum = 0;
    std::int64_t min = std::numeric_limits<std::int64_t>::max();
    std::int64_t max = 0;
    friend bool operator==(totals const&, totals const&) = default;
  };
  struct release {
    void operator()(std::uint64_t* counts) const noexcept { std::free(counts); }
  };

  void allocate();
  void add_to_totals(totals const& more);
  void require_room_for(std::uint64_t n) const;
  bucket bucket_at(std::size_t index) const;
  // Nothing lies outside these two, so they also bound what reset, merge and queries have to look at.
  std::size_t first_index() const { return index_of(totals_.min); }
  std::size_t last_index() const { return index_of(totals_.max); }
  static std::size_t index_of(std::int64_t value) {
    return latency_layout.index_of(value < latency_layout.highest ? value : latency_layout.highest);
  }

  std::unique_ptr<std::uint64_t[], release> counts_;
  totals totals_;
};

/// The 1-based position in sorted order of quantile `q` among `count` values: ceil(q * count), at least 1. A decimal
/// such as 0.07, whose double lies above it, still gives 7 of 100.
std::uint64_t quantile_rank(double q, std::uint64_t count);

}  // namespace holdfast::stats
