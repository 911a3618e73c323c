#pragma once

#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "kit/app/media_types.hpp"

namespace holdfast::kit {

std::int64_t milliseconds_since_1970(wall_time at);

/// "2021-03-04T17:02:08.440+0000" (28 characters); generation 2.3 writes "+00:00". Always UTC.
void append_error_timestamp(std::string& out, wall_time at, framework_generation generation);
/// "2021-03-04T17:02:08.440Z": of log lines.
void append_log_timestamp(std::string& out, wall_time at);

}  // namespace holdfast::kit
