#include "stats/censored_distribution.hpp"

#include <algorithm>

#include "core/units.hpp"
#include "stats/error.hpp"

namespace holdfast::stats {
namespace {

nanoseconds lower_end_of_bucket(nanoseconds value) {
  return nanoseconds{latency_layout.lowest_value_of(latency_layout.index_of(value.count()))};
}

}  // namespace

std::string to_string(quantile_value const& q) {
  auto lower = format_duration(q.value);
  if (!q.at_least) return lower;
  if (!q.at_most) return "> " + lower;
  auto const upper = format_duration(*q.at_most);
  return lower == upper ? lower : lower + " to " + upper;
}

void censored_distribution::reserve() {
  observed_.reserve();
  censored_.reserve();
}

void censored_distribution::merge(censored_distribution const& other) {
  observed_.merge(other.observed_);
  censored_.merge(other.censored_);
}

void censored_distribution::reset() {
  observed_.reset();
  censored_.reset();
}

histogram censored_distribution::with_censored_at_their_bounds() const {
  auto all = observed_;
  all.merge(censored_);
  return all;
}

nanoseconds censored_distribution::lower_bound_in_bucket_of(nanoseconds value, histogram const& all) const {
  auto const lowest = lower_end_of_bucket(value);
  // Timeouts come in crowds with nothing but themselves in their bucket: then their exact minimum says more.
  bool const only_censored = observed_.count_at_or_below(value) == observed_.count_at_or_below(lowest - nanoseconds{1});
  return std::max(lowest, std::min(only_censored ? censored_.min() : all.min(), value));
}

result<quantile_value> censored_distribution::quantile(double q) const {
  if (!(q >= 0 && q <= 1)) return make_error_code(errc::quantile_out_of_range);
  if (empty()) return make_error_code(errc::empty_histogram);
  auto const rank = quantile_rank(q, count());
  bool const is_bounded = rank <= observed_.count() - observed_.overflow_count();
  if (is_bounded && censored_.empty()) return quantile_value{observed_.value_at_rank(rank)};

  auto const all = with_censored_at_their_bounds();
  auto const lower = all.value_at_rank(rank);
  bool const is_known = is_bounded && observed_.count_at_or_below(lower) >= rank;
  if (is_known) return quantile_value{observed_.value_at_rank(rank)};
  auto const bound = rank == count() ? lower : lower_bound_in_bucket_of(lower, all);
  auto const at_most = is_bounded ? std::optional{observed_.value_at_rank(rank)} : std::nullopt;
  return quantile_value{.value = bound, .at_least = true, .at_most = at_most};
}

}  // namespace holdfast::stats
