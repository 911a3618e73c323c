#include "cluster/proxy/proxy_engine.hpp"

#include <algorithm>
#include <utility>

#include <sys/epoll.h>

namespace holdfast::cluster {
namespace {

constexpr std::size_t records_at_once = 256;

}  // namespace

proxy_engine::proxy_engine(event_loop& used, proxy_options const& options, proxy_sink& sink)
    : connection_environment{used},
      options_{options},
      sink_{sink},
      random_{options.seed},
      sync_pace_{options.sync_period},
      sync_timer_{used, [this] { apply_endpoints(); }},
      record_timer_{used, [this] { tell_records(); }},
      accept_timer_{used, [this] { resume_accepting(); }},
      started_{clock_seam::now()} {
  flow_limit = options.flow_limit;
  total_limit = options.total_limit;
  loop.on_round_end([this] { closed_.clear(); });
}

proxy_engine::~proxy_engine() = default;

boost::system::error_code proxy_engine::add_service(service_settings const& settings,
                                                    std::vector<listening_socket> sockets) {
  auto made = std::make_shared<proxied_service>(static_cast<connection_acceptor&>(*this), settings.name,
                                                std::move(sockets), settings.affinity);
  for (auto& listener : made->listeners()) {
    if (auto const ec = loop.watch(listener->socket.descriptor(), *listener, EPOLLIN)) return ec;
  }
  auto& service = *services_.emplace(settings.name, std::move(made)).first->second;
  apply_faults(service);
  return {};
}

bool proxy_engine::has_address(ipv4_endpoint const& at) const {
  return std::ranges::any_of(services_, [&](auto const& service) {
    return std::ranges::any_of(service.second->listeners(), [&](auto const& l) { return l->socket.at() == at; });
  });
}

void proxy_engine::remove_service(std::string const& name) {
  auto const found = services_.find(name);
  if (found == services_.end()) return;
  close_listeners(*found->second);
  services_.erase(found);
  endpoints_to_apply_.erase(name);
}

/// Its connections live on and keep the rest of it. No event of this round can come after a task.
void proxy_engine::close_listeners(proxied_service& service, std::optional<ipv4_endpoint> only) {
  std::erase_if(service.listeners(), [&](auto const& listener) {
    if (only && listener->socket.at() != *only) return false;
    if (listener->is_in_turn) loop.forget(*listener);
    return true;
  });
}

boost::system::error_code proxy_engine::add_address(std::string const& name, listening_socket socket) {
  auto const found = services_.find(name);
  if (found == services_.end()) return make_error_code(boost::system::errc::no_such_device_or_address);
  auto& service = *found->second;
  auto const at = socket.at();
  auto& listener = service.add_listener(std::move(socket));
  auto ec = loop.watch(listener.socket.descriptor(), listener, EPOLLIN);
  if (!ec) ec = listener.socket.become(service.state());
  if (ec) close_listeners(service, at);
  return ec;
}

void proxy_engine::remove_address(std::string const& name, ipv4_endpoint const& at) {
  auto const found = services_.find(name);
  if (found != services_.end()) close_listeners(*found->second, at);
}

void proxy_engine::set_endpoints(std::string const& name, std::vector<proxy_endpoint> endpoints) {
  if (!services_.contains(name)) return;
  endpoints_to_apply_[name] = std::move(endpoints);
  auto const now = clock_seam::now();
  auto const due = sync_pace_.due(now);
  if (due <= now) return apply_endpoints();
  sync_timer_.arm(due);
}

void proxy_engine::apply_endpoints() {
  sync_pace_.applied(clock_seam::now());
  for (auto const& [name, endpoints] : std::exchange(endpoints_to_apply_, {})) {
    auto& service = *services_.at(name);
    // Who is connected already belongs to the old set.
    for (auto& listener : service.listeners()) on_connectable(*listener);
    service.endpoints().set(endpoints);
    settle(service);
  }
}

void proxy_engine::settle(proxied_service& service) {
  auto const before = service.state();
  if (auto const ec = service.settle()) tell(service, proxy_event::kind::listen_failed, ec.message());
  auto const after = service.state();
  if (after == before) return;
  tell(service,
       after == listener_effect::accept   ? proxy_event::kind::accepting
       : after == listener_effect::refuse ? proxy_event::kind::refusing
                                          : proxy_event::kind::hanging,
       service.reason());
  if (after != listener_effect::accept) return;
  for (auto& listener : service.listeners()) on_connectable(*listener);
}

void proxy_engine::add_fault(fault_request const& request, active_fault fault) {
  auto const id = fault.id;
  faults_.emplace(id, switched_fault{std::move(fault), request.services});
  for (auto const& [name, service] : services_) apply_faults(*service);
}

bool proxy_engine::remove_fault(fault_id id) {
  if (faults_.erase(id) == 0) return false;
  for (auto const& [name, service] : services_) apply_faults(*service);
  return true;
}

void proxy_engine::apply_faults(proxied_service& service) {
  std::vector<active_fault> of_service;
  for (auto const& [id, switched] : faults_) {
    auto const is_meant =
        switched.services.empty() || std::ranges::find(switched.services, *service.name()) != switched.services.end();
    if (is_meant) of_service.push_back(switched.fault);
  }
  auto const is_same = std::ranges::equal(of_service, service.faults(), {}, &active_fault::id, &active_fault::id);
  if (is_same) return;
  service.set_faults(std::move(of_service));
  settle(service);
  // By number, because a connection that ends moves the last one into its place.
  for (std::size_t i = connections_.size(); i-- > 0;) {
    if (i < connections_.size() && &connections_[i]->service() == &service)
      connections_[i]->set_faults(service.faults());
  }
}

void proxy_engine::set_probe_route(std::uint32_t client_address, std::optional<ipv4_endpoint> to) {
  probe_routes_.erase(client_address);
  if (to) probe_routes_[client_address] = {std::make_shared<std::string const>("(probe)"), *to};
}

proxy_usage proxy_engine::usage() const {
  auto current = connection_environment::usage;
  current.cpu = clock_seam::thread_cpu_time();
  current.running = clock_seam::now() - started_;
  current.open = connections_.size();
  for (auto const& connection : connections_) {
    current.bytes_to_pods += connection->bytes_to_pod();
    current.bytes_to_clients += connection->bytes_to_client();
  }
  return current;
}

void proxy_engine::on_closed(proxied_connection& connection, connection_record record) {
  auto& totals = connection_environment::usage;
  totals.bytes_to_pods += record.bytes_to_pod;
  totals.bytes_to_clients += record.bytes_to_client;
  auto const is_failure = record.how >= connection_end::refused && record.how <= connection_end::out_of_descriptors;
  if (is_failure) ++totals.failed;
  auto const place = connection.index;
  closed_.push_back(std::move(connections_[place]));
  if (place + 1 < connections_.size()) {
    connections_[place] = std::move(connections_.back());
    connections_[place]->index = place;
  }
  connections_.pop_back();
  records_.push_back(std::move(record));
  if (records_.size() >= records_at_once) {
    tell_records();
  } else if (!record_timer_.is_armed()) {
    record_timer_.arm(loop.now() + options_.record_delay);
  }
}

void proxy_engine::tell_records() {
  record_timer_.cancel();
  if (records_.empty()) return;
  sink_.on_connections(std::exchange(records_, {}));
}

void proxy_engine::tell(proxied_service const& service, proxy_event::kind what, std::string text) {
  sink_.on_event({clock_seam::now(), what, service.name(), std::move(text)});
}

void proxy_engine::stop() {
  for (auto const& [name, service] : services_) close_listeners(*service);
  services_.clear();
  while (!connections_.empty()) connections_.back()->abort(connection_end::by_proxy);
  tell_records();
  closed_.clear();
  sync_timer_.cancel();
  accept_timer_.cancel();
}

}  // namespace holdfast::cluster
