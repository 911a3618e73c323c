#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cli/siege/siege_settings.hpp"
#include "cli/siege/siege_tally.hpp"
#include "core/clock.hpp"

namespace holdfast::cli {

/// The figures of siege's report, computed from its counters.
struct siege_figures {
  std::uint64_t transactions = 0;
  double availability_percent = 0;
  double elapsed_seconds = 0;
  double megabytes = 0;         ///< body bytes / 2^20
  double response_seconds = 0;  ///< time of all, failures included, per transaction
  double transaction_rate = 0;  ///< per second
  double throughput = 0;        ///< megabytes per second
  double concurrency = 0;       ///< time of all / elapsed time
  std::uint64_t successful = 0;
  std::uint64_t ok_200 = 0;
  std::uint64_t failed = 0;
  double longest_seconds = 0;
  double shortest_seconds = 0;
};

/// A ratio with nothing below the line is 0, as siege prints it.
siege_figures figures_of(siege_tally const& tally, nanoseconds elapsed);

/// How the text and the JSON report are printed.
struct siege_report_style {
  siege_dialect dialect = siege_dialect::v4_0;
  bool shows_ok_200 = false;  ///< with -D
};

/// The report for stderr, from the line end before it to the blank line that ends it.
std::string siege_text_report(siege_figures const& figures, siege_report_style style);

/// The report for stdout. Times are in seconds in both dialects.
std::string siege_json_report(siege_figures const& figures, siege_report_style style);

/// "** SIEGE 4.0.7" and what follows. Its last line ends only when transactions are shown, as in siege: otherwise the
/// line end that the report begins with is its end.
std::string siege_banner(siege_settings const& settings);

/// What stands before the report when the run was ended by -t or Ctrl-C.
std::string_view siege_lifting_notice();

/// What stands before the report when too many requests failed.
std::string_view siege_abort_notice();

/// What --more adds after the report.
struct siege_quantile {
  std::string_view name;  ///< "p50"
  nanoseconds value{};
  bool at_least = false;  ///< a lower bound: requests ran into the timeout
};
std::string siege_more_lines(siege_tally const& tally, std::span<siege_quantile const> response_times,
                             std::uint64_t unfinished);

/// The line of -V.
std::string siege_version_text(siege_dialect dialect);

}  // namespace holdfast::cli
