#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/units.hpp"

namespace holdfast::target {

/// Where a server listens: an address and port, or the path of a unix socket.
struct listen_address {
  std::string host = "127.0.0.1";  ///< a numeric IPv4 or IPv6 address
  std::uint16_t port = 0;          ///< 0: the system chooses
  std::string unix_path;           ///< when not empty, the only thing that counts

  bool is_unix() const { return !unix_path.empty(); }
  bool is_ipv6() const { return host.find(':') != std::string::npos; }
};

/// "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080" (every IPv4 address), or a port alone (on 127.0.0.1).
result<listen_address, unit_error> parse_listen_address(std::string_view text);

/// "http://127.0.0.1:8080", "https://[::1]:8443" or "unix:/run/a.sock".
std::string to_url(listen_address const& at, std::string_view scheme);

}  // namespace holdfast::target
