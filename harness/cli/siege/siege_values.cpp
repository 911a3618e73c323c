#include "cli/siege/siege_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "load/load_limits.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

template <class... Words>
bool is_one_of(std::string_view text, Words... words) {
  return (net::equals_ignoring_case(text, words) || ...);
}

}  // namespace

result<bool, unit_error> parse_siege_flag(std::string_view text) {
  if (is_one_of(text, "true", "on", "yes")) return true;
  if (is_one_of(text, "false", "off", "no")) return false;
  return unit_error{"neither true nor false", "Write \"true\" or \"false\"."};
}

result<nanoseconds, unit_error> parse_siege_time(std::string_view text) {
  auto const wrong = [](std::string problem) {
    return unit_error{std::move(problem), "Write e.g. \"60S\", \"5M\" or \"1H\" (without a unit: minutes)."};
  };
  auto digits = text;
  std::uint64_t seconds_each = 60;
  if (!text.empty() && (text.back() < '0' || text.back() > '9')) {
    switch (net::ascii_lower(text.back())) {
      case 's':
        seconds_each = 1;
        break;
      case 'm':
        break;
      case 'h':
        seconds_each = 3600;
        break;
      default:
        return wrong("not a time");
    }
    digits.remove_suffix(1);
  }
  auto const count = parse_count(digits);
  if (!count) return wrong("not a time");
  if (*count == 0) return wrong("a run has to last longer than no time");
  auto const longest = static_cast<std::uint64_t>(in_seconds(load::longest_run)) / seconds_each;
  if (*count > longest) return wrong("longer than a year");
  return nanoseconds{std::chrono::seconds{*count * seconds_each}};
}

result<nanoseconds, unit_error> parse_siege_delay(std::string_view text) {
  auto number = text;
  if (!number.empty() && net::ascii_lower(number.back()) == 's') number.remove_suffix(1);
  auto const seconds = parse_number(number);
  auto const wrong = [](std::string problem) {
    return unit_error{std::move(problem), "Write seconds: e.g. \"0.5\" or \"1S\"."};
  };
  if (!seconds) return wrong("not a number of seconds");
  if (*seconds < 0) return wrong("a delay cannot be below zero");
  if (*seconds > in_seconds(load::longest_run)) return wrong("longer than a year");
  return from_seconds(*seconds);
}

result<std::uint64_t, unit_error> parse_siege_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  auto const fix = fmt::format("Write a whole number from {} to {}.", least, most);
  auto const number = parse_count(text);
  if (!number) return unit_error{"not a whole number", fix};
  if (*number < least) return unit_error{"too small", fix};
  if (*number > most) return unit_error{"too large", fix};
  return *number;
}

result<siege_login, unit_error> parse_siege_login(std::string_view text) {
  auto const first = text.find(':');
  if (first == std::string_view::npos || first == 0) {
    return unit_error{"no user and password", "Write user:password or user:password:realm."};
  }
  siege_login login;
  login.user = text.substr(0, first);
  text.remove_prefix(first + 1);
  auto const second = text.find(':');
  login.password = text.substr(0, second);
  if (second != std::string_view::npos && second + 1 < text.size()) login.realm = text.substr(second + 1);
  return login;
}

result<std::string_view, unit_error> parse_siege_field_value(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return net::is_control(c) && c != '\t'; })) {
    return unit_error{"control bytes cannot be sent in a header", "Leave them out."};
  }
  return text;
}

result<std::string_view, unit_error> parse_siege_header(std::string_view text) {
  auto const colon = text.find(':');
  if (colon == std::string_view::npos) return unit_error{"no ':' in http-header", "Write \"Name: value\"."};
  auto const name = text.substr(0, colon);
  auto const is_token = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return net::is_token_char[static_cast<unsigned char>(c)];
  });
  if (!is_token) return unit_error{"not a header name before the ':'", "Write \"Name: value\"."};
  return parse_siege_field_value(text);
}

result<siege_dialect, unit_error> parse_siege_dialect(std::string_view text) {
  if (text == "4.0") return siege_dialect::v4_0;
  if (text == "4.1") return siege_dialect::v4_1;
  return unit_error{"not a version that can be imitated",
                    "Write \"4.0\" (times in seconds) or \"4.1\" (milliseconds)."};
}

}  // namespace holdfast::cli
