#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/agent/running_container.hpp"
#include "cluster/api/cluster_backend.hpp"
#include "cluster/controllers/cluster_clock.hpp"
#include "cluster/controllers/metrics_source.hpp"

namespace holdfast::cluster {

/// The newest sample of each container that runs, as metrics-server keeps them. Samples come in real time and go out in
/// platform time.
class container_samples {
 public:
  /// @param taken  by the containers' ids; who is missing keeps what was known of it
  void put(std::span<running_container const> running, std::map<std::string, resource_sample> const& taken);

  /// "cpu" in thousandths of a core, "memory" in thousandths of a byte: one container, or the sum of the pod's. As in
  /// metrics-server, a pod has none until each of its containers has one.
  metric_reading reading(metric_question const& question, cluster_clock const& clock) const;

  /// For "kubectl top": wall time, real windows.
  std::vector<container_usage> usage(cluster_clock const& clock) const;

 private:
  struct known_container {
    std::string id;
    std::string name;
    std::optional<resource_sample> newest{};
  };
  std::optional<resource_sample> newest_of(object_key const& pod, std::string const& id) const;

  std::map<object_key, std::vector<known_container>> pods_;
};

}  // namespace holdfast::cluster
