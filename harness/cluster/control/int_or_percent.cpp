#include "cluster/control/int_or_percent.hpp"

#include <charconv>

#include <fmt/format.h>

#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {

result<int_or_percent, unit_error> parse_int_or_percent(std::string_view text) {
  bool const is_percent = text.ends_with('%');
  auto const number = is_percent ? text.substr(0, text.size() - 1) : text;
  int_or_percent part{.value = 0, .is_percent = is_percent};
  auto const* const end = number.data() + number.size();
  auto const [stop, error] = std::from_chars(number.data(), end, part.value);
  if (error != std::errc{} || stop != end || part.value < 0) {
    return unit_error{fmt::format("\"{}\" is neither a whole number nor a percentage", text),
                      "Write e.g. 1 or \"25%\""};
  }
  return part;
}

std::int32_t resolved(int_or_percent part, std::int32_t total, rounding direction) {
  if (!part.is_percent) return part.value;
  auto const product = std::int64_t{total} * part.value;  // 31 bits each
  auto const rounded = direction == rounding::up ? (product + 99) / 100 : product / 100;
  return saturated_count(rounded);
}

std::string text_of(int_or_percent part) { return fmt::format("{}{}", part.value, part.is_percent ? "%" : ""); }

}  // namespace holdfast::cluster
