#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace holdfast::net {

enum class url_scheme : std::uint8_t { http, https };

/// Where requests of one kind go: what a connection can be shared for.
struct origin {
  url_scheme scheme = url_scheme::http;
  std::string host;  ///< name or address without brackets; sent in Host and SNI even over a unix socket
  std::uint16_t port = 80;
  std::string unix_path;  ///< when not empty, connect to this unix socket instead of host and port
  friend auto operator<=>(origin const&, origin const&) = default;
};

/// "host", "host:8080", "[::1]:8080": the port only when it is not the scheme's own.
std::string host_header(origin const& to);

/// "http://host:8080" or "http+unix://%2Frun%2Fa.sock" as parse_url() reads it.
std::string to_string(origin const& to);

}  // namespace holdfast::net
