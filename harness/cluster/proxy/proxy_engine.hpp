#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cluster/proxy/event_loop.hpp"
#include "cluster/proxy/proxied_connection.hpp"
#include "cluster/proxy/proxied_service.hpp"
#include "cluster/proxy/proxy_options.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {

/// The part of a service_proxy that lives on its thread: everything here is called there only.
class proxy_engine : private connection_environment, private connection_acceptor {
 public:
  proxy_engine(event_loop& loop, proxy_options const& options, proxy_sink& sink);
  ~proxy_engine() override;

  bool has_service(std::string const& name) const { return services_.contains(name); }
  bool has_address(ipv4_endpoint const& at) const;
  /// @return  why the sockets cannot be watched
  boost::system::error_code add_service(service_settings const& settings, std::vector<listening_socket> sockets);
  void remove_service(std::string const& name);
  /// @return  why the socket cannot be watched or listen
  boost::system::error_code add_address(std::string const& name, listening_socket socket);
  void remove_address(std::string const& name, ipv4_endpoint const& at);
  void set_endpoints(std::string const& name, std::vector<proxy_endpoint> endpoints);
  void add_fault(fault_request const& request, active_fault fault);
  bool remove_fault(fault_id id);
  void set_probe_route(std::uint32_t client_address, std::optional<ipv4_endpoint> to);
  proxy_usage usage() const;
  /// Resets what is open and tells what is left to tell.
  void stop();

 private:
  struct switched_fault {
    active_fault fault;
    std::vector<std::string> services;
  };
  // connection_environment
  void on_closed(proxied_connection& connection, connection_record record) override;
  // connection_acceptor
  void on_connectable(service_listener& at) override;

  enum class accepted : std::uint8_t { yes, none_waits, later };
  accepted accept_one(service_listener& at);
  void start(proxied_service& service, unique_descriptor socket, ipv4_endpoint const& client);
  void pause_accepting(proxied_service& service, proxy_event::kind why, std::string text);
  void resume_accepting();
  void apply_endpoints();
  void apply_faults(proxied_service& service);
  void settle(proxied_service& service);
  void tell(proxied_service const& service, proxy_event::kind what, std::string text);
  void tell_records();
  void close_listeners(proxied_service& service, std::optional<ipv4_endpoint> only = std::nullopt);

  proxy_options options_;
  proxy_sink& sink_;
  random_engine random_;
  std::map<std::string, std::shared_ptr<proxied_service>, std::less<>> services_;
  std::map<std::string, std::vector<proxy_endpoint>> endpoints_to_apply_;
  std::map<fault_id, switched_fault> faults_;
  std::vector<std::unique_ptr<proxied_connection>> connections_;
  std::vector<std::unique_ptr<proxied_connection>> closed_;  // until the end of the round
  std::vector<connection_record> records_;
  std::map<std::uint32_t, chosen_endpoint> probe_routes_;
  proxy_update_pace sync_pace_;
  loop_timer sync_timer_;
  loop_timer record_timer_;
  loop_timer accept_timer_;
  std::optional<time_point> complained_;
  time_point started_;
  std::uint64_t connection_number_ = 0;
};

}  // namespace holdfast::cluster
