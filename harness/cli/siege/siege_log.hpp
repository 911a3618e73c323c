#pragma once

#include <ctime>
#include <string>

#include "cli/siege/siege_report.hpp"
#include "core/result.hpp"

namespace holdfast::cli {

/// The first line of a new log file.
std::string_view siege_log_header();

/// A run as a line of the log file. `when` is local time. A rate without elapsed time is 0, where siege writes "inf".
std::string siege_log_row(siege_figures const& figures, std::tm const& when);

/// "**** text ****".
std::string siege_log_mark(std::string_view text);

/// What is printed when the log was written and show-logfile is on.
std::string siege_log_notice(std::string_view log_file, std::string_view resource_file);

/// Appends lines to the file, with the header before them when it is new; mode 0644.
result<void> append_to_siege_log(std::string const& path, std::string_view lines);

/// Whether append_to_siege_log() will find a file that it may write: asked before the first request.
result<void> check_siege_log(std::string const& path);

}  // namespace holdfast::cli
