#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// RFC 4648 section 4, with padding, without line ends: "user:pass" becomes "dXNlcjpwYXNz".
std::string base64_encode(std::string_view bytes);

/// The inverse. Empty for another alphabet, white space, a length that is no multiple of four, or bits left over.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace holdfast
