#pragma once

#include <memory>
#include <string>

#include "cluster/control/autoscaler.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// A HorizontalPodAutoscaler, read from its object once.
struct cached_autoscaler {
  object_ptr object;
  object_key key;
  std::string uid;
  autoscaler_spec spec;
  resource_kind const* target_kind = nullptr;  ///< Deployment or ReplicaSet; null for anything else
  object_key target;
};
using autoscaler_ptr = std::shared_ptr<cached_autoscaler const>;

/// @param downscale_stabilization  stands in where the object's behavior gives no window for scaling down
autoscaler_ptr cached_autoscaler_of(object_ptr object, nanoseconds downscale_stabilization);

/// status.currentMetrics, as autoscaling/v2 writes it.
json to_json(std::vector<metric_status> const& metrics);

}  // namespace holdfast::cluster
