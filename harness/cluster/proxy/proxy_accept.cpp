// How a proxy takes connections.
#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "cluster/proxy/proxy_engine.hpp"
#include "cluster/proxy/socket_address.hpp"

namespace holdfast::cluster {
namespace {

constexpr unsigned most_at_once = 64;
constexpr auto accept_retry = std::chrono::milliseconds{20};
constexpr auto complain_every = std::chrono::seconds{1};

}  // namespace

void proxy_engine::on_connectable(service_listener& at) {
  if (at.socket.state() != listener_effect::accept || accept_timer_.is_armed()) return;
  for (unsigned i = 0; i < most_at_once; ++i) {
    if (accept_one(at) != accepted::yes) return;
  }
  if (std::exchange(at.is_in_turn, true)) return;
  loop.again(at);
}

proxy_engine::accepted proxy_engine::accept_one(service_listener& at) {
  auto& service = *at.owner;
  if (connections_.size() >= options_.most_connections) {
    pause_accepting(service, proxy_event::kind::too_many,
                    std::to_string(connections_.size()) + " connections are open; more wait until some end");
    return accepted::later;
  }
  sockaddr_in address{};
  socklen_t size = sizeof address;
  unique_descriptor socket{
      ::accept4(at.socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (socket.is_open()) {
    auto const client = endpoint_of(address);
    if (!at.socket.take_plug(client)) start(service, std::move(socket), client);
    return accepted::yes;
  }
  if (errno == EINTR || errno == ECONNABORTED) return accepted::yes;
  if (errno == EAGAIN || errno == EINVAL) return accepted::none_waits;  // EINVAL: it does not listen
  boost::system::error_code const why{errno, boost::system::system_category()};
  pause_accepting(
      service, proxy_event::kind::out_of_descriptors,
      "a connection cannot be accepted: " + why.message() +
          ". It waits until descriptors are free. Raise the limit (\"ulimit -n\"): each connection needs two");
  return accepted::later;
}

void proxy_engine::start(proxied_service& service, unique_descriptor socket, ipv4_endpoint const& client) {
  auto& totals = connection_environment::usage;
  ++totals.accepted;
  auto owner = service.shared_from_this();
  auto& connection = *connections_.emplace_back(std::make_unique<proxied_connection>(
      static_cast<connection_environment&>(*this), std::move(owner), std::move(socket), client));
  connection.index = connections_.size() - 1;
  totals.most_open = std::max<std::uint64_t>(totals.most_open, connections_.size());
  auto const probe = probe_routes_.empty() ? probe_routes_.end() : probe_routes_.find(client.address);
  auto const* const to =
      probe != probe_routes_.end() ? &probe->second : service.endpoints().choose(client.address, loop.now(), random_);
  if (to == nullptr) return connection.abort(connection_end::no_endpoint);
  connection.connect(*to, service.faults(), ++connection_number_);
}

// What waits stays in the kernel's queue; an edge-triggered loop does not spin on it.
void proxy_engine::pause_accepting(proxied_service& service, proxy_event::kind why, std::string text) {
  ++connection_environment::usage.pauses;
  auto const now = clock_seam::now();
  accept_timer_.arm(now + accept_retry);
  if (complained_ && now - *complained_ < complain_every) return;
  complained_ = now;
  tell(service, why, std::move(text));
}

void proxy_engine::resume_accepting() {
  for (auto const& [name, service] : services_) {
    for (auto& listener : service->listeners()) on_connectable(*listener);
  }
}

}  // namespace holdfast::cluster
