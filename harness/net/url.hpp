#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/origin.hpp"
#include "net/percent_encoding.hpp"

namespace holdfast::net {

/// What stands before the '@' of a URL, decoded. For Basic authentication: base64_encode(user + ':' + password).
struct credentials {
  std::string user;
  std::string password;
  friend bool operator==(credentials const&, credentials const&) = default;
};

struct url {
  origin to;
  std::optional<credentials> login;
  std::string target = "/";  ///< path and query, as it stands in the request line; never empty
  friend bool operator==(url const&, url const&) = default;
};

/// Why a text is not a URL we can use: a sentence without its full stop, and what to write instead.
struct url_error {
  std::string problem;
  std::string fix;
};

enum class missing_scheme : std::uint8_t { means_http, is_an_error };

/// "http://host", "https://user:pass@host:8443/path?query#fragment", "http://[::1]:8080/", "host:8080/path",
/// "http+unix://%2Frun%2Fapp.sock/path", "unix:/run/app.sock:/path". The fragment is dropped, the host becomes lower
/// case, an IPv6 zone is written "[fe80::1%25eth0]". The target stays as written; what may not stand in a request line
/// is an error, and escape_target() its remedy. Over a unix socket the host is "localhost".
result<url, url_error> parse_url(std::string_view text, missing_scheme policy = missing_scheme::means_http);

/// Where the Location of a redirect leads that came as the answer to `base` (RFC 3986, 5.2): absolute, "//host/path",
/// "/path", "path", "../path", "?query", "". Blanks and non-ASCII bytes are escaped, as browsers do; dot segments are
/// resolved. The login goes along to the same origin only. An answer may not lead to another unix socket.
result<url, url_error> resolve_reference(url const& base, std::string_view location);

/// As parse_url() reads it, without the login, so that it can be printed.
std::string to_string(url const& u);

}  // namespace holdfast::net
