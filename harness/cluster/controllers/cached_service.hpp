#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cluster/control/endpoints.hpp"
#include "cluster/control/label_selector.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

struct cached_service_port {
  std::string name;
  std::int32_t port = 0;
  std::string target_name;  ///< the name of a container's port; empty: target_number counts
  std::int32_t target_number = 0;
  std::string protocol;
  std::string app_protocol;  ///< may be empty
};

/// A Service, read from its object once.
struct cached_service {
  object_ptr object;
  object_key key;
  std::string uid;
  label_map labels;
  label_selector selector;  ///< empty: it selects nothing and its endpoints are somebody else's
  std::vector<cached_service_port> ports;
  unready_addresses unready = unready_addresses::hidden;
  std::string type;
  std::string address;  ///< clusterIP: empty while it has none, "None" for a headless service

  bool has_selector() const { return !selector.match_labels.empty(); }
  bool is_headless() const { return address == "None"; }
};
using service_ptr = std::shared_ptr<cached_service const>;

service_ptr cached_service_of(object_ptr object);

}  // namespace holdfast::cluster
