#pragma once

#include <string>

#include "report/load_report.hpp"

namespace holdfast::report {

/// The summary for a terminal: at most about 100 columns wide, plain ASCII but for names and targets.
std::string load_text(load_report const& report);

}  // namespace holdfast::report
