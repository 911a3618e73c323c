#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "core/clock.hpp"
#include "load/interval_record.hpp"
#include "stats/censored_distribution.hpp"

namespace holdfast::cli {

enum class charset : std::uint8_t { ascii, utf8 };

/// What LC_ALL, LC_CTYPE and LANG (in this order; nullptr where unset) say about the terminal.
charset charset_of(char const* lc_all, char const* lc_ctype, char const* lang);

/// What the progress line shows.
struct progress_figures {
  nanoseconds elapsed{};
  std::optional<nanoseconds> total;               ///< nothing when a number of requests ends the load
  double per_second = 0;                          ///< completed in the last interval
  std::optional<stats::quantile_value> p50, p99;  ///< of the response time in the last interval
  std::uint64_t errors = 0;                       ///< failed so far
  std::uint64_t dropped = 0;                      ///< never sent so far
  std::uint64_t in_flight = 0;
};

/// One bar a value, scaled to the largest.
std::string sparkline(std::span<double const> values, charset allowed);

/// One line without its end, at most `width` columns: what matters least is left out first.
/// @param rates  the last intervals, oldest first
std::string progress_text(progress_figures const& figures, std::span<double const> rates, std::size_t width,
                          charset allowed);

/// Keeps what the line needs from one interval to the next.
class progress_line {
 public:
  progress_line(std::optional<nanoseconds> total, charset allowed) : total_{total}, charset_{allowed} {}

  void begin(time_point start) { start_ = start; }
  void add(load::interval_record const& interval);
  std::string text(std::size_t width) const;

 private:
  std::optional<nanoseconds> total_;
  charset charset_;
  time_point start_;
  progress_figures figures_;
  std::deque<double> rates_;
};

}  // namespace holdfast::cli
