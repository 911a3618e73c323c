#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "experiment/profile_reader.hpp"

namespace holdfast::cli {

/// What was typed after a command that takes profiles.
struct profile_command_line {
  std::vector<std::string> files;
  experiment::profile_overrides overrides;
  std::vector<std::string> flags;  ///< those of `known_flags` that were given
  bool wants_help = false;
  diagnostics problems;

  bool has(std::string_view flag) const;
};

/// Sorts the words: files, --set PATH=VALUE, --arm NAME, --seed N, --repeat N, and the command's own flags. A value
/// follows its option or "=".
/// @param command  for messages: "validate"
profile_command_line sort_profile_words(std::span<std::string const> words, std::string_view command,
                                        std::span<std::string_view const> known_flags);

}  // namespace holdfast::cli
