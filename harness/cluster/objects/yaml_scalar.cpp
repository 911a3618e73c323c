#include "cluster/objects/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "core/base64.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::array<std::string_view, 11> true_words{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                      "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> false_words{"n",     "N",     "no",  "No",  "NO", "false",
                                                       "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> null_words{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 12> endless_words{".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF",
                                                         "-.inf", "-.Inf", "-.INF", ".nan",  ".NaN",  ".NAN"};

template <std::size_t Size>
bool is_in(std::array<std::string_view, Size> const& words, std::string_view text) {
  return std::ranges::find(words, text) != words.end();
}

bool is_number_digit(char c) { return c >= '0' && c <= '9'; }

/// Go's integer syntax: a sign, then 0x, 0o, 0b, or 0 for octal, or decimal.
std::optional<json> integer_in(std::string_view text) {
  bool const is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text.front() == '0') {
    auto const mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  std::uint64_t value = 0;
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, value, base);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  if (!is_negative) {
    // One kind of number for one value: nlohmann tells signed from unsigned.
    if (value <= static_cast<std::uint64_t>(INT64_MAX)) return json(static_cast<std::int64_t>(value));
    return json(value);
  }
  if (value > static_cast<std::uint64_t>(INT64_MAX) + 1) return std::nullopt;
  return json(static_cast<std::int64_t>(0 - value));
}

/// Digits with at most one point, then maybe an exponent: no "1.e", "inf", or hexadecimal.
bool is_decimal(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  std::size_t at = 0;
  auto const skip_digits = [&] {
    auto const from = at;
    while (at < text.size() && is_number_digit(text[at])) ++at;
    return at - from;
  };
  auto const whole = skip_digits();
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    fraction = skip_digits();
  }
  if (whole + fraction == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (skip_digits() == 0) return false;
  }
  return at == text.size();
}

std::optional<json> decimal_in(std::string_view text) {
  if (!is_decimal(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{}) return std::nullopt;
  constexpr double exact = 9007199254740992.0;  // 2^53: every integer up to it is a double
  if (std::floor(value) == value && std::abs(value) <= exact) return json(static_cast<std::int64_t>(value));
  return json(value);
}

std::optional<json> number_in(std::string_view text) {
  if (text.empty() || (!is_number_digit(text.front()) && text.find_first_of("+-.") != 0)) return std::nullopt;
  std::string plain{text};
  std::erase(plain, '_');
  if (auto integer = integer_in(plain)) return integer;
  return decimal_in(plain);
}

/// By name: json converts to and from nearly everything.
result<json, unit_error> resolved_to(json value) { return {boost::system::in_place_value, std::move(value)}; }

result<json, unit_error> resolve_plain(std::string_view text) {
  if (is_in(null_words, text)) return resolved_to(nullptr);
  if (is_in(true_words, text)) return resolved_to(true);
  if (is_in(false_words, text)) return resolved_to(false);
  if (is_in(endless_words, text)) return unit_error{"JSON has no such number", "Write a finite one, or quote it"};
  if (auto number = number_in(text)) return resolved_to(*std::move(number));
  return resolved_to(text);
}

}  // namespace

result<json, unit_error> resolve_scalar(std::string_view tag, std::string_view text) {
  constexpr std::string_view standard = "tag:yaml.org,2002:";
  if (tag.empty() || tag == "?") return resolve_plain(text);
  if (tag == "!") return resolved_to(text);
  if (!tag.starts_with(standard)) return unit_error{"the tag " + std::string{tag} + " is not known", "Remove the tag"};
  auto const name = tag.substr(standard.size());
  if (name == "str" || name == "timestamp") return resolved_to(text);
  if (name == "binary") {
    std::string compact{text};
    std::erase_if(compact, [](char c) { return c == '\n' || c == ' '; });
    if (auto bytes = base64_decode(compact)) return resolved_to(*std::move(bytes));
    return unit_error{"!!binary is not followed by Base64", "Encode the value"};
  }
  auto plain = resolve_plain(text);
  if (!plain) return plain;
  bool const fits = (name == "int" && plain->is_number_integer()) || (name == "float" && plain->is_number()) ||
                    (name == "bool" && plain->is_boolean()) || (name == "null" && plain->is_null());
  if (fits) return plain;
  return unit_error{"the value is not what the tag !!" + std::string{name} + " says", "Remove the tag"};
}

}  // namespace holdfast::cluster
