#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cluster/controllers/object_cache.hpp"
#include "cluster/local/prometheus_text.hpp"
#include "cluster/node/lifecycle_handler.hpp"

namespace holdfast::cluster {

/// A pod whose own metrics an autoscaler wants.
struct scrape_target {
  object_key pod;
  std::string uid;
  http_get_action page{};  ///< where its metrics are
  metric_names names{};    ///< that are wanted, as autoscalers call them
  std::string problem{};   ///< why it cannot be asked; empty when it can
};

/// The pods that autoscalers with metrics of type Pods are about, as far as they have an address and are not finished.
/// The port is told by the annotation prometheus.io/port, else by the container port named "metrics" or "http", else it
/// is the first one; path and scheme by prometheus.io/path and prometheus.io/scheme.
std::vector<scrape_target> scrape_targets(object_cache const& cache);

/// Where a pod's metrics are. @error  a sentence without its full stop
result<http_get_action, std::string> metrics_page_of(json const& pod);

}  // namespace holdfast::cluster
