#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::load {

/// Start offsets to replay: one a line, decimal seconds from the start of the run, not decreasing. Empty lines and what
/// follows a '#' are left out.
/// @param file  name for the messages; of very many problems the first ones are given and the rest counted
result<std::vector<nanoseconds>, diagnostics> parse_replay(std::string_view text, std::string const& file);

/// Reads and parses the file. At most 1 GiB.
result<std::vector<nanoseconds>, diagnostics> read_replay_file(std::string const& file);

}  // namespace holdfast::load
