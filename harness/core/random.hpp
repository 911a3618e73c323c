#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace holdfast {

/// Seeded random bits: xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64. 32 bytes of state, so that each
/// of many thousand users can own one. A UniformRandomBitGenerator. The draws below are ours because the standard
/// library's distributions differ between implementations, and the same seed must give the same run everywhere.
class random_engine {
 public:
  using result_type = std::uint64_t;
  explicit random_engine(std::uint64_t seed);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  double uniform();                                             ///< in [0, 1), 53 bits
  std::uint64_t below(std::uint64_t bound);                     ///< in [0, bound), unbiased; bound > 0
  std::int64_t between(std::int64_t first, std::int64_t last);  ///< in [first, last], first <= last
  double exponential(double mean);                              ///< mean > 0
  double normal();                                              ///< mean 0, standard deviation 1

 private:
  std::array<std::uint64_t, 4> state_;
};

/// A seed for part number `index` of something seeded with `seed`: different streams for different indexes.
std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t index);

}  // namespace holdfast
