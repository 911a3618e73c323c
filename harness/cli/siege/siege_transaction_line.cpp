#include "cli/siege/siege_transaction_line.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <iterator>

#include <fmt/format.h>

namespace holdfast::cli {
namespace {

/// The number of the terminal's foreground colour: siege's choice by the hundreds of the status.
int color_of(siege_transaction const& what) {
  if (what.from_cache) return 32;
  switch (what.status / 100) {
    case 3:
      return 36;
    case 4:
      return 35;
    case 5:
      return 31;
    default:
      return 34;
  }
}

}  // namespace

siege_line_printer::siege_line_printer(siege_settings const& settings, siege_calendar const& calendar)
    : color_{settings.color},
      csv_{settings.csv},
      fullurl_{settings.fullurl},
      display_id_{settings.display_id},
      timestamp_{settings.timestamp},
      mark_{settings.mark},
      calendar_{calendar} {}

std::string siege_line_printer::stamp(time_point at, char const* format) const {
  auto const seconds = std::chrono::system_clock::to_time_t(calendar_.at(at));
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 64> text{};
  auto const length = std::strftime(text.data(), text.size(), format, &local);
  return {text.data(), length};
}

void siege_line_printer::append(std::string& out, siege_transaction const& what, time_point ended) const {
  auto const to = std::back_inserter(out);
  if (color_) fmt::format_to(to, "\x1b[0;{}m", color_of(what));
  auto const place = fullurl_ || (what.method != "GET" && what.method != "HEAD") ? what.url : what.target;
  auto const seconds = in_seconds(what.time);
  // siege stamps its default and CSV lines, not those with the user's number alone.
  if (timestamp_ && (csv_ || !display_id_)) out += stamp(ended, "[%a, %F %T] ");
  if (csv_) {
    if (!mark_.empty()) fmt::format_to(to, "{},", mark_);
    if (display_id_) fmt::format_to(to, "{:4},", what.user);
    fmt::format_to(to, "HTTP/1.{},{},{:6.2f},{:7},{},{},{}", what.http_minor, what.status, seconds, what.body_bytes,
                   place, what.url_id, stamp(ended, "%Y-%m-%d %H:%M:%S"));
  } else if (display_id_) {
    fmt::format_to(to, "{:4}) HTTP/1.{} {} {:6.2f} secs: {:7} bytes ==> {:<4} {}", what.user, what.http_minor,
                   what.status, seconds, what.body_bytes, what.method, place);
  } else {
    fmt::format_to(to, "HTTP/1.{} {}{} {:5.2f} secs: {:7} bytes ==> {:<4} {}", what.http_minor, what.status,
                   what.from_cache ? "(C)" : "   ", seconds, what.body_bytes, what.method, place);
  }
  out += color_ ? "\x1b[0m\n" : "\n";
}

std::string siege_error_line(std::string_view text, bool color) {
  return color ? fmt::format("[\x1b[1;33merror\x1b[0m] {}\n", text) : fmt::format("[error] {}\n", text);
}

}  // namespace holdfast::cli
