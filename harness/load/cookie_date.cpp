#include "load/cookie_date.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// RFC 6265: what separates the tokens of a date.
bool is_delimiter(char c) {
  auto const code = static_cast<unsigned char>(c);
  return code == 0x09 || (code >= 0x20 && code <= 0x2f) || (code >= 0x3b && code <= 0x40) ||
         (code >= 0x5b && code <= 0x60) || (code >= 0x7b && code <= 0x7e);
}

// Between `least` and `most` digits off the front, followed by no further digit.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  int value = 0;
  while (count < text.size() && count < most && is_digit(text[count])) value = value * 10 + (text[count++] - '0');
  if (count < least || (count < text.size() && is_digit(text[count]))) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

struct clock_time {
  int hour, minute, second;
};

std::optional<clock_time> clock_time_of(std::string_view token) {
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0) {
      if (!token.starts_with(':')) return std::nullopt;
      token.remove_prefix(1);
    }
    auto const part = take_digits(token, 1, 2);
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  return clock_time{parts[0], parts[1], parts[2]};
}

std::optional<unsigned> month_of(std::string_view token) {
  constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
  auto const start = token.substr(0, 3);
  for (unsigned i = 0; i < names.size(); ++i) {
    if (net::equals_ignoring_case(start, names[i])) return i + 1;
  }
  return std::nullopt;
}

struct date_parts {
  std::optional<clock_time> time;
  std::optional<int> day, year;
  std::optional<unsigned> month;

  // Each token is tried as what is still missing, in this order.
  void take(std::string_view token) {
    if (!time && (time = clock_time_of(token))) return;
    auto rest = token;
    if (!day && (day = take_digits(rest, 1, 2))) return;
    if (!month && (month = month_of(token))) return;
    rest = token;
    if (!year) year = take_digits(rest, 2, 4);
  }
};

}  // namespace

std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text) {
  date_parts parts;
  while (!text.empty()) {
    auto const* const start = std::ranges::find_if_not(text, is_delimiter);
    auto const* const end = std::find_if(start, text.end(), is_delimiter);
    if (start != end) parts.take({start, end});
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
  if (!parts.time || !parts.day || !parts.month || !parts.year) return std::nullopt;
  auto year = *parts.year;
  if (year >= 70 && year <= 99) year += 1900;
  if (year <= 69) year += 2000;
  std::chrono::year_month_day const date{std::chrono::year{year}, std::chrono::month{*parts.month},
                                         std::chrono::day{static_cast<unsigned>(*parts.day)}};
  auto const [hour, minute, second] = *parts.time;
  if (!date.ok() || year < 1601 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

}  // namespace holdfast::load
