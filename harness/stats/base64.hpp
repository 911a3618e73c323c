#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::stats {

/// Base64 of RFC 4648 section 4, with padding.
std::string to_base64(std::string_view bytes);

/// @error errc::not_base64 for another alphabet, white space, a length that is no multiple of four, or bits left over.
result<std::string> from_base64(std::string_view text);

}  // namespace holdfast::stats
