#include "stats/base64.hpp"

#include <array>
#include <cstdint>

#include "stats/error.hpp"

namespace holdfast::stats {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digit_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto values = digit_values();

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (unsigned char const byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6) text += alphabet[bits >> (held - 6) & 0x3f];
  }
  if (held > 0) text += alphabet[bits << (6 - held) & 0x3f];
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

result<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return make_error_code(errc::not_base64);
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (unsigned char const c : text) {
    auto const value = values[c];
    if (value == no_digit) return make_error_code(errc::not_base64);
    bits = bits << 6 | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 0xff);
  }
  bool const leftover = held >= 6 || (bits & ((1U << held) - 1)) != 0;
  if (leftover) return make_error_code(errc::not_base64);
  return bytes;
}

}  // namespace holdfast::stats
