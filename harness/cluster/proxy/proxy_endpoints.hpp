#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cluster/control/endpoint_choice.hpp"
#include "cluster/proxy/ipv4_endpoint.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {

/// A name that many connections and records share.
using shared_name = std::shared_ptr<std::string const>;

/// A pod behind a Service, with the conditions of its EndpointSlice.
struct proxy_endpoint {
  std::string pod;
  ipv4_endpoint at;
  bool ready = false;
  bool serving = false;
  bool terminating = false;
  friend bool operator==(proxy_endpoint const&, proxy_endpoint const&) = default;
};

/// Where a new connection goes.
struct chosen_endpoint {
  shared_name pod;
  ipv4_endpoint at;
};

/// The endpoints of one Service's port, and the choice among them for each connection by the rules of control/: of
/// those that are eligible uniformly at random, or with affinity the one that the client had before.
class proxy_endpoints {
 public:
  /// @param affinity  how long a client stays with its endpoint after its last connection; nothing: no affinity
  explicit proxy_endpoints(std::optional<nanoseconds> affinity = std::nullopt);

  void set(std::span<proxy_endpoint const> all);
  bool is_empty() const { return eligible_.addresses.empty(); }
  std::string const& reason() const { return reason_; }  ///< "2 of 3 endpoints are ready"

  /// @return  null when there is no endpoint. Valid until the next set().
  chosen_endpoint const* choose(std::uint32_t client_address, time_point now, random_engine& random);

 private:
  eligible_endpoints eligible_;
  std::string reason_;
  std::unordered_map<std::string, chosen_endpoint> by_address_;
  std::optional<client_affinity> affinity_;
};

}  // namespace holdfast::cluster
