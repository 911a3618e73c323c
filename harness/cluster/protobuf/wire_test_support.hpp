#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::cluster {

// Messages written by hand.

inline std::string wire_varint(std::uint64_t value) {
  std::string bytes;
  for (; value > 0x7F; value >>= 7U) bytes += static_cast<char>(value | 0x80U);
  return bytes + static_cast<char>(value);
}

inline std::string wire_number(std::uint32_t field, std::int64_t value) {
  return wire_varint(field << 3U) + wire_varint(static_cast<std::uint64_t>(value));
}

/// A text, bytes, or a message.
inline std::string wire_bytes(std::uint32_t field, std::string_view bytes) {
  return wire_varint(field << 3U | 2U) + wire_varint(bytes.size()) + std::string{bytes};
}

inline std::string wire_entry(std::uint32_t field, std::string_view key, std::string_view value) {
  return wire_bytes(field, wire_bytes(1, key) + wire_bytes(2, value));
}

/// A whole body.
inline std::string wire_body(std::string_view api_version, std::string_view kind, std::string_view object) {
  auto const type = wire_bytes(1, api_version) + wire_bytes(2, kind);
  return std::string{"k8s\0", 4} + wire_bytes(1, type) + wire_bytes(2, object) + wire_bytes(3, "") + wire_bytes(4, "");
}

}  // namespace holdfast::cluster
