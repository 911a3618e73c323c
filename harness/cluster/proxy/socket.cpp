#include "cluster/proxy/socket.hpp"

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cluster/proxy/socket_address.hpp"

namespace holdfast::cluster {
namespace {

using boost::system::error_code;

error_code last_error() { return {errno, boost::system::system_category()}; }

bool set_on(int fd, int level, int name) {
  int const on = 1;
  return ::setsockopt(fd, level, name, &on, sizeof on) == 0;
}

}  // namespace

sockaddr_in socket_address(ipv4_endpoint const& at) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(at.port);
  address.sin_addr.s_addr = htonl(at.address);
  return address;
}

ipv4_endpoint endpoint_of(sockaddr_in const& address) {
  return {ntohl(address.sin_addr.s_addr), ntohs(address.sin_port)};
}

unique_descriptor& unique_descriptor::operator=(unique_descriptor&& other) noexcept {
  if (this == &other) return *this;
  close();
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

void unique_descriptor::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void unique_descriptor::reset() {
  if (fd_ < 0) return;
  linger const abruptly{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abruptly, sizeof abruptly);
  close();
}

result<unique_descriptor> open_tcp_socket() {
  unique_descriptor opened{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!opened.is_open()) return last_error();
  return opened;
}

result<unique_descriptor> start_connect(ipv4_endpoint const& to, std::uint32_t from) {
  auto opened = open_tcp_socket();
  if (!opened) return opened;
  // Bytes are passed on as they come: waiting for more would add the sender's delayed ACK.
  set_on(opened->get(), IPPROTO_TCP, TCP_NODELAY);
  if (from != 0) {
    auto const source = socket_address({from, 0});
    set_on(opened->get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);  // the port is chosen for the pair of addresses
    if (::bind(opened->get(), reinterpret_cast<sockaddr const*>(&source), sizeof source) != 0) return last_error();
  }
  auto const address = socket_address(to);
  auto const status = ::connect(opened->get(), reinterpret_cast<sockaddr const*>(&address), sizeof address);
  if (status != 0 && errno != EINPROGRESS) return last_error();
  return opened;
}

error_code pending_error(int descriptor) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &value, &size) != 0) return last_error();
  return {value, boost::system::system_category()};
}

ipv4_endpoint local_endpoint(int descriptor) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return endpoint_of(address);
}

bool is_out_of_descriptors(error_code ec) {
  auto const value = ec.value();
  return value == EMFILE || value == ENFILE || value == ENOBUFS || value == ENOMEM;
}

}  // namespace holdfast::cluster
