#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace holdfast::load {

/// A date as cookies have it, in any of the shapes that servers send ("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday,
/// 06-Nov-94 08:49:37 GMT", ...): the algorithm of RFC 6265, 5.1.1.
std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text);

}  // namespace holdfast::load
