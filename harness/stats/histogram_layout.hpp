#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace holdfast::stats {

/// Bits needed to write `value`. std::bit_width, whose result type differs between library versions.
constexpr int bit_count(std::uint64_t value) { return 64 - std::countl_zero(value); }

/// How an HdrHistogram divides values into buckets: log-linear, each bucket at most 10^-digits of its values wide, and
/// never narrower than the largest power of two that is not above `lowest`. Made by histogram_layout::of.
/// Source: HdrHistogram (Gil Tene), the layout that every implementation and the log format share.
struct histogram_layout {
  std::int64_t lowest = 1;   ///< smallest value that can be told from 0
  std::int64_t highest = 2;  ///< largest value that is promised to fit
  int digits = 0;            ///< significant decimal digits
  int unit_magnitude = 0;    ///< log2 of the narrowest bucket
  int half_magnitude = 0;    ///< log2 of half the number of sub-buckets
  std::size_t counts_length = 0;

  /// Empty unless lowest >= 1, highest >= 2 * lowest, digits in [0, 5], and the sub-buckets fit into 63 bits.
  static constexpr std::optional<histogram_layout> of(std::int64_t lowest, std::int64_t highest, int digits);

  /// The bucket of `value`, which is in [0, highest].
  constexpr std::size_t index_of(std::int64_t value) const {
    auto const bits = static_cast<std::uint64_t>(value);
    auto const mask = ((std::uint64_t{2} << half_magnitude) - 1) << unit_magnitude;
    int const bucket = bit_count(bits | mask) - (unit_magnitude + half_magnitude + 1);
    return (static_cast<std::size_t>(bucket) << half_magnitude) + (bits >> (bucket + unit_magnitude));
  }
  constexpr std::int64_t lowest_value_of(std::size_t index) const {
    auto const half = std::size_t{1} << half_magnitude;
    if (index < half) return static_cast<std::int64_t>(index << unit_magnitude);
    return static_cast<std::int64_t>(((index & (half - 1)) + half) << (shift_of(index)));
  }
  constexpr std::int64_t width_of(std::size_t index) const { return std::int64_t{1} << shift_of(index); }
  constexpr std::int64_t highest_value_of(std::size_t index) const {
    return lowest_value_of(index) + (width_of(index) - 1);
  }

  friend bool operator==(histogram_layout const&, histogram_layout const&) = default;

 private:
  constexpr int shift_of(std::size_t index) const {
    auto const bucket = static_cast<int>(index >> half_magnitude);
    return unit_magnitude + (bucket > 0 ? bucket - 1 : 0);
  }
};

constexpr std::optional<histogram_layout> histogram_layout::of(std::int64_t lowest, std::int64_t highest, int digits) {
  if (lowest < 1 || digits < 0 || digits > 5 || highest / 2 < lowest) return std::nullopt;
  std::uint64_t resolution = 2;  // values below 2 * 10^digits units keep unit resolution
  for (int i = 0; i < digits; ++i) resolution *= 10;
  histogram_layout layout{.lowest = lowest, .highest = highest, .digits = digits};
  layout.unit_magnitude = bit_count(static_cast<std::uint64_t>(lowest)) - 1;
  layout.half_magnitude = bit_count(resolution - 1) - 1;
  int const first_bucket_bits = layout.unit_magnitude + layout.half_magnitude + 1;
  if (first_bucket_bits > 62) return std::nullopt;
  int const value_bits = bit_count(static_cast<std::uint64_t>(highest));
  int const buckets = value_bits > first_bucket_bits ? value_bits - first_bucket_bits + 1 : 1;
  layout.counts_length = static_cast<std::size_t>(buckets + 1) << layout.half_magnitude;
  return layout;
}

/// The layout of everything that Holdfast measures: 1 us to 1 h in nanoseconds, 3 significant digits; 24,576 buckets.
inline constexpr histogram_layout latency_layout = *histogram_layout::of(1'000, 3'600'000'000'000, 3);

}  // namespace holdfast::stats
