#include "target/listener.hpp"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace holdfast::target {
namespace {

// The kernel cuts it to net.core.somaxconn. Bursts of connects must not be lost to a short queue of ours.
constexpr int backlog = 65'535;

struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

result<socket_address> address_of(listen_address const& at) {
  socket_address to;
  if (at.is_unix()) {
    auto& unix_address = reinterpret_cast<sockaddr_un&>(to.storage);
    if (at.unix_path.size() >= sizeof unix_address.sun_path) {
      return boost::system::error_code{ENAMETOOLONG, boost::system::system_category()};
    }
    unix_address.sun_family = AF_UNIX;
    std::memcpy(unix_address.sun_path, at.unix_path.c_str(), at.unix_path.size() + 1);
    to.size = sizeof unix_address;
  } else if (at.is_ipv6()) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(to.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(at.port);
    ::inet_pton(AF_INET6, at.host.c_str(), &v6.sin6_addr);
    to.size = sizeof v6;
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(to.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(at.port);
    ::inet_pton(AF_INET, at.host.c_str(), &v4.sin_addr);
    to.size = sizeof v4;
  }
  return to;
}

bool set_option(int fd, int level, int name) {
  int const on = 1;
  return ::setsockopt(fd, level, name, &on, sizeof on) == 0;
}

/// Removes the file of a unix socket whose server is gone; a living one keeps it, and bind() then fails.
void remove_stale(socket_address& at, std::string const& path) {
  int const probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return;
  bool const is_stale = ::connect(probe, at.get(), at.size) != 0 && errno == ECONNREFUSED;
  ::close(probe);
  if (is_stale) ::unlink(path.c_str());
}

std::uint16_t bound_port(int fd, listen_address const& at) {
  socket_address bound;
  bound.size = sizeof bound.storage;
  if (at.is_unix() || ::getsockname(fd, bound.get(), &bound.size) != 0) return at.port;
  return ntohs(at.is_ipv6() ? reinterpret_cast<sockaddr_in6&>(bound.storage).sin6_port
                            : reinterpret_cast<sockaddr_in&>(bound.storage).sin_port);
}

}  // namespace

result<listener> listener::open(listen_address const& at) {
  auto address = address_of(at);
  if (!address) return address.error();
  int const fd = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return last_error();
  listener made{fd, at};
  if (at.is_unix()) {
    remove_stale(*address, at.unix_path);
  } else if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR) || !set_option(fd, SOL_SOCKET, SO_REUSEPORT) ||
             !set_option(fd, IPPROTO_TCP, TCP_NODELAY)) {
    return last_error();
  }
  if (::bind(fd, address->get(), address->size) != 0 || ::listen(fd, backlog) != 0) return last_error();
  made.at_.port = bound_port(fd, at);
  return made;
}

listener& listener::operator=(listener&& other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) ::close(fd_);
  fd_ = std::exchange(other.fd_, -1);
  at_ = std::move(other.at_);
  return *this;
}

listener::~listener() {
  if (fd_ >= 0) ::close(fd_);
}

result<listener> listener::duplicate() const {
  int const copy = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return last_error();
  return listener{copy, at_};
}

int listener::family() const { return at_.is_unix() ? AF_UNIX : at_.is_ipv6() ? AF_INET6 : AF_INET; }

}  // namespace holdfast::target
