#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::cli {

enum class siege_option : std::uint8_t {
  version,
  help,
  verbose,
  quiet,
  config,
  debug,
  get,
  print,
  concurrent,
  no_parser,
  no_follow,
  internet,
  benchmark,
  reps,
  time,
  delay,
  log,
  file,
  rc,
  mark,
  header,
  user_agent,
  content_type,
  json_output,
  log_to,  ///< -L FILE, which siege's manual promises
  // Ours alone.
  siege_compat,
  more,
  strict,
  threads,
  seed,
};

/// An option as it was used.
struct siege_option_use {
  siege_option option{};
  std::string written;               ///< "-c" or "--concurrent", for messages
  std::optional<std::string> value;  ///< nothing when the option takes none, or its value is optional and was left out
};

struct siege_arguments {
  std::vector<siege_option_use> options;
  std::vector<std::string> rest;  ///< what is no option, in order
};

/// Takes a command line apart as getopt_long does: options anywhere, "-c200", "-c 200", "-vc200", "--delay=1S",
/// "--delay 1S", an optional value only when glued on ("-lFILE", "--log=FILE"), unambiguous abbreviations of long
/// names,
/// "--" ends the options. Values are not looked at.
result<siege_arguments, diagnostics> split_siege_arguments(std::span<std::string const> arguments);

}  // namespace holdfast::cli
