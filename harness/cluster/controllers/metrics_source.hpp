#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cluster/control/autoscaler_metric.hpp"

namespace holdfast::cluster {

/// What an autoscaler wants to know of pods.
struct metric_question {
  std::string_view name_space;
  std::string_view name;       ///< a resource ("cpu", "memory"), or the metric's name
  std::string_view container;  ///< the one that counts; empty: all of the pod
  std::span<scaled_pod const> pods;
  time_point now;  ///< platform time, as the samples' stamps
};

/// Where measured values of pods come from. Both answer with what there is by then; `failure` of the reading says why
/// there is none at all.
class metrics_source {
 public:
  virtual ~metrics_source() = default;
  virtual metric_reading resource_use(metric_question const& question) = 0;
  /// A metric that the pods' own /metrics tell.
  virtual metric_reading pods_metric(metric_question const& question) = 0;
};

}  // namespace holdfast::cluster
