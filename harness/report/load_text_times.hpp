#pragma once

#include <string>

#include "report/load_report.hpp"

namespace holdfast::report {

/// The part of the summary with the percentiles of both clocks side by side.
std::string times_text(load_report const& report);

/// The table of request names; empty when there is only one.
std::string requests_text(load_report const& report);

}  // namespace holdfast::report
