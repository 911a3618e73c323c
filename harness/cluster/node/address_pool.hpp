#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>

#include "cluster/node/file_descriptor.hpp"
#include "cluster/node/listening_sockets.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// A run's part of the loopback addresses, 127.n.0.0/16, and who has which. Services get 127.n.0.1 to 127.n.15.254,
/// pods 127.n.16.1 to 127.n.255.254. An address that was given back is given out again after all others.
///
/// The claim is the name of a socket in the abstract namespace, not a file: like loopback addresses it belongs to the
/// network namespace, is the same for all users, and the kernel takes it back when the last holder is gone.
class address_pool {
 public:
  /// Claims a network that no other run has and where nobody listens, beginning at a place that `preference` chooses.
  /// The error is a sentence.
  static result<address_pool, std::string> claim(std::uint64_t preference);

  std::uint8_t network() const { return network_; }  ///< n in 127.n.0.0/16
  int claim_descriptor() const { return claim_.get(); }

  /// The error is a sentence: all are taken.
  result<ipv4, std::string> take_service_address();
  result<ipv4, std::string> take_pod_address();
  /// A Service may ask for its address (clusterIP). The error is a sentence: not ours, or taken.
  result<ipv4, std::string> take_this_service_address(ipv4 const& wanted);
  void give_back(ipv4 const& address);

 private:
  struct range {
    unsigned next_third;
    unsigned last_third;
    unsigned next_fourth = 1;
    std::deque<ipv4> returned{};
  };
  address_pool(std::uint8_t network, file_descriptor claim) : network_{network}, claim_{std::move(claim)} {}
  result<ipv4, std::string> take(range& from, char const* what);

  std::uint8_t network_;
  file_descriptor claim_;
  range services_{.next_third = 0, .last_third = 15};
  range pods_{.next_third = 16, .last_third = 255};
  std::set<ipv4> taken_;
};

}  // namespace holdfast::cluster
