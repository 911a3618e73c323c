#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cluster/proxy/proxy_endpoints.hpp"
#include "cluster/proxy/proxy_options.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

class service_proxy;

/// What service_routes needs of a proxy.
class route_proxy {
 public:
  /// Why an address is not held: a sentence without its full stop that names the address.
  using outcome = result<void, std::string>;

  virtual ~route_proxy() = default;
  virtual outcome add_service(service_settings const& settings) = 0;
  virtual void remove_service(std::string const& name) = 0;
  virtual outcome add_address(std::string const& name, ipv4_endpoint const& at) = 0;
  virtual void remove_address(std::string const& name, ipv4_endpoint const& at) = 0;
  virtual void set_endpoints(std::string const& name, std::vector<proxy_endpoint> endpoints) = 0;
};

/// The real one, which outlives it. Its sentences name the process that has the address, where that can be seen.
std::unique_ptr<route_proxy> routes_through(service_proxy& proxy);

}  // namespace holdfast::cluster
