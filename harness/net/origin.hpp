#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace holdfast::net {

enum class url_scheme : std::uint8_t { http, https };

/// An HTTP proxy that tunnels to an origin by CONNECT.
struct tunnel_proxy {
  std::string host;
  std::uint16_t port = 3128;
  std::string authorization{};  ///< the value of Proxy-Authorization; empty: none is sent
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the zero inside a defaulted comparison for a pointer
  friend auto operator<=>(tunnel_proxy const&, tunnel_proxy const&) = default;
};

/// Where requests of one kind go: what a connection can be shared for.
struct origin {
  url_scheme scheme = url_scheme::http;
  std::string host;  ///< name or address without brackets; sent in Host and SNI even over a unix socket
  std::uint16_t port = 80;
  std::string unix_path;                ///< when not empty, connect to this unix socket instead of host and port
  std::optional<tunnel_proxy> proxy{};  ///< https only: connect to the proxy, which leads to host and port
  friend auto operator<=>(origin const&, origin const&) = default;
};

/// What a connection's addresses are looked up for: the host, or the proxy before it.
inline std::string const& connect_host(origin const& to) { return to.proxy ? to.proxy->host : to.host; }
inline std::uint16_t connect_port(origin const& to) { return to.proxy ? to.proxy->port : to.port; }

/// "host", "host:8080", "[::1]:8080": the port only when it is not the scheme's own.
std::string host_header(origin const& to);

/// "http://host:8080" or "http+unix://%2Frun%2Fa.sock" as parse_url() reads it.
std::string to_string(origin const& to);

}  // namespace holdfast::net
