#include "cluster/protobuf/wire_reader.hpp"

#include <limits>

namespace holdfast::cluster {
namespace {

constexpr std::uint64_t most_number = (1U << 29U) - 1;
constexpr unsigned bits_of_varint = 64;

}  // namespace

std::nullopt_t wire_reader::fail(std::string_view problem) {
  problem_ = problem;
  return std::nullopt;
}

std::optional<std::uint64_t> wire_reader::next_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < bits_of_varint; shift += 7) {
    if (rest_.empty()) return fail("it ends within a number");
    std::uint64_t const byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    auto const bits = byte & 0x7FU;
    if (shift != 0 && bits > std::numeric_limits<std::uint64_t>::max() >> shift)
      return fail("a number is over 64 bits");
    value |= bits << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return fail("a number is over 64 bits");
}

std::optional<std::uint64_t> wire_reader::next_fixed(std::size_t size) {
  if (rest_.size() < size) return fail("it ends within a number");
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = (value << 8U) | static_cast<unsigned char>(rest_[i - 1]);
  rest_.remove_prefix(size);
  return value;
}

std::optional<std::string_view> wire_reader::next_bytes() {
  auto const length = next_varint();
  if (!length) return std::nullopt;
  if (*length > rest_.size()) return fail("it ends within a field");
  auto const bytes = rest_.substr(0, *length);
  rest_.remove_prefix(*length);
  return bytes;
}

std::optional<wire_field> wire_reader::next() {
  auto const tag = next_varint();
  if (!tag) return std::nullopt;
  auto const number = *tag >> 3U;
  if (number == 0 || number > most_number) return fail("a field's number is none");
  wire_field field{.number = static_cast<std::uint32_t>(number)};
  std::optional<std::uint64_t> scalar;
  switch (*tag & 7U) {
    case 0:
      field.type = wire_type::varint;
      scalar = next_varint();
      break;
    case 1:
      field.type = wire_type::fixed64;
      scalar = next_fixed(8);
      break;
    case 2: {
      auto const bytes = next_bytes();
      if (!bytes) return std::nullopt;
      field.bytes = *bytes;
      return field;
    }
    case 5:
      field.type = wire_type::fixed32;
      scalar = next_fixed(4);
      break;
    default:
      return fail("a field is of no type that protobuf has");
  }
  if (!scalar) return std::nullopt;
  field.scalar = *scalar;
  return field;
}

}  // namespace holdfast::cluster
