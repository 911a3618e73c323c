#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cluster/control/label_selector.hpp"
#include "cluster/control/pod_deletion_order.hpp"
#include "cluster/control/pod_grouping.hpp"
#include "cluster/controllers/cluster_clock.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

struct container_port {
  std::string name;
  std::int32_t number = 0;
};

/// A pod as the controllers see it, read from its object once.
struct cached_pod {
  object_ptr object;
  object_key key;
  std::string uid;
  std::string controller_uid;  ///< empty: nobody controls it
  label_map labels;
  owned_pod owned;
  std::optional<time_point> start_time;
  std::vector<container_requests> requests;
  std::string address;  ///< empty: it has none yet
  std::vector<container_port> named_ports;

  bool is_terminating() const { return owned.is_terminating; }
};
using pod_ptr = std::shared_ptr<cached_pod const>;

pod_ptr cached_pod_of(object_ptr object, cluster_clock const& clock);

/// What an autoscaler needs of it.
scaled_pod scaled_pod_of(cached_pod const& pod);

}  // namespace holdfast::cluster
