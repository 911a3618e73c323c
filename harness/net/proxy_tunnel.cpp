#include "net/proxy_tunnel.hpp"

#include <cassert>

namespace holdfast::net {
namespace {

/// Always with its port, as CONNECT demands; an address without its zone, which has a meaning on this machine only.
std::string authority(std::string const& host, std::uint16_t port) {
  auto const is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? '[' + host.substr(0, host.find('%')) + ']' : host) + ':' + std::to_string(port);
}

}  // namespace

proxy_tunnel::proxy_tunnel(origin const& to, scan_limits const& limits) : scanner_{limits} {
  assert(to.proxy && "a tunnel leads through a proxy");
  auto const there = authority(to.host, to.port);
  request_ = "CONNECT " + there + " HTTP/1.1\r\nHost: " + there + "\r\n";
  if (!to.proxy->authorization.empty()) request_ += "Proxy-Authorization: " + to.proxy->authorization + "\r\n";
  request_ += "\r\n";
  // An answer that opens the tunnel has no body whatever it declares, and that of a refusal is of no use.
  scanner_.start(body_rule::never);
}

std::size_t proxy_tunnel::feed(std::span<char const> bytes) {
  if (state_ != tunnel_state::asking) return 0;
  auto const used = scanner_.feed(bytes);
  if (scanner_.state() == scan_state::malformed) {
    state_ = tunnel_state::refused;
    problem_ = "the proxy's answer to CONNECT is not HTTP: " + std::string{scanner_.problem()};
  } else if (scanner_.state() == scan_state::complete) {
    auto const status = scanner_.head().status;
    auto const is_open = status >= 200 && status <= 299;
    state_ = is_open ? tunnel_state::open : tunnel_state::refused;
    if (!is_open) problem_ = "the proxy answered CONNECT with status " + std::to_string(status);
  }
  return used;
}

}  // namespace holdfast::net
