#include "target/listen_address.hpp"

#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace holdfast::target {
namespace {

unit_error wrong(std::string problem) {
  return {std::move(problem), R"(Write e.g. "127.0.0.1:8080", "[::1]:8080", ":8080" or "8080"; port 0 means any.)"};
}

bool is_numeric(std::string const& host) {
  in6_addr space{};
  return ::inet_pton(AF_INET, host.c_str(), &space) == 1 || ::inet_pton(AF_INET6, host.c_str(), &space) == 1;
}

}  // namespace

result<listen_address, unit_error> parse_listen_address(std::string_view text) {
  listen_address at;
  auto const colon = text.rfind(':');
  auto host = colon == std::string_view::npos ? std::string_view{"127.0.0.1"} : text.substr(0, colon);
  auto const port = parse_count(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!port || *port > 65535) return wrong("the port is missing or not between 0 and 65535");
  if (host.empty()) host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  bool const bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  at.host = host;
  at.port = static_cast<std::uint16_t>(*port);
  if (!is_numeric(at.host)) return wrong("the host is not a numeric address");
  if (at.is_ipv6() != bracketed) return wrong("an IPv6 address, and only such a one, stands in brackets");
  return at;
}

std::string to_url(listen_address const& at, std::string_view scheme) {
  if (at.is_unix()) return "unix:" + at.unix_path;
  return fmt::format(fmt::runtime(at.is_ipv6() ? "{}://[{}]:{}" : "{}://{}:{}"), scheme, at.host, at.port);
}

}  // namespace holdfast::target
