#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "gateway/route_table.hpp"
#include "kit/app/configuration.hpp"

namespace holdfast::gateway {

/// What the gateway was told by its environment, checked.
struct settings {
  route_table routes;
  std::string address;
  std::uint16_t port = 0;
  std::string port_file;
  std::string instance;
  std::string version;
  bool is_original = false;    ///< 500 for every backend that fails
  bool names_backend = false;  ///< in the Host field
  bool logs_events = true;
  bool logs_requests = true;
  std::size_t connections = 0;
  std::size_t header_bytes = 0;
  std::uint64_t least_body_rate = 0;  ///< bytes a second; 0: any
  nanoseconds header_time{}, idle_time{}, connect_time{}, answer_time{}, stall_time{};
  nanoseconds startup_delay{}, drain_delay{}, drain_grace{};
};

/// Every environment variable of the gateway, for --help.
std::vector<kit::config_key> setting_keys();
result<settings, diagnostics> read_settings(kit::configuration::environment const& given);

}  // namespace holdfast::gateway
