#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "kit/http/server.hpp"

namespace holdfast::kit {

/// The beginning of every log line: {"time":"...","instance":"...","event":"..."
void begin_log_line(std::string& out, wall_time at, std::string_view instance, std::string_view event);

/// One line for a finished request: method, path, route, status, bytes of the answer, microseconds, correlation id,
/// peer.
void write_request_line(std::string& out, wall_time at, std::string_view instance, finished_request const& of);

}  // namespace holdfast::kit
