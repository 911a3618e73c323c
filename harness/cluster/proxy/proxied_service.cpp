#include "cluster/proxy/proxied_service.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::cluster {

void service_listener::on_events(std::uint32_t events) {
  if (events == 0) is_in_turn = false;
  owner->acceptor().on_connectable(*this);
}

proxied_service::proxied_service(connection_acceptor& acceptor, std::string name, std::vector<listening_socket> sockets,
                                 std::optional<nanoseconds> affinity)
    : acceptor_{acceptor}, name_{std::make_shared<std::string const>(std::move(name))}, endpoints_{affinity} {
  for (auto& socket : sockets) add_listener(std::move(socket));
}

service_listener& proxied_service::add_listener(listening_socket socket) {
  auto& added = *listeners_.emplace_back(std::make_unique<service_listener>(std::move(socket)));
  added.owner = this;
  return added;
}

active_fault const* proxied_service::fault_with(listener_effect effect) const {
  auto const found =
      std::ranges::find_if(faults_, [&](active_fault const& f) { return f.fault->on_listener() == effect; });
  return found == faults_.end() ? nullptr : &*found;
}

listener_effect proxied_service::wanted() const {
  if (endpoints_.is_empty() || fault_with(listener_effect::refuse) != nullptr) return listener_effect::refuse;
  return fault_with(listener_effect::hang) != nullptr ? listener_effect::hang : listener_effect::accept;
}

std::string proxied_service::reason() const {
  if (endpoints_.is_empty()) return endpoints_.reason();
  auto const* const fault = fault_with(wanted());
  return fault == nullptr || wanted() == listener_effect::accept ? "" : "fault " + *fault->name;
}

boost::system::error_code proxied_service::settle() {
  boost::system::error_code failed;
  state_ = wanted();
  for (auto& listener : listeners_) {
    if (auto const ec = listener->socket.become(state_)) failed = ec;
  }
  return failed;
}

}  // namespace holdfast::cluster
