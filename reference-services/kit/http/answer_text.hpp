#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "kit/http/message.hpp"
#include "kit/http/request_reader.hpp"

namespace holdfast::kit {

/// "Sat, 21 Nov 2026 12:00:00 GMT" (RFC 9110, 5.6.7).
std::string http_date(wall_time at);

/// "Not Found"; empty for codes without a usual phrase.
std::string_view reason_phrase(unsigned status);

/// Lines that every answer carries: Date and the given fields.
std::string common_fields(wall_time now, std::span<header const> every_answer);

/// Whether it can be sent: a final status, names that are tokens and values without control bytes, so that nothing a
/// handler copied from a request can begin a line of its own.
bool is_sendable(response const& answer);

/// Appends the head of a final answer with its blank line. Content-Length, Connection, Date and Transfer-Encoding among
/// the answer's own headers are left out: the server decides them.
void append_head(response const& answer, std::string_view common, persistence after, std::string& to);

/// Whether an answer of that status may have a body at all.
constexpr bool may_have_body(unsigned status) { return status != 204 && status != 304; }

/// 32 hexadecimal digits, different each time in all processes.
std::string make_correlation_id();

/// Given by a client: not empty, at most 128 bytes, printable ASCII.
bool is_valid_correlation_id(std::string_view id);

}  // namespace holdfast::kit
