#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/siege/siege_calendar.hpp"
#include "cli/siege/siege_settings.hpp"
#include "core/clock.hpp"

namespace holdfast::cli {

/// One exchange, as its line shows it.
struct siege_transaction {
  std::uint64_t user = 0;
  std::uint8_t http_minor = 1;
  std::uint16_t status = 0;
  bool from_cache = false;
  nanoseconds time{};
  std::uint64_t body_bytes = 0;
  std::string_view method;
  std::string_view target;   ///< path and query
  std::string_view url;      ///< in full
  std::uint64_t url_id = 0;  ///< its number in the URL file, from 0
};

/// Makes the lines of -v.
class siege_line_printer {
 public:
  siege_line_printer(siege_settings const& settings, siege_calendar const& calendar);

  /// Appends the line, with its end, to `out`.
  void append(std::string& out, siege_transaction const& what, time_point ended) const;

 private:
  std::string stamp(time_point at, char const* format) const;

  bool color_, csv_, fullurl_, display_id_, timestamp_;
  std::string mark_;
  siege_calendar calendar_;
};

/// "[error] text" in siege's way, with the end of the line; colours as in siege when `color`.
std::string siege_error_line(std::string_view text, bool color);

}  // namespace holdfast::cli
