#include "net/resolver.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <boost/asio/local/stream_protocol.hpp>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace holdfast::net {
namespace {

result<std::vector<stream_endpoint>, std::string> unix_address(std::string const& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) return "the path of a unix socket has at most 107 bytes";
  return std::vector<stream_endpoint>{boost::asio::local::stream_protocol::endpoint{path}};
}

}  // namespace

result<std::vector<stream_endpoint>, std::string> resolve(origin const& to) {
  if (!to.unix_path.empty()) return unix_address(to.unix_path);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto const problem = getaddrinfo(connect_host(to).c_str(), std::to_string(connect_port(to)).c_str(), &hints, &found);
  if (problem != 0) return std::string{problem == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(problem)};
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> const owner{found, &freeaddrinfo};
  std::vector<stream_endpoint> addresses;
  for (auto const* entry = found; entry != nullptr; entry = entry->ai_next) {
    addresses.emplace_back(entry->ai_addr, entry->ai_addrlen);
  }
  return addresses;
}

std::string to_string(stream_endpoint const& endpoint) {
  auto const* const address = static_cast<sockaddr const*>(static_cast<void const*>(endpoint.data()));
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_UNIX) {
    auto const* const local = static_cast<sockaddr_un const*>(static_cast<void const*>(endpoint.data()));
    auto const length = endpoint.size() - offsetof(sockaddr_un, sun_path);
    return "unix:" + std::string(local->sun_path, strnlen(local->sun_path, length));
  }
  if (address->sa_family == AF_INET6) {
    auto const* const v6 = static_cast<sockaddr_in6 const*>(static_cast<void const*>(endpoint.data()));
    inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    return '[' + std::string{text.data()} + "]:" + std::to_string(ntohs(v6->sin6_port));
  }
  auto const* const v4 = static_cast<sockaddr_in const*>(static_cast<void const*>(endpoint.data()));
  inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
  return std::string{text.data()} + ':' + std::to_string(ntohs(v4->sin_port));
}

bool is_loopback(stream_endpoint const& endpoint) {
  auto const* const address = static_cast<sockaddr const*>(static_cast<void const*>(endpoint.data()));
  if (address->sa_family == AF_UNIX) return true;
  if (address->sa_family == AF_INET6) {
    auto const* const v6 = static_cast<sockaddr_in6 const*>(static_cast<void const*>(endpoint.data()));
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) != 0;
  }
  auto const* const v4 = static_cast<sockaddr_in const*>(static_cast<void const*>(endpoint.data()));
  return (ntohl(v4->sin_addr.s_addr) >> 24U) == 127;
}

}  // namespace holdfast::net
