#pragma once

#include <string>

#include "cli/siege/siege_settings.hpp"

namespace holdfast::cli {

/// The output of -C.
std::string siege_config_report(siege_settings const& settings);

}  // namespace holdfast::cli
