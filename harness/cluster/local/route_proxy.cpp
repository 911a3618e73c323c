#include "cluster/local/route_proxy.hpp"

#include <utility>

#include <fmt/format.h>

#include "cluster/node/listening_sockets.hpp"
#include "cluster/proxy/service_proxy.hpp"

namespace holdfast::cluster {
namespace {

/// "127.5.0.1:80 is in use by nginx (process 4711), which listens on 0.0.0.0:80", or what the system said.
std::string reason_of(diagnostics const& problems, ipv4_endpoint const& at) {
  auto const address = parse_ipv4(ipv4_text(at.address));
  auto const user = address ? conflict(listening_sockets(), *address, at.port) : std::nullopt;
  return user ? *user : fmt::format("{}: {}", to_string(at), problems.front().problem);
}

class real_route_proxy final : public route_proxy {
 public:
  explicit real_route_proxy(service_proxy& proxy) : proxy_{proxy} {}

  outcome add_service(service_settings const& settings) override {
    auto const added = proxy_.add_service(settings);
    if (!added) return reason_of(added.error(), settings.listen.front());
    return {};
  }
  void remove_service(std::string const& name) override { proxy_.remove_service(name); }
  outcome add_address(std::string const& name, ipv4_endpoint const& at) override {
    auto const added = proxy_.add_address(name, at);
    if (!added) return reason_of(added.error(), at);
    return {};
  }
  void remove_address(std::string const& name, ipv4_endpoint const& at) override { proxy_.remove_address(name, at); }
  void set_endpoints(std::string const& name, std::vector<proxy_endpoint> endpoints) override {
    proxy_.set_endpoints(name, std::move(endpoints));
  }

 private:
  service_proxy& proxy_;
};

}  // namespace

std::unique_ptr<route_proxy> routes_through(service_proxy& proxy) { return std::make_unique<real_route_proxy>(proxy); }

}  // namespace holdfast::cluster
