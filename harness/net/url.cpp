#include "net/url.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <arpa/inet.h>
#include <sys/un.h>

#include "net/http_text.hpp"

namespace holdfast::net {
namespace {

constexpr auto scheme_fix =
    "Write http://host/path, https://host/path, http+unix://%2Frun%2Fapp.sock/path or unix:/run/app.sock:/path.";
constexpr auto host_fix = "Write a name or an address, an IPv6 address in brackets, e.g. \"http://[::1]:8080/\".";

struct scheme_kind {
  std::string_view name;
  url_scheme scheme;
  bool is_unix;
};
constexpr std::array<scheme_kind, 4> schemes{{{"http", url_scheme::http, false},
                                              {"https", url_scheme::https, false},
                                              {"http+unix", url_scheme::http, true},
                                              {"https+unix", url_scheme::https, true}}};

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

/// The part of `text` before "://", when that comes before any path, query or fragment.
std::optional<std::string_view> scheme_of(std::string_view text) {
  auto const end = text.find("://");
  if (end == std::string_view::npos || text.find_first_of("/?#@") < end) return std::nullopt;
  return text.substr(0, end);
}

bool is_host_char(char c) {
  auto const lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

std::optional<url_error> read_login(std::string_view text, std::optional<credentials>& login) {
  if (text.empty()) return std::nullopt;
  auto const colon = text.find(':');
  auto const user = percent_decode(text.substr(0, colon));
  auto const password = percent_decode(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!user || !password) {
    return url_error{"a '%' in the login is not followed by two hexadecimal digits", "Write %25 for a '%'."};
  }
  if (std::any_of(user->begin(), user->end(), is_control) ||
      std::any_of(password->begin(), password->end(), is_control)) {
    return url_error{"a control byte in the login", "Remove it: HTTP authentication cannot carry it."};
  }
  if (user->find(':') != std::string::npos) {
    return url_error{"a ':' in the user name", "Remove it: HTTP authentication cannot carry it."};
  }
  login = credentials{*user, *password};
  return std::nullopt;
}

std::optional<url_error> read_port(std::string_view text, std::uint16_t& port) {
  auto const fix = "Write a port between 1 and 65535, or leave it and the colon out.";
  std::uint32_t value = 0;
  for (char const c : text) {
    if (c < '0' || c > '9') return url_error{"the port " + quoted(text) + " is not a number", fix};
    value = std::min(value * 10 + static_cast<std::uint32_t>(c - '0'), 100'000U);
  }
  if (text.empty()) return url_error{"a colon without a port", fix};
  if (value == 0 || value > 65535) return url_error{"the port " + quoted(text) + " is out of range", fix};
  port = static_cast<std::uint16_t>(value);
  return std::nullopt;
}

/// "::1" or "fe80::1%25eth0", without the brackets.
std::optional<url_error> read_ipv6(std::string_view text, std::string& host) {
  auto const decoded = percent_decode(text);
  auto const address = decoded ? decoded->substr(0, decoded->find('%')) : std::string{};
  auto const zone = decoded && address.size() < decoded->size() ? decoded->substr(address.size() + 1) : std::string{};
  in6_addr parsed{};
  auto const has_empty_zone = decoded && zone.empty() && address.size() != decoded->size();
  // inet_pton reads a C string: a NUL byte would hide what follows it.
  if (address.find('\0') != std::string::npos || inet_pton(AF_INET6, address.c_str(), &parsed) != 1 || has_empty_zone ||
      !std::all_of(zone.begin(), zone.end(), is_host_char)) {
    return url_error{quoted(text) + " is not an IPv6 address", host_fix};
  }
  host = *decoded;
  return std::nullopt;
}

std::optional<url_error> read_host(std::string_view text, std::string& host) {
  constexpr std::size_t longest = 253;  // RFC 1035, 3.1, as text
  if (text.empty()) return url_error{"no host", host_fix};
  if (text.size() > longest) return url_error{"a host name of more than 253 characters", host_fix};
  for (char const c : text) {
    if (static_cast<unsigned char>(c) > 0x7f) {
      return url_error{"the host name " + quoted(text) + " is not ASCII", "Write its punycode form, xn--..."};
    }
    if (!is_host_char(c)) return url_error{quoted(text) + " is not a host name", host_fix};
  }
  if (text.front() == '.' || text.find("..") != std::string_view::npos) {
    return url_error{quoted(text) + " is not a host name", host_fix};
  }
  host.assign(text);
  std::transform(host.begin(), host.end(), host.begin(), ascii_lower);
  return std::nullopt;
}

/// "host", "host:port", "[address]", "[address]:port".
std::optional<url_error> read_host_and_port(std::string_view text, origin& to) {
  auto const is_bracketed = text.starts_with('[');
  auto const host_end = is_bracketed ? text.find(']') : text.find(':');
  if (is_bracketed && host_end == std::string_view::npos) return url_error{"a '[' without its ']'", host_fix};
  auto const rest = host_end == std::string_view::npos ? "" : text.substr(host_end + (is_bracketed ? 1 : 0));
  if (!is_bracketed && std::count(text.begin(), text.end(), ':') > 1) {
    return url_error{quoted(text) + " has more than one colon", host_fix};
  }
  auto problem =
      is_bracketed ? read_ipv6(text.substr(1, host_end - 1), to.host) : read_host(text.substr(0, host_end), to.host);
  if (problem || rest.empty()) return problem;
  if (rest.front() != ':') return url_error{quoted(text) + " goes on after the ']'", host_fix};
  return read_port(rest.substr(1), to.port);
}

std::optional<url_error> set_socket(std::string_view path, origin& to) {
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  auto const fix = "Write http+unix://%2Frun%2Fapp.sock/path or unix:/run/app.sock:/path.";
  if (path.empty()) return url_error{"the path of the unix socket is missing", fix};
  if (path.find('\0') != std::string_view::npos) return url_error{"a NUL byte in the path of the unix socket", fix};
  if (path.size() > longest) {
    return url_error{"the path of the unix socket " + quoted(path) + " is longer than 107 bytes",
                     "Use a shorter path: the operating system takes no longer one."};
  }
  to.host = "localhost";
  to.unix_path = path;
  return std::nullopt;
}

std::optional<url_error> read_encoded_socket(std::string_view text, origin& to) {
  auto const path = percent_decode(text);
  if (!path || text.find(':') != std::string_view::npos) {
    return url_error{quoted(text) + " is not the percent-encoded path of a unix socket",
                     "Write '/' as %2F, ':' as %3A and '%' as %25, e.g. http+unix://%2Frun%2Fapp.sock/path."};
  }
  return set_socket(*path, to);
}

std::optional<url_error> read_target(std::string_view text, std::string& target) {
  text = text.substr(0, text.find('#'));
  auto const bad = std::find_if(text.begin(), text.end(), [](char c) { return c <= 0x20 || c >= 0x7f; });
  if (bad != text.end()) {
    auto const what = *bad == ' ' ? "a blank" : is_control(*bad) ? "a control byte" : "a byte which is not ASCII";
    return url_error{std::string{what} + " in the path or query", "Write it percent-encoded, e.g. %20 for a blank."};
  }
  target = text.starts_with('/') ? "" : "/";
  target += text;
  return std::nullopt;
}

/// What follows "unix:".
result<url, url_error> parse_plain_unix(std::string_view text) {
  url parsed;
  auto const colon = text.find(":/");
  if (auto problem = set_socket(text.substr(0, colon), parsed.to)) return *problem;
  auto const target = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (auto problem = read_target(target, parsed.target)) return *problem;
  return parsed;
}

result<url, url_error> parse_with_scheme(scheme_kind const& kind, std::string_view rest) {
  url parsed;
  parsed.to.scheme = kind.scheme;
  parsed.to.port = kind.scheme == url_scheme::https ? 443 : 80;
  auto const authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  auto authority = rest.substr(0, authority_end);
  if (auto const at = authority.rfind('@'); at != std::string_view::npos) {
    if (auto problem = read_login(authority.substr(0, at), parsed.login)) return *problem;
    authority.remove_prefix(at + 1);
  }
  auto problem = kind.is_unix ? read_encoded_socket(authority, parsed.to) : read_host_and_port(authority, parsed.to);
  if (problem) return *problem;
  if (auto bad_target = read_target(rest.substr(authority_end), parsed.target)) return *bad_target;
  return parsed;
}

}  // namespace

result<url, url_error> parse_url(std::string_view text, missing_scheme policy) {
  if (text.empty()) return url_error{"a URL is missing", scheme_fix};
  auto const scheme = scheme_of(text);
  if (!scheme) {
    if (text.starts_with("unix:/")) return parse_plain_unix(text.substr(5));
    if (policy == missing_scheme::is_an_error) return url_error{"the scheme is missing", scheme_fix};
    return parse_with_scheme(schemes[0], text);
  }
  for (auto const& kind : schemes) {
    if (equals_ignoring_case(*scheme, kind.name)) return parse_with_scheme(kind, text.substr(scheme->size() + 3));
  }
  return url_error{"the scheme " + quoted(*scheme) + " is not supported", scheme_fix};
}

std::string to_string(url const& u) { return to_string(u.to) + u.target; }

}  // namespace holdfast::net
