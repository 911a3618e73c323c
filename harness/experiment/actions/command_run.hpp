#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "cluster/node/process_runtime.hpp"
#include "core/clock.hpp"

namespace holdfast::experiment {

struct command_settings {
  std::vector<std::string> words;          ///< the program, looked for in PATH, and its arguments
  std::vector<std::string> environment{};  ///< "NAME=value", all that it gets
  std::filesystem::path folder{"/"};       ///< where it runs
  std::filesystem::path output;            ///< gets what it writes to both of its outputs; made anew
  nanoseconds limit = std::chrono::seconds{30};
  std::string id{};  ///< of this run among those of the runtime
};

/// Runs a program without a shell. When it ends, or its time is over, everything that it started ends too; so also when
/// the one who waits is cancelled.
/// @param settings  live as long as it runs
/// @return  nothing when it ended with 0; else why it is a failure: a sentence without its full stop
boost::asio::awaitable<std::optional<std::string>> run_command(boost::asio::any_io_executor executor,
                                                               cluster::process_runtime& processes,
                                                               command_settings const& settings);

}  // namespace holdfast::experiment
