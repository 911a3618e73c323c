#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "cli/siege/siege_arguments.hpp"
#include "cli/siege/siege_environment.hpp"
#include "cli/siege/siege_resource_file.hpp"
#include "cli/siege/siege_settings.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::cli {

enum class siege_task : std::uint8_t { run, help, version, config };

/// What a command line of `holdfast siege` asks for, all sources taken together.
struct siege_invocation {
  siege_task task = siege_task::run;
  siege_settings settings;
  siege_variables variables;  ///< of the resource file, for the URL file
  std::string warnings;       ///< for stderr; empty or lines
};

/// Reads the resource file (-R first, whatever its place), then the options in their order. The last argument that is
/// no option is the URL. `arguments` are those after "siege".
result<siege_invocation, diagnostics> read_siege_invocation(std::span<std::string const> arguments,
                                                            siege_environment const& environment);

/// Whether --strict is among the arguments: it decides the exit status of a usage error, too.
bool asks_for_strict(std::span<std::string const> arguments);

/// The text of --help.
std::string siege_help();

}  // namespace holdfast::cli
