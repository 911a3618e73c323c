#pragma once

#include "report/load_report.hpp"

namespace holdfast::cli {

/// Of this build. The commit is that of the last configuration by CMake; empty where there was no git.
report::tool_version version();

}  // namespace holdfast::cli
