#include "core/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace holdfast {
namespace {

using named_factor = std::pair<std::string_view, double>;

constexpr std::array<named_factor, 8> duration_units{{
    {"ns", 1},
    {"us", 1e3},
    {"µs", 1e3},
    {"ms", 1e6},
    {"s", 1e9},
    {"m", 60e9},
    {"h", 3600e9},
    {"d", 86400e9},
}};

constexpr std::array<named_factor, 12> size_units{{
    {"", 1},
    {"B", 1},
    {"k", 1e3},
    {"kB", 1e3},
    {"KB", 1e3},
    {"M", 1e6},
    {"MB", 1e6},
    {"GB", 1e9},
    {"K", 1024},
    {"KiB", 1024},
    {"MiB", 1048576},
    {"GiB", 1073741824},
}};

constexpr std::string_view duration_fix = "Write a number and a unit, e.g. \"250ms\", \"30s\", \"2m\", \"1h\".";
constexpr std::string_view rate_fix = "Write a number per unit of time, e.g. \"500/s\", \"1k/s\", \"30/m\".";
constexpr std::string_view size_fix = "Write bytes, e.g. \"512\", \"64KiB\", \"10MB\".";

unit_error error(std::string_view problem, std::string_view fix) { return {std::string{problem}, std::string{fix}}; }

/// Takes a plain decimal number off the front of `text`: digits and at most one point, no sign, no exponent.
std::optional<double> take_number(std::string_view& text) {
  auto const end = std::min(text.find_first_not_of("0123456789."), text.size());
  double value = 0;
  auto const* const last = text.data() + end;
  auto const [stop, problem] = std::from_chars(text.data(), last, value, std::chars_format::fixed);
  if (problem != std::errc{} || stop != last || end == 0) return std::nullopt;
  text.remove_prefix(end);
  return value;
}

std::optional<double> factor_of(std::string_view unit, std::span<named_factor const> units) {
  auto const* const found = std::find_if(units.data(), units.data() + units.size(),
                                         [unit](named_factor const& candidate) { return candidate.first == unit; });
  if (found == units.data() + units.size()) return std::nullopt;
  return found->second;
}

std::string with_separators(std::string digits) {
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string three_digits(double value) {
  if (value < 9.995) return fmt::format("{:.2f}", value);
  if (value < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

}  // namespace

result<nanoseconds, unit_error> parse_duration(std::string_view text) {
  if (text == "0") return nanoseconds{0};
  if (text.empty()) return error("a duration is missing", duration_fix);
  double total = 0;
  while (!text.empty()) {
    auto const number = take_number(text);
    if (!number) return error("not a duration", duration_fix);
    auto const end = std::min(text.find_first_of("0123456789."), text.size());
    if (end == 0) return error("a duration needs a unit", duration_fix);
    auto const factor = factor_of(text.substr(0, end), duration_units);
    if (!factor) return error("not a unit of time", duration_fix);
    total += *number * *factor;
    text.remove_prefix(end);
  }
  constexpr double longest = 10.0 * 365 * 86400e9;  // ten years; leaves room for sums in 64 bits
  if (total > longest) return error("a duration of more than ten years", duration_fix);
  return nanoseconds{static_cast<nanoseconds::rep>(std::llround(total))};
}

result<request_rate, unit_error> parse_rate(std::string_view text) {
  auto number = take_number(text);
  if (!number) return error("not a rate", rate_fix);
  if (text.starts_with('k')) {
    *number *= 1000;
    text.remove_prefix(1);
  }
  if (text.empty()) return error("a rate needs a unit of time", rate_fix);
  if (text == "/s") return request_rate::per_second(*number);
  if (text == "/m" || text == "/min") return request_rate::per_second(*number / 60);
  if (text == "/h") return request_rate::per_second(*number / 3600);
  return error("not a rate", rate_fix);
}

result<std::uint64_t, unit_error> parse_size(std::string_view text) {
  auto const number = take_number(text);
  if (!number) return error("not a size", size_fix);
  auto const factor = factor_of(text, size_units);
  if (!factor) return error("not a unit of size", size_fix);
  auto const bytes = *number * *factor;
  if (bytes > 9e18) return error("a size of more than 9e18 bytes", size_fix);
  return static_cast<std::uint64_t>(bytes);
}

result<std::uint64_t, unit_error> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  auto const* const last = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), last, value);
  if (problem == std::errc::result_out_of_range) return error("a number that is too large", "Write a smaller number.");
  if (problem != std::errc{} || stop != last) return error("not a whole number", "Write digits only, e.g. \"100\".");
  return value;
}

result<double, unit_error> parse_number(std::string_view text) {
  double value = 0;
  auto const* const last = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), last, value);
  if (problem != std::errc{} || stop != last || !std::isfinite(value)) {
    return error("not a number", "Write a number, e.g. \"0.25\".");
  }
  return value;
}

std::string format_duration(nanoseconds d) {
  auto const ns = static_cast<double>(d.count());
  if (ns < 0) return '-' + format_duration(-d);
  if (ns < 999.5) return fmt::format("{:.0f} ns", ns);
  if (ns < 999.5e3) return three_digits(ns / 1e3) + " us";
  if (ns < 999.5e6) return three_digits(ns / 1e6) + " ms";
  if (ns < 99.95e9) return three_digits(ns / 1e9) + " s";
  auto const seconds = std::llround(ns / 1e9);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string format_size(std::uint64_t bytes) {
  auto const value = static_cast<double>(bytes);
  if (bytes < 1024) return fmt::format("{} B", bytes);
  if (value < 1024.0 * 1024) return three_digits(value / 1024) + " KiB";
  if (value < 1024.0 * 1024 * 1024) return three_digits(value / (1024.0 * 1024)) + " MiB";
  return three_digits(value / (1024.0 * 1024 * 1024)) + " GiB";
}

std::string format_count(std::uint64_t n) { return with_separators(std::to_string(n)); }

std::string format_rate(double per_second) {
  if (per_second < 99.95) return three_digits(per_second);
  return with_separators(fmt::format("{:.0f}", per_second));
}

}  // namespace holdfast
