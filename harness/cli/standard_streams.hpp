#pragma once

#include <string_view>

#include "core/result.hpp"

namespace holdfast::cli {

/// Standard output: results, and nothing else. @error what write(2) said.
result<void> write_output_stream(std::string_view text);

/// Standard error: everything else. That it cannot be written is nobody's business.
void write_error_stream(std::string_view text);

}  // namespace holdfast::cli
