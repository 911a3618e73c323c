#pragma once

#include <cstdint>
#include <string_view>

#include "cli/siege/siege_settings.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

namespace holdfast::cli {

// The values that siege's options and keys take. Where siege reads rubbish as 0 or false, these are errors.

/// "true", "on", "yes" or "false", "off", "no" in any case.
result<bool, unit_error> parse_siege_flag(std::string_view text);

/// "60S", "5m", "1H"; without a unit minutes, as siege has it. Above zero.
result<nanoseconds, unit_error> parse_siege_time(std::string_view text);

/// "0.5", "1", "1S": seconds.
result<nanoseconds, unit_error> parse_siege_delay(std::string_view text);

/// A whole number from `least` to `most`.
result<std::uint64_t, unit_error> parse_siege_number(std::string_view text, std::uint64_t least, std::uint64_t most);

/// "user:password" or "user:password:realm".
result<siege_login, unit_error> parse_siege_login(std::string_view text);

/// "Name: value", to be sent as it stands.
result<std::string_view, unit_error> parse_siege_header(std::string_view text);

/// Text that goes into a header field: no control bytes.
result<std::string_view, unit_error> parse_siege_field_value(std::string_view text);

/// "4.0" or "4.1".
result<siege_dialect, unit_error> parse_siege_dialect(std::string_view text);

}  // namespace holdfast::cli
