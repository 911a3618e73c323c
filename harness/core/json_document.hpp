#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast {

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

/// "null", "a boolean", "an object": for messages.
std::string_view name_of(json_kind kind);

struct json_member;

/// One value of a JSON text with the place where it stands. Members keep their order, and repeated keys stay visible,
/// so that a reader can refuse them.
struct json_value {
  json_kind kind = json_kind::null;
  std::uint32_t line = 0;  ///< 1-based line where the value begins
  bool boolean = false;
  double number = 0;                 ///< nearest double
  std::string text;                  ///< a string's characters (UTF-8), or a number as it was written
  std::vector<json_value> elements;  ///< of an array
  std::vector<json_member> members;  ///< of an object
};

struct json_member {
  std::string key;
  std::uint32_t line = 0;  ///< of the key
  json_value value;
};

/// Beyond these a text is refused, so that no input can cost unbounded memory or stack.
struct json_limits {
  std::size_t depth = 200;                    ///< arrays and objects within each other
  std::size_t bytes = std::size_t{1} << 26U;  ///< length of the text: 64 MiB
};

/// Reads strict JSON (RFC 8259, UTF-8; a byte order mark is skipped; no comments).
/// @param file        name for the messages
/// @param first_line  line number of the text's first line: for texts that are cut out of a larger file
/// @return the value, or one diagnostic with the line of the first offence
result<json_value, diagnostics> parse_json(std::string_view text, std::string_view file, json_limits limits = {},
                                           std::uint32_t first_line = 1);

/// Compact JSON text: no white space, members in their order, numbers as they were written.
std::string to_json(json_value const& value);

/// The characters of `text` as they stand between the quotes of a JSON string, appended to `out`.
void append_json_escaped(std::string_view text, std::string& out);

}  // namespace holdfast
