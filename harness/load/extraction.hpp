#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "load/answer_view.hpp"
#include "load/text_pattern.hpp"

namespace holdfast::load {

struct json_source {
  std::uint32_t pointer = 0;  ///< index in the step's pointers
};
struct header_source {
  std::string name;  ///< in lower case
};
/// The body; the pattern's first group, or the whole match when it has none.
struct pattern_source {
  text_pattern pattern;
};

/// Takes a value out of an answer and into a variable.
struct extraction {
  std::string name;            ///< of the variable
  std::uint32_t variable = 0;  ///< its number
  std::variant<json_source, header_source, pattern_source> from;
  std::optional<std::string> otherwise;  ///< the value when the answer has none; without it the step fails
  bool goes_into_header = false;         ///< some request puts it into a header: control characters are refused
};

/// Longest value that is kept: what an answer puts into a variable is multiplied by the number of users.
inline constexpr std::size_t longest_extraction = 65536;

/// @return true and the value; or false and in `reason` why there is none.
bool extract(extraction const& what, answer_view& from, std::string& value, std::string& reason);

/// Without CR, LF, NUL and other control characters (a tab is allowed): may be sent as part of a header line.
bool can_stand_in_header(std::string_view text);

}  // namespace holdfast::load
