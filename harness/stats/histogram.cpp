#include "stats/histogram.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <new>
#include <stdexcept>
#include <utility>

#include "stats/error.hpp"

namespace holdfast::stats {

histogram::histogram(histogram const& other) { merge(other); }

void histogram::swap(histogram& other) noexcept {
  std::swap(counts_, other.counts_);
  std::swap(totals_, other.totals_);
}

void histogram::allocate() {
  // calloc leaves pages that are never touched uncommitted; values of one run touch few.
  auto* const counts = static_cast<std::uint64_t*>(std::calloc(latency_layout.counts_length, sizeof(std::uint64_t)));
  if (counts == nullptr) throw std::bad_alloc{};
  counts_.reset(counts);
}

void histogram::require_room_for(std::uint64_t n) const {
  if (n > max_count - totals_.count) throw std::overflow_error("histogram: more than 2^63-1 values");
}

void histogram::add_to_totals(totals const& more) {
  totals_.count += more.count;
  totals_.overflow += more.overflow;
  totals_.sum += more.sum;
  totals_.min = std::min(totals_.min, more.min);
  totals_.max = std::max(totals_.max, more.max);
}

void histogram::record_n(nanoseconds value, std::uint64_t n) {
  if (n == 0) return;
  require_room_for(n);
  reserve();
  auto const exact = std::max<std::int64_t>(value.count(), 0);
  counts_[index_of(exact)] += n;
  add_to_totals({.count = n,
                 .overflow = exact > latency_layout.highest ? n : 0,
                 .sum = static_cast<wide_count>(exact) * n,
                 .min = exact,
                 .max = exact});
}

void histogram::add(bucket const& values) {
  if (values.count == 0) return;
  require_room_for(values.count);
  reserve();
  auto const lowest = std::max<std::int64_t>(values.lowest.count(), 0);
  auto const highest = std::max<std::int64_t>(values.highest.count(), lowest);
  bool const is_overflow = lowest > latency_layout.highest;
  auto const index = index_of(lowest);
  auto const limit =
      is_overflow ? highest : std::min<std::int64_t>(latency_layout.highest_value_of(index), latency_layout.highest);
  counts_[index] += values.count;
  // HdrHistogram's middle of a bucket: half its width above its lowest value.
  auto const middle = static_cast<wide_count>(lowest) + (static_cast<std::uint64_t>(highest - lowest) + 1) / 2;
  add_to_totals({.count = values.count,
                 .overflow = is_overflow ? values.count : 0,
                 .sum = middle * values.count,
                 .min = lowest,
                 .max = std::min(highest, limit)});
}

void histogram::merge(histogram const& other) {
  if (other.empty()) return;
  require_room_for(other.count());
  reserve();
  auto const more = other.totals_;  // a copy, so that a histogram may be merged into itself
  for (auto i = other.first_index(), last = other.last_index(); i <= last; ++i) counts_[i] += other.counts_[i];
  add_to_totals(more);
}

void histogram::reset() {
  if (empty()) return;
  std::fill(&counts_[first_index()], &counts_[last_index()] + 1, 0);
  totals_ = {};
}

precise_nanoseconds histogram::mean() const {
  return empty() ? precise_nanoseconds{0} : sum() / static_cast<double>(totals_.count);
}

precise_nanoseconds histogram::stddev() const {
  if (empty()) return precise_nanoseconds{0};
  double const centre = mean().count();
  double squares = 0;
  for (auto i = first_index(), last = last_index(); i <= last; ++i) {
    if (counts_[i] == 0) continue;
    auto const middle = latency_layout.lowest_value_of(i) + latency_layout.width_of(i) / 2;
    double const distance = static_cast<double>(middle) - centre;
    squares += distance * distance * static_cast<double>(counts_[i]);
  }
  return precise_nanoseconds{std::sqrt(squares / static_cast<double>(totals_.count))};
}

result<nanoseconds> histogram::value_at_quantile(double q) const {
  if (!(q >= 0 && q <= 1)) return make_error_code(errc::quantile_out_of_range);
  if (empty()) return make_error_code(errc::empty_histogram);
  return value_at_rank(quantile_rank(q, totals_.count));
}

nanoseconds histogram::value_at_rank(std::uint64_t rank) const {
  assert(rank >= 1 && rank <= totals_.count && "there are as many ranks as values");
  auto const last = last_index();
  auto index = first_index();
  for (auto seen = counts_[index]; seen < rank && index < last; seen += counts_[index]) ++index;
  return nanoseconds{std::min({latency_layout.highest_value_of(index), totals_.max, latency_layout.highest})};
}

std::uint64_t histogram::count_at_or_below(nanoseconds value) const {
  if (empty() || value.count() < 0) return 0;
  auto const end = std::min(index_of(value.count()), last_index());
  std::uint64_t sum = 0;
  for (auto i = first_index(); i <= end; ++i) sum += counts_[i];
  return sum;
}

histogram::bucket histogram::bucket_at(std::size_t index) const {
  return {nanoseconds{latency_layout.lowest_value_of(index)}, nanoseconds{latency_layout.highest_value_of(index)},
          counts_[index]};
}

bool histogram::same_counts(histogram const& other) const {
  if (count() != other.count()) return false;
  if (empty()) return true;
  auto const first = std::min(first_index(), other.first_index());
  auto const last = std::max(last_index(), other.last_index());
  return std::equal(&counts_[first], &counts_[last] + 1, &other.counts_[first]);
}

std::uint64_t quantile_rank(double q, std::uint64_t count) {
  if (q >= 1) return count;
  // One step down undoes the rounding of a decimal to a double, which could otherwise lift an exact product over an
  // integer.
  double const position = std::ceil(std::nextafter(q, 0.0) * static_cast<double>(count));
  if (position <= 1) return std::min<std::uint64_t>(count, 1);
  return position >= static_cast<double>(count) ? count : static_cast<std::uint64_t>(position);
}

}  // namespace holdfast::stats
