#include "report/number_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/units.hpp"

namespace holdfast::report {

std::string latency_text(nanoseconds time) {
  auto const us = static_cast<double>(time.count()) / 1e3;
  if (us < 0.5) return "< 1 us";
  if (us < 999.5) return fmt::format("{:.0f} us", us);
  return format_duration(time);
}

std::string latency_text(stats::quantile_value const& time) {
  auto lower = latency_text(time.value);
  if (!time.at_least) return lower;
  if (!time.at_most) return "> " + lower;
  auto const upper = latency_text(*time.at_most);
  return lower == upper ? lower : lower + " to " + upper;
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0 || part == 0) return "0 %";
  if (part == whole) return "100 %";
  constexpr int most_decimals = 3;
  // Decimals end where one case more or less would show: 100 cases have none, 1,000 have one.
  auto const decimals = std::clamp(static_cast<int>(std::log10(static_cast<double>(whole))) - 2, 0, most_decimals);
  auto const step = std::pow(10.0, -decimals);
  auto const percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < step / 2) return fmt::format("< {:.{}f} %", step, decimals);
  if (percent > 100 - step / 2) return fmt::format("> {:.{}f} %", 100 - step, decimals);
  return fmt::format("{:.{}f} %", percent, decimals);
}

std::string unseen_share_text(std::uint64_t cases) {
  auto const percent = std::min(100.0, 300 / static_cast<double>(std::max<std::uint64_t>(cases, 1)));
  auto const decimals = std::max(0, 1 - static_cast<int>(std::floor(std::log10(percent))));  // two digits
  return fmt::format("{:.{}f} %", percent, decimals);
}

std::string utc_text(wall_time time) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(time);
  auto const milliseconds = std::chrono::floor<std::chrono::milliseconds>(time - seconds).count();
  auto const calendar = fmt::gmtime(std::chrono::system_clock::to_time_t(seconds));
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", calendar, milliseconds);
}

}  // namespace holdfast::report
