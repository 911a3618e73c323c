#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/proxy/ipv4_endpoint.hpp"
#include "cluster/proxy/parameter_reader.hpp"
#include "cluster/proxy/path_fault.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

struct proxy_options {
  std::uint64_t seed = 1;                                     ///< of endpoint choice
  nanoseconds sync_period = std::chrono::seconds{1};          ///< endpoints change at most once in it (minSyncPeriod)
  std::size_t most_connections = 20'000;                      ///< more wait to be accepted
  std::uint64_t flow_limit = 1024UL * 1024;                   ///< bytes held for a fault, a direction of a connection
  std::uint64_t total_limit = 256UL * 1024 * 1024;            ///< bytes held by all connections
  nanoseconds record_delay = std::chrono::milliseconds{100};  ///< records are told at the latest after it
};

/// A port of a Service.
struct service_settings {
  std::string name;                     ///< unique in the proxy
  std::vector<ipv4_endpoint> listen;    ///< its own address, and more for a LoadBalancer; port 0: one that is free
  std::optional<nanoseconds> affinity;  ///< session affinity ClientIP, with its timeout (Kubernetes: 10800 s)
};

/// A fault to be switched on.
struct fault_request {
  std::string kind;                         ///< see fault_kinds()
  parameter_reader::texts parameters;       ///< as texts with units
  std::vector<std::string> services;        ///< names; empty: all, those too that come later
  std::optional<path_direction> direction;  ///< nothing: the kind's usual one
  std::uint64_t seed = 1;                   ///< of its random choices
  std::string name;                         ///< for records; empty: its kind
  parameter_source source;                  ///< for messages
};

/// Reads and checks a request. All problems at once.
result<std::shared_ptr<path_fault const>, diagnostics> read_fault(fault_request const& request);

}  // namespace holdfast::cluster
