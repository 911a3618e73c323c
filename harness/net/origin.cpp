#include "net/origin.hpp"

#include "net/percent_encoding.hpp"

namespace holdfast::net {
namespace {

std::uint16_t usual_port(url_scheme scheme) { return scheme == url_scheme::https ? 443 : 80; }

/// As it stands in a URL: IPv6 addresses in brackets, without their zone, which has a meaning on this machine only
/// (RFC 6874, 3).
std::string bracketed(std::string const& host) {
  if (host.find(':') == std::string::npos) return host;
  return '[' + host.substr(0, host.find('%')) + ']';
}

}  // namespace

std::string host_header(origin const& to) {
  auto text = bracketed(to.host);
  if (to.port != usual_port(to.scheme)) text += ':' + std::to_string(to.port);
  return text;
}

std::string to_string(origin const& to) {
  std::string text = to.scheme == url_scheme::https ? "https" : "http";
  if (!to.unix_path.empty()) return text + "+unix://" + percent_encode(to.unix_path);
  return text + "://" + host_header(to);
}

}  // namespace holdfast::net
