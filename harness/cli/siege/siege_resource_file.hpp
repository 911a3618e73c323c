#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "cli/siege/siege_environment.hpp"
#include "cli/siege/siege_settings.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::cli {

/// Variables that a resource file or a URL file defines.
using siege_variables = std::map<std::string, std::string, std::less<>>;

/// What a resource file says.
struct siege_resource {
  siege_settings settings;
  siege_variables variables;  ///< keys that siege does not know, as siege has it
  diagnostics warnings;       ///< such keys when they look like misspelt ones
};

/// The file to read: `named` (-R), else $SIEGERC, else the first that exists of ~/.siege/siege.conf and
/// /etc/siege/siegerc. Unlike siege we do not create ~/.siege when it is missing: a program that measures should not
/// write into a home directory unasked, and siege's notice about it on stdout makes its first JSON report invalid.
/// Error: the file that was asked for cannot be read. Nothing: there is none.
struct siege_resource_text {
  std::string path;
  std::string text;
};
result<std::optional<siege_resource_text>, diagnostics> find_siege_resource(std::optional<std::string> const& named,
                                                                            siege_environment const& environment);

/// Reads "key = value" and "key: value" lines; '#' at the start of a line or after a blank begins a comment. All
/// problems at once, with file and line.
result<siege_resource, diagnostics> parse_siege_resource(siege_resource_text const& file, siege_dialect dialect,
                                                         variable_lookup const& environment);

}  // namespace holdfast::cli
