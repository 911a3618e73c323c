#include "cluster/proxy/ipv4_endpoint.hpp"

#include <charconv>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace holdfast::cluster {

std::optional<std::uint32_t> parse_ipv4_address(std::string_view text) {
  in_addr parsed{};
  if (::inet_pton(AF_INET, std::string{text}.c_str(), &parsed) != 1) return std::nullopt;
  return ntohl(parsed.s_addr);
}

std::optional<ipv4_endpoint> parse_ipv4_endpoint(std::string_view text) {
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto const address = parse_ipv4_address(text.substr(0, colon));
  auto const digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (!address || ec != std::errc{} || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return ipv4_endpoint{*address, port};
}

std::string ipv4_text(std::uint32_t address) {
  std::string text;
  for (unsigned shift : {24U, 16U, 8U, 0U}) {
    if (!text.empty()) text += '.';
    text += std::to_string((address >> shift) & 0xFFU);
  }
  return text;
}

std::string to_string(ipv4_endpoint const& at) { return ipv4_text(at.address) + ":" + std::to_string(at.port); }

}  // namespace holdfast::cluster
