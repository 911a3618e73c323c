#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::kit {

/// Appends `text` as a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD, so that the result is always
/// valid. Escapes what JSON requires and nothing else, as the originals' writer does.
void append_json_string(std::string& out, std::string_view text);
/// The same without the quotes.
void append_json_characters(std::string& out, std::string_view text);
void append_number(std::string& out, std::int64_t number);

}  // namespace holdfast::kit
