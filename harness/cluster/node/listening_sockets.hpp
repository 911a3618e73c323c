#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cluster {

using ipv4 = std::array<std::uint8_t, 4>;

/// "127.5.0.1".
std::string text_of(ipv4 const& address);
std::optional<ipv4> parse_ipv4(std::string_view text);

/// A TCP socket that listens on this machine.
struct listener_facts {
  ipv4 address{};  ///< 0.0.0.0: on all; also what IPv6 sockets on [::] take
  std::uint16_t port = 0;
  std::uint64_t inode = 0;
};

/// What /proc/net/tcp and tcp6 say; IPv6 addresses other than [::] and mapped ones are left out.
std::vector<listener_facts> listening_sockets();
std::vector<listener_facts> parse_socket_table(std::string_view table);

/// Why a program could not listen there: "127.5.0.1:8080 is in use by bookd (process 4711), which listens on
/// 0.0.0.0:8080"; nullopt when it could.
std::optional<std::string> conflict(std::span<listener_facts const> sockets, ipv4 const& address, std::uint16_t port);

}  // namespace holdfast::cluster
