// Where redirects lead: RFC 3986 5.2. Parsing of whole URLs is in url.cpp.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "net/http_text.hpp"
#include "net/url.hpp"

namespace holdfast::net {
namespace {

bool has_scheme(std::string_view reference) {
  auto const colon = reference.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  auto const scheme = reference.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(), [](char c) {
    auto const lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

/// RFC 3986 5.2.4, for a path that begins with '/'.
std::string without_dot_segments(std::string_view path) {
  std::string kept;
  while (!path.empty()) {
    auto const end = std::min(path.find('/', 1), path.size());
    auto const segment = path.substr(0, end);  // with its '/' in front
    path.remove_prefix(end);
    auto const is_last = path.empty();
    if (segment == "/..") kept.resize(kept.empty() ? 0 : kept.rfind('/'));
    if (segment != "/." && segment != "/..")
      kept += segment;
    else if (is_last)
      kept += '/';
  }
  return kept.empty() ? "/" : kept;
}

std::pair<std::string_view, std::string_view> split_query(std::string_view target) {
  auto const mark = std::min(target.find('?'), target.size());
  return {target.substr(0, mark), target.substr(mark)};
}

/// A reference without scheme and host, without fragment, escaped.
std::string merged_target(std::string_view base, std::string_view reference) {
  if (reference.empty()) return std::string{base};
  auto const base_path = split_query(base).first;
  auto const [path, query] = split_query(reference);
  if (path.empty()) return std::string{base_path}.append(query);
  std::string merged;
  if (!path.starts_with('/')) merged = base_path.substr(0, base_path.rfind('/') + 1);
  return without_dot_segments(merged.append(path)).append(query);
}

result<url, url_error> resolve_absolute(url const& base, std::string const& location) {
  auto found = parse_url(location, missing_scheme::is_an_error);
  if (!found) return found;
  auto const [path, query] = split_query(found->target);
  found->target = without_dot_segments(path).append(query);
  auto through_socket = found->to;
  through_socket.unix_path = base.to.unix_path;
  if (found->to.unix_path.empty() && through_socket == base.to) found->to = through_socket;
  if (!found->to.unix_path.empty() && found->to.unix_path != base.to.unix_path) {
    return url_error{"the answer leads to another unix socket", "Follow no redirects, or request that socket itself."};
  }
  if (!found->login && found->to == base.to) found->login = base.login;
  return found;
}

}  // namespace

result<url, url_error> resolve_reference(url const& base, std::string_view location) {
  if (std::any_of(location.begin(), location.end(), is_control)) {
    return url_error{"a control byte in the Location of the answer", "Correct the server that sent it."};
  }
  auto const reference = escape_target(location.substr(0, location.find('#')));
  if (reference.starts_with("//")) {
    auto const* const scheme = base.to.scheme == url_scheme::https ? "https:" : "http:";
    return resolve_absolute(base, scheme + reference);
  }
  if (has_scheme(reference)) return resolve_absolute(base, reference);
  auto found = base;
  found.target = merged_target(base.target, reference);
  return found;
}

}  // namespace holdfast::net
