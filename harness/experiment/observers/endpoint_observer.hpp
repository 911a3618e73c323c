#pragma once

#include <map>
#include <string>
#include <vector>

#include "cluster/store/object_store.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::experiment {

/// What changes of EndpointSlices tell: the endpoints of their Service, all slices together.
class endpoint_observer {
 public:
  std::vector<timeline_event> seen(cluster::object_change const& change);

 private:
  struct known_service {
    std::map<std::string, cluster::object_ptr> slices;  ///< by name
    nlohmann::ordered_json told;
  };
  std::map<cluster::object_key, known_service> services_;
};

}  // namespace holdfast::experiment
