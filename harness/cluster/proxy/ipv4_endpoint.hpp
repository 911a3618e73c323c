#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::cluster {

/// An IPv4 address and a port, both in host order. Everything of a local cluster lives in 127.0.0.0/8.
struct ipv4_endpoint {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  friend auto operator<=>(ipv4_endpoint const&, ipv4_endpoint const&) = default;
};

/// "127.1.2.3"; nothing around it, no shortened forms.
std::optional<std::uint32_t> parse_ipv4_address(std::string_view text);

/// "127.1.2.3:8080".
std::optional<ipv4_endpoint> parse_ipv4_endpoint(std::string_view text);

std::string ipv4_text(std::uint32_t address);    ///< "127.1.2.3"
std::string to_string(ipv4_endpoint const& at);  ///< "127.1.2.3:8080"

}  // namespace holdfast::cluster
