#include "cluster/control/quantity.hpp"

#include <array>
#include <limits>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::string_view quantity_fix = "Write e.g. \"250m\", \"1.5\", \"64Mi\" or \"2G\"";

struct quantity_suffix {
  std::string_view text;
  int power_of_ten = 0;
  int power_of_two = 0;
};

constexpr std::array quantity_suffixes = {
    quantity_suffix{"", 0, 0},    quantity_suffix{"n", -9, 0},  quantity_suffix{"u", -6, 0},
    quantity_suffix{"m", -3, 0},  quantity_suffix{"k", 3, 0},   quantity_suffix{"M", 6, 0},
    quantity_suffix{"G", 9, 0},   quantity_suffix{"T", 12, 0},  quantity_suffix{"P", 15, 0},
    quantity_suffix{"E", 18, 0},  quantity_suffix{"Ki", 0, 10}, quantity_suffix{"Mi", 0, 20},
    quantity_suffix{"Gi", 0, 30}, quantity_suffix{"Ti", 0, 40}, quantity_suffix{"Pi", 0, 50},
    quantity_suffix{"Ei", 0, 60}};

unit_error not_a_quantity(std::string_view text, std::string_view why) {
  return {fmt::format("\"{}\" is not a quantity: {}", text, why), std::string{quantity_fix}};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "e3", "E-2": the exponent; nothing when it is not one.
std::optional<int> exponent_of(std::string_view text) {
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  text.remove_prefix(1);
  bool const negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text.size() > 3) return std::nullopt;
  int value = 0;
  for (char const c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

std::optional<quantity_suffix> suffix_of(std::string_view text) {
  for (auto const& suffix : quantity_suffixes) {
    if (suffix.text == text) return suffix;
  }
  if (auto const exponent = exponent_of(text)) return quantity_suffix{{}, *exponent, 0};
  return std::nullopt;
}

struct digits {
  std::int64_t value = 0;
  int after_point = 0;
  std::size_t read = 0;   // characters
  bool is_valid = false;  // at least one digit, at most one point
  bool is_too_long = false;
};

digits digits_of(std::string_view text) {
  digits found;
  bool past_point = false;
  for (char const c : text) {
    if (c == '.' && !past_point) {
      past_point = true;
    } else if (is_digit(c)) {
      if (found.value > std::numeric_limits<std::int64_t>::max() / 10 - 1) return digits{.is_too_long = true};
      found.value = found.value * 10 + (c - '0');
      found.after_point += past_point ? 1 : 0;
      found.is_valid = true;
    } else {
      break;
    }
    ++found.read;
  }
  return found;
}

/// value * 1000 * 10^power_of_ten * 2^power_of_two, fractions rounded up; nothing when it does not fit.
std::optional<std::int64_t> in_thousandths(digits const& number, quantity_suffix const& suffix) {
  wide_integer amount = number.value;
  if (amount == 0) return 0;
  int ten = suffix.power_of_ten + 3 - number.after_point;
  for (int i = 0; i < suffix.power_of_two; ++i) amount *= 2;  // 63 and 60 bits fit into 128
  for (; ten > 0; --ten) {
    if (__builtin_mul_overflow(amount, 10, &amount)) return std::nullopt;
  }
  bool has_rest = false;
  for (; ten < 0; ++ten) {
    has_rest = has_rest || amount % 10 != 0;
    amount /= 10;
  }
  if (has_rest) ++amount;
  if (amount > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(amount);
}

std::string scaled_text(std::int64_t whole, std::int64_t base, std::span<std::string_view const> suffixes) {
  std::size_t step = 0;
  while (whole != 0 && whole % base == 0 && step + 1 < suffixes.size()) {
    whole /= base;
    ++step;
  }
  return fmt::format("{}{}", whole, suffixes[step]);
}

}  // namespace

result<quantity, unit_error> parse_quantity(std::string_view text) {
  auto rest = text;
  bool const negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  auto const number = digits_of(rest);
  if (number.is_too_long) return not_a_quantity(text, "it has more digits than can be reckoned with");
  if (!number.is_valid) return not_a_quantity(text, "it has to begin with a number");
  auto const suffix = suffix_of(rest.substr(number.read));
  if (!suffix) {
    return not_a_quantity(text, fmt::format("\"{}\" is no suffix of a quantity", rest.substr(number.read)));
  }
  auto const amount = in_thousandths(number, *suffix);
  if (!amount) return not_a_quantity(text, "it is too large");
  return quantity::from_milli(negative ? -*amount : *amount);
}

std::string decimal_text(quantity amount) {
  static constexpr std::array<std::string_view, 8> suffixes = {"m", "", "k", "M", "G", "T", "P", "E"};
  if (amount.milli() == 0) return "0";
  return scaled_text(amount.milli(), 1000, suffixes);
}

std::string binary_text(quantity amount) {
  static constexpr std::array<std::string_view, 7> suffixes = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  if (amount.milli() % 1000 != 0) return decimal_text(amount);
  return scaled_text(amount.milli() / 1000, 1024, suffixes);
}

}  // namespace holdfast::cluster
