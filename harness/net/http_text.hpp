#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace holdfast::net {

/// Characters of an HTTP token (RFC 9110, 5.6.2): field names, codings, connection options.
inline constexpr auto is_token_char = [] {
  std::array<bool, 256> table{};
  for (char const c :
       std::string_view{"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

constexpr bool is_token(std::string_view text) {
  for (char const c : text) {
    if (!is_token_char[static_cast<unsigned char>(c)]) return false;
  }
  return !text.empty();
}

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr std::optional<std::uint8_t> hex_digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  auto const lower = ascii_lower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<std::uint8_t>(lower - 'a' + 10);
  return std::nullopt;
}

/// Whether `text` is `lower` in any mixture of cases. `lower` itself must be in lower case.
constexpr bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (ascii_lower(text[i]) != lower[i]) return false;
  }
  return true;
}

/// Without the blanks and tabs around it.
constexpr std::string_view trimmed(std::string_view text) {
  auto const is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the next element off the front of a comma-separated list (RFC 9110, 5.6.1), trimmed; it may be empty.
constexpr std::string_view take_list_element(std::string_view& list) {
  auto const comma = list.find(',');
  auto const element = trimmed(list.substr(0, comma));
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return element;
}

constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// The first control byte (below 0x20, or 0x7f) in [at, end); `end` when there is none. Looks at eight bytes at a time.
inline char const* find_control(char const* at, char const* end) {
  if constexpr (std::endian::native == std::endian::little) {
    constexpr std::uint64_t each = 0x0101010101010101;
    while (end - at >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, sizeof word);
      // The lowest marked byte is exact; borrows can only mark bytes above a true hit.
      auto const below_blank = (word - each * 0x20) & ~word;
      auto const apart_from_del = word ^ (each * 0x7f);
      auto const del = (apart_from_del - each) & ~apart_from_del;
      auto const hits = (below_blank | del) & (each * 0x80);
      if (hits != 0) return at + std::countr_zero(hits) / 8;
      at += 8;
    }
  }
  while (at != end && !is_control(*at)) ++at;
  return at;
}

}  // namespace holdfast::net
