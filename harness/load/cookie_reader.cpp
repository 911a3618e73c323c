#include "load/cookie_reader.hpp"

#include <algorithm>
#include <charconv>

#include "load/cookie_date.hpp"
#include "load/extraction.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

// The draft that follows RFC 6265 lets no cookie live longer. It also keeps sums far from overflow.
constexpr std::chrono::seconds longest_life = std::chrono::days{400};

bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// Seconds, or nothing when the attribute is to be ignored. More digits than fit mean "very long".
std::optional<std::chrono::seconds> max_age_of(std::string_view text) {
  bool const negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::int64_t seconds = longest_life.count();
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return negative ? std::chrono::seconds{0} : std::chrono::seconds{std::min(seconds, longest_life.count())};
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), net::ascii_lower);
  return out;
}

// Directory of the request's path (RFC 6265, 5.1.4).
std::string_view default_path(std::string_view target) {
  auto const path = path_of(target);
  auto const last = path.rfind('/');
  return last == std::string_view::npos || last == 0 ? "/" : path.substr(0, last);
}

}  // namespace

struct cookie_reader::attributes {
  std::string_view domain;
  std::string_view path;
  std::optional<std::chrono::seconds> max_age;
  std::optional<std::chrono::sys_seconds> expires;
  bool secure = false;

  // The last of equal attributes counts; unknown ones (HttpOnly, SameSite) mean nothing to a load generator.
  void take(std::string_view attribute) {
    auto const equals = attribute.find('=');
    auto const name = net::trimmed(attribute.substr(0, equals));
    auto const value =
        equals == std::string_view::npos ? std::string_view{} : net::trimmed(attribute.substr(equals + 1));
    if (net::equals_ignoring_case(name, "domain")) domain = value;
    if (net::equals_ignoring_case(name, "path")) path = value;
    if (net::equals_ignoring_case(name, "secure")) secure = true;
    if (net::equals_ignoring_case(name, "max-age")) max_age = max_age_of(value);
    if (net::equals_ignoring_case(name, "expires")) expires = parse_cookie_date(value);
  }
};

std::string_view path_of(std::string_view target) { return target.substr(0, target.find_first_of("?#")); }

bool domain_matches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.' &&
         !is_address(host);
}

bool path_matches(std::string_view request_path, std::string_view cookie_path) {
  if (!request_path.starts_with(cookie_path)) return false;
  return request_path.size() == cookie_path.size() || cookie_path.ends_with('/') ||
         request_path[cookie_path.size()] == '/';
}

std::optional<cookie_jar::cookie> cookie_reader::read(std::string_view set_cookie) const {
  if (!can_stand_in_header(set_cookie)) return std::nullopt;
  auto end = set_cookie.find(';');
  auto const pair = set_cookie.substr(0, end);
  auto const equals = pair.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  cookie_jar::cookie made{.name = std::string{net::trimmed(pair.substr(0, equals))},
                          .value = std::string{net::trimmed(pair.substr(equals + 1))}};
  if (made.name.empty() || made.name.size() + made.value.size() > cookie_jar::longest) return std::nullopt;
  attributes given;
  while (end != std::string_view::npos) {
    set_cookie.remove_prefix(end + 1);
    end = set_cookie.find(';');
    given.take(set_cookie.substr(0, end));
  }
  if (!place(made, given)) return std::nullopt;
  if (given.expires) made.expires = std::min(*given.expires, now + longest_life);
  if (given.max_age) made.expires = now + *given.max_age;
  return made;
}

bool cookie_reader::place(cookie_jar::cookie& made, attributes const& given) const {
  auto domain = given.domain;
  if (domain.starts_with('.')) domain.remove_prefix(1);
  made.domain = domain.empty() ? from.host : lower(domain);
  made.host_only = made.domain == from.host;
  if (!domain.empty() && !made.host_only) {
    bool const top_level = made.domain.find('.') == std::string::npos;
    if (top_level || !domain_matches(from.host, made.domain)) return false;
  }
  // A host that names itself as the Domain also means the names under it; an address or a bare name has none.
  if (!domain.empty() && made.host_only)
    made.host_only = is_address(from.host) || from.host.find('.') == std::string::npos;
  made.path = given.path.starts_with('/') ? given.path : default_path(target);
  if (made.path.size() > 1024) return false;
  made.secure = given.secure;
  return !made.secure || from.scheme == net::url_scheme::https;
}

}  // namespace holdfast::load
