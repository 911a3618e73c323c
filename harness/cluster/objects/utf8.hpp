#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::cluster {

/// Where the first byte stands that is not part of well-formed UTF-8 (RFC 3629); the text's size when there is none.
constexpr std::size_t first_broken_utf8(std::string_view text) {
  auto const byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  auto const follows = [&](std::size_t at, unsigned low, unsigned high) { return byte(at) >= low && byte(at) <= high; };
  for (std::size_t at = 0; at < text.size();) {
    auto const first = byte(at);
    std::size_t length = 1;
    if (first >= 0xC2 && first <= 0xDF) length = 2;
    if (first >= 0xE0 && first <= 0xEF) length = 3;
    if (first >= 0xF0 && first <= 0xF4) length = 4;
    if (length == 1) {
      if (first >= 0x80) return at;
      ++at;
      continue;
    }
    // No overlong forms, no surrogates, nothing above U+10FFFF.
    unsigned const low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned const high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (!follows(at + 1, low, high)) return at;
    for (std::size_t i = 2; i < length; ++i) {
      if (!follows(at + i, 0x80, 0xBF)) return at;
    }
    at += length;
  }
  return text.size();
}

/// Where the first byte stands that YAML does not allow: broken UTF-8, or a control character other than tab and line
/// ends. The text's size when there is none.
constexpr std::size_t first_unprintable(std::string_view text) {
  auto const end = first_broken_utf8(text);
  for (std::size_t at = 0; at < end; ++at) {
    auto const c = text[at];
    bool const is_control = (c >= '\0' && c < ' ') || c == '\x7F';
    if (is_control && c != '\t' && c != '\n' && c != '\r') return at;
  }
  return end;
}

}  // namespace holdfast::cluster
