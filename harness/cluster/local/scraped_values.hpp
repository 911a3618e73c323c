#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "cluster/controllers/cluster_clock.hpp"
#include "cluster/controllers/metrics_source.hpp"
#include "cluster/local/prometheus_text.hpp"
#include "cluster/local/scrape_targets.hpp"

namespace holdfast::cluster {

/// The names to look for on a page: "x_per_second" may also be told as a counter "x_total".
metric_names names_on_page(metric_names const& wanted);

/// What pods told of themselves, the newest two pages of each: a counter "x_total" becomes "x_per_second" by the rate
/// between them. Rates are of real seconds, on a scaled clock too: requests are not scaled. A counter that fell began
/// anew at zero.
class scraped_values {
 public:
  /// Forgets all other pods.
  void keep(std::span<scrape_target const> targets);
  /// @param at  real time
  void put(object_key const& pod, metric_sums sums, time_point at);
  /// It tells nothing now, and why: a sentence without its full stop.
  void put_failure(object_key const& pod, std::string why);

  /// A gauge's sum over its series, or the rate. The failure names every reason once when no pod has a value.
  metric_reading reading(metric_question const& question, cluster_clock const& clock) const;

 private:
  struct page {
    metric_sums sums;
    time_point at;
  };
  struct told_pod {
    std::string uid;
    std::optional<page> newest{};
    std::optional<page> before{};
    std::string failure{};
  };
  using value_or_reason = result<metric_sample, std::string>;
  static value_or_reason value_of(told_pod const& pod, std::string_view name, cluster_clock const& clock);
  static value_or_reason rate_of(told_pod const& pod, std::string const& counter, cluster_clock const& clock);

  std::map<object_key, told_pod> pods_;
};

}  // namespace holdfast::cluster
