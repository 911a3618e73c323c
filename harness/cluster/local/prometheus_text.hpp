#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast::cluster {

/// A metric of a page, summed over its series.
struct metric_sum {
  double value = 0;  ///< not finite when one of the series is not
  std::size_t series = 0;
  bool is_counter = false;  ///< a TYPE line says so
  friend bool operator==(metric_sum const&, metric_sum const&) = default;
};

using metric_names = std::set<std::string, std::less<>>;
using metric_sums = std::map<std::string, metric_sum, std::less<>>;

/// Reads a page in the Prometheus text format (version 0.0.4) and sums the series of those names. Names are those of
/// the sample lines ("latency_seconds_count"), not of the families. Takes time in proportion to the page and memory in
/// proportion to the names, whatever the page holds.
/// @error  the first line that is no such text: a sentence that names its number and shows nothing of the page
result<metric_sums, std::string> sums_in(std::string_view page, metric_names const& names);

/// One series of a page, by one of its labels.
struct labelled_value {
  std::string name;   ///< of the metric
  std::string label;  ///< the label's value; empty when the series has none
  double value = 0;
  friend bool operator==(labelled_value const&, labelled_value const&) = default;
};

/// Reads a page and gives the series of those names in their order, the first `most` of them.
/// @param label  whose value tells them apart: "client"
/// @error  as above
result<std::vector<labelled_value>, std::string> series_in(std::string_view page, metric_names const& names,
                                                           std::string_view label, std::size_t most = 1000);

}  // namespace holdfast::cluster
