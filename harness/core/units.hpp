#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace holdfast {

/// Requests offered per unit of time: finite and not below zero. A schedule that never sends is rejected by its reader.
class request_rate {
 public:
  constexpr request_rate() = default;
  static constexpr request_rate per_second(double value) { return request_rate{value}; }
  constexpr double per_second() const { return per_second_; }
  friend auto operator<=>(request_rate, request_rate) = default;

 private:
  explicit constexpr request_rate(double per_second) : per_second_{per_second} {}
  double per_second_ = 0;
};

/// Why a text is not a quantity: a sentence without its full stop ("a duration needs a unit"), and how to write it.
struct unit_error {
  std::string problem;
  std::string fix;
};

/// "250ms", "1.5s", "2m", "1h", "100us", "20ns", also chained as in "1h30m". Not below zero; a bare number is refused
/// (except "0") because its unit would be a guess.
result<nanoseconds, unit_error> parse_duration(std::string_view text);

/// "500/s", "30/m", "1k/s", "2.5/h". Finite, not below zero; a bare number is refused.
result<request_rate, unit_error> parse_rate(std::string_view text);

/// "512", "64KiB", "10MB", "1GiB": bytes. Decimal units (kB, MB, GB) are powers of 1000, binary ones (KiB, MiB, GiB) of
/// 1024.
result<std::uint64_t, unit_error> parse_size(std::string_view text);

/// A whole number without sign, "1200", nothing around it.
result<std::uint64_t, unit_error> parse_count(std::string_view text);

/// A finite number, "0.25" or "-3", nothing around it.
result<double, unit_error> parse_number(std::string_view text);

/// Three significant digits and a unit that fits: "42 us", "1.25 ms", "3.00 s", "2 min 5 s".
std::string format_duration(nanoseconds d);

/// "512 B", "1.50 KiB", "3.20 MiB".
std::string format_size(std::uint64_t bytes);

/// "1,234,567".
std::string format_count(std::uint64_t n);

/// Three significant digits at least, thousands separated: "12,345", "123", "1.25".
std::string format_rate(double per_second);

}  // namespace holdfast
