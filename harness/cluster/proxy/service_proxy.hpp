#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cluster/proxy/connection_record.hpp"
#include "cluster/proxy/fault_chain.hpp"
#include "cluster/proxy/proxy_endpoints.hpp"
#include "cluster/proxy/proxy_options.hpp"
#include "cluster/proxy/proxy_usage.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

class listening_socket;

/// What kube-proxy is to a cluster: gives Services their addresses and brings each connection to one of their pods.
/// Runs on a thread of its own; every function may be called from any other thread, and is done when it returns, except
/// that set_endpoints() waits for the sync period.
class service_proxy {
 public:
  /// @param sink  gets records and events; outlives the proxy
  /// @error  no descriptors or no thread can be had
  static result<std::unique_ptr<service_proxy>> start(proxy_options options, proxy_sink& sink);
  ~service_proxy();  ///< stops
  service_proxy(service_proxy const&) = delete;
  service_proxy& operator=(service_proxy const&) = delete;

  /// Holds the addresses of a Service's port. It refuses connections until it has endpoints.
  /// @return  the addresses with their real ports
  /// @error   names used twice, addresses that cannot be had: each with its reason
  result<std::vector<ipv4_endpoint>, diagnostics> add_service(service_settings const& settings);
  /// Gives its addresses up. Connections that are open live on.
  void remove_service(std::string const& name);
  /// Holds one more address for a Service's port, and disturbs nobody who uses the others.
  /// @return  the address with its real port
  /// @error   no Service of that name, or why the address cannot be had
  result<ipv4_endpoint, diagnostics> add_address(std::string const& name, ipv4_endpoint const& at);
  /// Gives one of its addresses up. Connections that are open live on.
  void remove_address(std::string const& name, ipv4_endpoint const& at);
  /// All endpoints of a Service's port from now on. Connections that are open stay with their pods.
  void set_endpoints(std::string const& name, std::vector<proxy_endpoint> endpoints);

  /// Switches a fault on, for open connections too. @error  what is wrong with the request
  result<fault_id, diagnostics> add_fault(fault_request const& request);
  /// What it held goes on. @return false when there is no such fault
  bool remove_fault(fault_id id);

  /// Connections from this client go to `to`, whatever Service they ask for, and suffer its faults: how a fault_probe
  /// reaches a responder of its own. Nothing: no more.
  void set_probe_route(std::uint32_t client_address, std::optional<ipv4_endpoint> to);

  proxy_usage usage();

  /// Resets what is open, gives all addresses up, and waits for the thread. Safe to call again.
  void stop();

 private:
  struct thread_part;
  explicit service_proxy(std::unique_ptr<thread_part> part);
  template <class Task>
  auto on_thread(Task task);
  result<listening_socket, diagnostics> hold(std::string const& field, ipv4_endpoint const& at);
  std::unique_ptr<thread_part> part_;
};

}  // namespace holdfast::cluster
