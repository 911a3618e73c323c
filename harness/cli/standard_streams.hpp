#pragma once

#include <string_view>

#include "core/result.hpp"

namespace holdfast::cli {

/// Puts a placeholder on each of standard input, output and error that is closed, so that no file or socket which the
/// program opens later gets its number. The placeholders refuse: writing to a closed standard output stays an error.
/// To be called before anything is opened. @error what open(2) said.
result<void> hold_standard_streams();

/// Standard output: results, and nothing else. @error what write(2) said.
result<void> write_output_stream(std::string_view text);

/// Standard error: everything else. That it cannot be written is nobody's business.
void write_error_stream(std::string_view text);

}  // namespace holdfast::cli
