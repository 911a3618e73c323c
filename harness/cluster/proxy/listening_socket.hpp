#pragma once

#include <utility>

#include "cluster/proxy/ipv4_endpoint.hpp"
#include "cluster/proxy/path_fault.hpp"
#include "cluster/proxy/socket.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// A TCP address that is held all the time, and listened on while connections are wanted: a socket that is bound and
/// does not listen refuses, which is what a client of a Service without endpoints sees.
class listening_socket {
 public:
  /// Holds the address; it refuses at first. Port 0: one that is free.
  /// @error  address in use, not available, not permitted
  static result<listening_socket> bind(ipv4_endpoint const& at);

  ipv4_endpoint const& at() const { return at_; }
  int descriptor() const { return socket_.get(); }
  listener_effect state() const { return state_; }

  /// Changes what becomes of new connections. Those that were connected and not accepted are reset by refuse.
  boost::system::error_code become(listener_effect wanted);
  /// Whether this client is nobody, and only filled the queue. It comes once.
  bool take_plug(ipv4_endpoint const& client);

 private:
  listening_socket(unique_descriptor socket, ipv4_endpoint at) : socket_{std::move(socket)}, at_{at} {}
  boost::system::error_code accept_all();
  boost::system::error_code refuse_all();
  boost::system::error_code hang();
  unique_descriptor socket_;
  ipv4_endpoint at_;
  listener_effect state_ = listener_effect::refuse;
  unique_descriptor plug_;  // fills the queue of a listener that hangs
  ipv4_endpoint plug_at_;
};

}  // namespace holdfast::cluster
