#pragma once

#include <string>

#include "cli/siege/siege_plan.hpp"
#include "load/load_settings.hpp"

namespace holdfast::cli {

/// The siege as the load engine takes it: a closed loop of as many users, without a cap. Servers' certificates are not
/// verified, as in siege.
/// @param cores  of this machine; the number of threads unless --threads says otherwise.
load::load_settings load_settings_of(siege_plan const& plan, unsigned cores);

/// A warning for stderr when there are more users than the resource file's limit, where siege would wait 10 s and drop
/// the rest; else empty.
std::string limit_warning(siege_settings const& settings);

}  // namespace holdfast::cli
