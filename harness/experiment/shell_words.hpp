#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/units.hpp"

namespace holdfast::experiment {

/// A command line taken apart as a POSIX shell does: blanks separate, '...' is literal, in "..." a backslash protects
/// one of $ ` " \ and the end of a line, elsewhere any character. Nothing is expanded.
/// @error  a quote that is not closed, a backslash at the end, or a character that would make a shell do more
///         (; & | < > ( ) ` and $ before a name)
result<std::vector<std::string>, unit_error> shell_words(std::string_view line);

}  // namespace holdfast::experiment
