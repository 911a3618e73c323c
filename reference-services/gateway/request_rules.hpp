#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/forwarding.hpp"

namespace holdfast::gateway {

/// A line that continues the one before (RFC 9112, 5.2): readers disagree about it, so it is refused.
/// @param raw  of a head, as it came
bool has_folded_line(std::string_view raw);

/// The end of the body could be understood in more ways than one: Content-Length more than once, as a list, or beside
/// Transfer-Encoding.
bool is_framed_ambiguously(fields const& head);

/// Path and query of a request's target as they go to a backend: those of "http://host/path" too.
std::string_view path_and_query(std::string_view target);

}  // namespace holdfast::gateway
