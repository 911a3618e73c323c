#pragma once

#include <optional>
#include <string_view>

#include "load/cookie_jar.hpp"

namespace holdfast::load {

/// Reads one Set-Cookie header, for cookie_jar.
struct cookie_reader {
  net::origin const& from;
  std::string_view target;  ///< of the request that was answered
  std::chrono::sys_seconds now;

  /// Nothing when the cookie must not be stored. One that has to be deleted comes with a time of expiry in the past.
  std::optional<cookie_jar::cookie> read(std::string_view set_cookie) const;

 private:
  struct attributes;
  bool place(cookie_jar::cookie& made, attributes const& given) const;
};

/// Path of a request target: without query.
std::string_view path_of(std::string_view target);
/// RFC 6265, 5.1.3: `host` is `domain` or a name under it; an address is only ever itself.
bool domain_matches(std::string_view host, std::string_view domain);
/// RFC 6265, 5.1.4.
bool path_matches(std::string_view request_path, std::string_view cookie_path);

}  // namespace holdfast::load
