#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast {

/// One problem in what a user typed or wrote: where it is, what it is, and how to mend it.
struct diagnostic {
  std::string file;        ///< file name, or "command line"
  std::uint32_t line = 0;  ///< 1-based; 0 when the source has no lines
  std::string field;       ///< path of the field, e.g. "load.stages[1].rate", or the option, e.g. "--rate"
  std::string value;       ///< what was given, as it was written; empty when something is missing
  std::string problem;     ///< a sentence that ends without a full stop
  std::string fix;         ///< what to write instead, a sentence of its own
};

using diagnostics = std::vector<diagnostic>;

/// "file:line: field: problem (got "value").\nfix" - parts that are empty are left out.
std::string to_string(diagnostic const& d);

/// All of them, one after the other, each ending in a newline.
std::string to_string(diagnostics const& all);

/// The candidate with the smallest edit distance to `word`, if it is near enough to be what was meant; else empty.
std::string_view nearest_word(std::string_view word, std::span<std::string_view const> candidates);

/// " Did you mean "x"?" or an empty string.
std::string did_you_mean(std::string_view word, std::span<std::string_view const> candidates);

}  // namespace holdfast
