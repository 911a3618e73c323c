#include "net/percent_encoding.hpp"

#include <cstddef>

#include "net/http_text.hpp"

namespace holdfast::net {
namespace {

bool is_unreserved(char c) {
  auto const lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_encoded(std::string& text, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  auto const byte = static_cast<unsigned char>(c);
  text.append({'%', digits[byte >> 4], digits[byte & 15]});
}

/// The byte that "%XX" at the front of `text` stands for.
std::optional<char> encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  auto const high = hex_digit_value(text[1]);
  auto const low = hex_digit_value(text[2]);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high << 4 | *low);
}

bool may_stand_in_target(char c) {
  return c > 0x20 && c < 0x7f && std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (char const c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      append_encoded(encoded, c);
    }
  }
  return encoded;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    auto const byte = encoded_byte(text.substr(at));
    if (!byte) return std::nullopt;
    decoded += *byte;
    at += 2;
  }
  return decoded;
}

std::string escape_target(std::string_view raw) {
  std::string escaped;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    auto const c = raw[at];
    auto const stays = c == '%' ? encoded_byte(raw.substr(at)).has_value() : may_stand_in_target(c);
    if (stays) {
      escaped += c;
    } else {
      append_encoded(escaped, c);
    }
  }
  return escaped;
}

}  // namespace holdfast::net
