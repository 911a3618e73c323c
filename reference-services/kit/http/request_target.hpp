#pragma once

#include <cstddef>
#include <string_view>

#include "kit/http/message.hpp"

namespace holdfast::kit {

/// A query with more parameters than this is refused.
inline constexpr std::size_t most_query_parameters = 256;

/// Reads the target of a request line into path and query, percent-decoded; of an absolute URL also the host. "*" is
/// allowed for OPTIONS. False, with `into` unspecified, when it is malformed or could mislead a handler: broken
/// percent escapes, invalid UTF-8, control characters in the path, NUL anywhere, an encoded '/', a backslash, or a "."
/// or ".." part of the path in any encoding.
bool read_target(std::string_view target, request& into);

/// Appends `text` with %XX (and, in queries, '+') decoded. False for broken escapes.
bool append_decoded(std::string_view text, bool plus_is_blank, std::string& to);

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);

/// Whether a Host field names a host and perhaps a port, and nothing that would be odd inside a link.
bool is_valid_host(std::string_view host);

}  // namespace holdfast::kit
