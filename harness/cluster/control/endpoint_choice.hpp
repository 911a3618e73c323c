#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cluster/control/endpoints.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {

enum class endpoint_set { ready, terminating, none };

/// Endpoints that new connections may go to.
struct eligible_endpoints {
  endpoint_set which = endpoint_set::none;  ///< none: the connection is refused
  std::vector<std::string> addresses{};
};

/// Kubernetes: all that are ready; if there is none, all that are serving and terminating; if there is none, nobody.
eligible_endpoints eligible(std::span<endpoint const> endpoints);

/// Why: "2 of 3 endpoints are ready", "no endpoint is ready: 1 terminating one still serves", "no endpoint serves".
std::string text_of(eligible_endpoints const& chosen, std::size_t all);

/// Kubernetes, iptables mode: uniform at random for each connection, without retry on another one.
/// @return empty when there is none
std::string_view random_choice(eligible_endpoints const& from, random_engine& random);

/// Kubernetes, IPVS mode: in turn.
class round_robin_choice {
 public:
  std::string_view next(eligible_endpoints const& from);

 private:
  std::uint64_t turn_ = 0;
};

/// Kubernetes, sessionAffinity ClientIP: a client stays with its endpoint while that is eligible and the client's last
/// connection is not older than the timeout (default 10800 s). Remembers clients for that long.
class client_affinity {
 public:
  explicit client_affinity(nanoseconds timeout = std::chrono::seconds{10800}) : timeout_{timeout} {}

  std::string_view choose(std::string const& client, eligible_endpoints const& from, random_engine& random,
                          time_point now);

  std::size_t size() const { return clients_.size(); }

 private:
  struct pinned {
    std::string address{};
    time_point last{};
  };
  void forget_old(time_point now);

  nanoseconds timeout_;
  std::unordered_map<std::string, pinned> clients_{};
  std::size_t prune_at_ = 1024;  ///< doubles with what is left, so that pruning stays cheap for each connection
};

/// When a proxy applies a change of its endpoints. Kubernetes: at most once in a period, 1 s by default
/// (minSyncPeriod).
class proxy_update_pace {
 public:
  explicit proxy_update_pace(nanoseconds period = std::chrono::seconds{1}) : period_{period} {}

  /// Earliest time to apply what has changed by `now`.
  time_point due(time_point now) const { return last_ && *last_ + period_ > now ? *last_ + period_ : now; }
  void applied(time_point now) { last_ = now; }

 private:
  nanoseconds period_;
  std::optional<time_point> last_{};
};

}  // namespace holdfast::cluster
