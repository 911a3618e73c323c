#include "cluster/proxy/listening_socket.hpp"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "cluster/proxy/socket_address.hpp"

namespace holdfast::cluster {
namespace {

using boost::system::error_code;

// The kernel cuts it to net.core.somaxconn. Bursts of connects must not be lost to a short queue of ours.
constexpr int backlog = 65'535;

error_code last_error() { return {errno, boost::system::system_category()}; }

result<unique_descriptor> bound_socket(ipv4_endpoint const& at) {
  auto opened = open_tcp_socket();
  if (!opened) return opened;
  int const on = 1;
  auto const address = socket_address(at);
  // Accepted sockets inherit TCP_NODELAY.
  if (::setsockopt(opened->get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::setsockopt(opened->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      ::bind(opened->get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) {
    return last_error();
  }
  return opened;
}

}  // namespace

result<listening_socket> listening_socket::bind(ipv4_endpoint const& at) {
  auto socket = bound_socket(at);
  if (!socket) return socket.error();
  auto const real = local_endpoint(socket->get());
  if (at.port == 0) {
    // A port that the kernel chose is given up when the socket stops listening; one that was asked for stays.
    auto asked = bound_socket(real);
    if (!asked) return asked.error();
    *socket = std::move(*asked);
  }
  // SO_REUSEADDR lets two sockets hold an address until one of them listens: an address in use shows here.
  if (::listen(socket->get(), backlog) != 0) return last_error();
  listening_socket made{std::move(*socket), real};
  if (auto const ec = made.refuse_all()) return ec;
  return made;
}

error_code listening_socket::become(listener_effect wanted) {
  if (wanted == state_) return {};
  auto const ec = wanted == listener_effect::accept   ? accept_all()
                  : wanted == listener_effect::refuse ? refuse_all()
                                                      : hang();
  if (!ec) state_ = wanted;
  return ec;
}

bool listening_socket::take_plug(ipv4_endpoint const& client) {
  if (client != plug_at_) return false;
  plug_at_ = {};
  return true;
}

error_code listening_socket::accept_all() {
  plug_.close();
  return ::listen(socket_.get(), backlog) == 0 ? error_code{} : last_error();
}

/// On Linux, shutting a listening socket down ends listening and keeps the address.
error_code listening_socket::refuse_all() {
  plug_.close();
  plug_at_ = {};
  return ::shutdown(socket_.get(), SHUT_RDWR) == 0 ? error_code{} : last_error();
}

/// A listener whose queue is full drops the SYNs of others, and they try again: a connect that hangs, as behind a
/// firewall that drops. The queue of a backlog of 0 is full with one connection, so we make that one ourselves.
error_code listening_socket::hang() {
  if (::listen(socket_.get(), 0) != 0) return last_error();
  auto plug = start_connect(at_);
  if (!plug) return plug.error();
  plug_at_ = local_endpoint(plug->get());
  plug_ = std::move(*plug);
  return {};
}

}  // namespace holdfast::cluster
