#include "target/body_reader.hpp"

namespace holdfast::target {
namespace {

// Enough for any real chunk extension or trailer section; a sender that goes on is hostile.
constexpr std::uint32_t max_line_bytes = 8 * 1024;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool body_reader::add_digit(char c) {
  auto const digit = hex_value(c);
  if (digit < 0 || left_ >> 60 != 0) return false;
  left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
  return true;
}

bool body_reader::step(char c) {
  switch (at_) {
    case place::size_first_digit:
      left_ = 0;
      line_bytes_ = 0;
      at_ = place::size_digits;
      return add_digit(c);
    case place::size_digits:
      if (hex_value(c) >= 0) return add_digit(c);
      [[fallthrough]];
    case place::extension:
      if (c == '\n') {
        at_ = left_ == 0 ? place::trailer_start : place::data;
        return true;
      }
      if (at_ == place::size_digits && c != '\r' && c != ';' && c != ' ' && c != '\t') return false;
      at_ = place::extension;
      return ++line_bytes_ < max_line_bytes;
    case place::data_line_end:
      if (c == '\n') at_ = place::size_first_digit;
      return c == '\n' || c == '\r';
    case place::trailer_start:
      if (c == '\n') {
        at_ = place::end;
        return true;
      }
      if (c != '\r') at_ = place::trailer;
      return ++line_bytes_ < max_line_bytes;
    case place::trailer:
      if (c == '\n') at_ = place::trailer_start;
      return ++line_bytes_ < max_line_bytes;
    case place::data:
    case place::end:
      break;
  }
  return false;
}

}  // namespace holdfast::target
