#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::net {

/// Everything but RFC 3986's unreserved characters as %XX.
std::string percent_encode(std::string_view text);

/// %XX become bytes; nothing when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

/// A request target that may be sent: control bytes, blanks, non-ASCII bytes and "<>\^`{|} as %XX, and a '%' that does
/// not begin a %XX as %25. Everything else, also what is already encoded, stays.
std::string escape_target(std::string_view raw);

}  // namespace holdfast::net
