#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "stats/histogram.hpp"

namespace holdfast::stats {

/// What is known of a quantile when some values are known only as "at least t".
struct quantile_value {
  nanoseconds value{};  ///< the quantile; a lower bound of it when `at_least` is set
  bool at_least = false;
  /// The upper bound that goes with `value`: equal to it when the quantile is known; none when nothing bounds it.
  std::optional<nanoseconds> at_most = value;
  friend bool operator==(quantile_value const&, quantile_value const&) = default;
};

/// "1.25 ms" when it is known as exactly as that, "1.25 ms to 1.40 ms" between two bounds, "> 30.0 s" without an upper
/// one.
std::string to_string(quantile_value const& q);

/// Durations of which some were observed and some only outlived: a request that timed out after t, or was in flight at
/// age t when the run ended, takes "at least t" (type I right censoring). Leaving them out would flatter a failing
/// target, and counting them as t would invent values.
///
/// Definition: let r = ceil(q * n) among all n values, observed and censored. With every censored value at its t, the
/// r-th smallest is a lower bound of the quantile, since true values only lie above. With every censored value beyond
/// all others, the r-th smallest is an upper bound, which exists when at least r values were observed. The quantile is
/// known when both lie in the same bucket of the histogram; otherwise it is "at least" the lower one. A value above the
/// histogram's maximum of 1 h counts as censored there.
///
/// No assumption about independence is made, as the Kaplan-Meier estimate would need: an overloaded target makes
/// exactly those requests time out that would have taken long.
///
/// Not synchronised. Recording does not allocate after reserve().
class censored_distribution {
 public:
  void reserve();
  void record(nanoseconds value) { observed_.record(value); }
  void record_censored(nanoseconds at_least) { censored_.record(at_least); }
  void merge(censored_distribution const& other);  ///< @throws std::overflow_error, see histogram::merge
  void reset();

  std::uint64_t count() const { return observed_.count() + censored_.count(); }
  bool empty() const { return count() == 0; }
  histogram const& observed() const { return observed_; }
  histogram const& censored() const { return censored_; }

  /// All values in one histogram, the censored ones at their t: what a histogram log holds.
  histogram with_censored_at_their_bounds() const;

  /// @param q  in [0, 1].
  /// @error    errc::empty_histogram, errc::quantile_out_of_range.
  result<quantile_value> quantile(double q) const;

  friend bool operator==(censored_distribution const&, censored_distribution const&) = default;

 private:
  nanoseconds lower_bound_in_bucket_of(nanoseconds value, histogram const& all) const;

  histogram observed_;
  histogram censored_;
};

}  // namespace holdfast::stats
