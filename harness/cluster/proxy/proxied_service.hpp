#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/proxy/event_loop.hpp"
#include "cluster/proxy/listening_socket.hpp"
#include "cluster/proxy/proxied_connection.hpp"
#include "cluster/proxy/proxy_endpoints.hpp"

namespace holdfast::cluster {

class proxied_service;

/// One address of a Service.
class service_listener final : public event_handler {
 public:
  explicit service_listener(listening_socket held) : socket{std::move(held)} {}
  void on_events(std::uint32_t events) override;
  listening_socket socket;
  proxied_service* owner = nullptr;
  bool is_in_turn = false;
};

/// Takes the connections of Services. Implemented by the proxy's engine.
class connection_acceptor {
 public:
  virtual ~connection_acceptor() = default;
  virtual void on_connectable(service_listener& at) = 0;
};

/// A Service port as the proxy's thread knows it: addresses, endpoints, faults.
class proxied_service : public std::enable_shared_from_this<proxied_service> {
 public:
  proxied_service(connection_acceptor& acceptor, std::string name, std::vector<listening_socket> sockets,
                  std::optional<nanoseconds> affinity);

  shared_name const& name() const { return name_; }
  connection_acceptor& acceptor() { return acceptor_; }
  std::vector<std::unique_ptr<service_listener>>& listeners() { return listeners_; }
  service_listener& add_listener(listening_socket socket);
  proxy_endpoints& endpoints() { return endpoints_; }
  std::vector<active_fault> const& faults() const { return faults_; }
  void set_faults(std::vector<active_fault> faults) { faults_ = std::move(faults); }

  /// What becomes of new connections: without endpoints they are refused.
  listener_effect wanted() const;
  std::string reason() const;  ///< for that, for people
  listener_effect state() const { return state_; }
  /// Brings all listeners to wanted(). @return  what was not possible
  boost::system::error_code settle();

 private:
  active_fault const* fault_with(listener_effect effect) const;
  connection_acceptor& acceptor_;
  shared_name name_;
  std::vector<std::unique_ptr<service_listener>> listeners_;
  proxy_endpoints endpoints_;
  std::vector<active_fault> faults_;
  listener_effect state_ = listener_effect::refuse;
};

}  // namespace holdfast::cluster
