#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace holdfast::cluster {

struct service_port {
  std::string name{};  ///< may be empty when there is one
  std::uint16_t port = 0;
  std::string protocol = "TCP";
};

/// A Service that a pod can reach by an address of its own.
struct service_address {
  std::string name;
  std::string cluster_ip;  ///< empty or "None": it has no variables
  std::vector<service_port> ports{};
};

/// What Kubernetes tells a container of the Services that were there before it started: ORDER_SERVICE_HOST,
/// ORDER_SERVICE_PORT, ORDER_SERVICE_PORT_HTTP, and the older ORDER_PORT, ORDER_PORT_8080_TCP, ..._PROTO, ..._PORT,
/// ..._ADDR.
std::map<std::string, std::string> service_variables(std::span<service_address const> services);

}  // namespace holdfast::cluster
