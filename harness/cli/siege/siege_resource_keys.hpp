#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/siege/siege_settings.hpp"
#include "core/result.hpp"
#include "core/units.hpp"

namespace holdfast::cli {

/// A key of the resource file.
struct siege_resource_key {
  std::string_view name;
  /// Puts the value into the settings.
  result<void, unit_error> (*apply)(siege_settings& settings, std::string const& value);
};

/// Every key of siege's resource file that we know.
std::span<siege_resource_key const> siege_resource_keys();

}  // namespace holdfast::cli
