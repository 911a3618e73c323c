#include "report/time_figures.hpp"

#include <algorithm>

namespace holdfast::report {
namespace {

void add_moments(stats::histogram const& values, time_figures& to) {
  to.count = values.count();
  to.above_range = values.overflow_count();
  to.min = values.min();
  to.mean = values.mean();
  to.stddev = values.stddev();
  to.max = {.value = values.max(), .at_least = false, .at_most = values.max()};
}

}  // namespace

time_figures figures_of(stats::histogram const& values) {
  time_figures figures;
  add_moments(values, figures);
  for (std::size_t i = 0; i < percentiles.size(); ++i) {
    auto const value = values.value_at_quantile(percentiles[i].quantile);
    if (value) figures.quantiles[i] = stats::quantile_value{.value = *value, .at_least = false, .at_most = *value};
  }
  return figures;
}

time_figures figures_of(stats::censored_distribution const& values) {
  time_figures figures;
  add_moments(values.with_censored_at_their_bounds(), figures);
  figures.at_least = values.censored().count();
  // The largest true value is known only when no censored one could exceed it, that is when there is none.
  if (figures.at_least > 0) figures.max = {.value = figures.max.value, .at_least = true, .at_most = std::nullopt};
  for (std::size_t i = 0; i < percentiles.size(); ++i) {
    auto const value = values.quantile(percentiles[i].quantile);
    if (value) figures.quantiles[i] = *value;
  }
  return figures;
}

}  // namespace holdfast::report
