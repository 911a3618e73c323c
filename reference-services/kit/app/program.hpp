#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "kit/app/configuration.hpp"

namespace holdfast::kit {

/// Deals with a command line that asks for --help or --version, or for something unknown, and warns of variables whose
/// names are nearly keys. The exit code, or nothing when the program is to go on.
std::optional<int> answer_command_line(int argc, char const* const* argv, std::string_view program,
                                       std::string_view about, std::span<config_key const> keys);

/// The process's own; what configuration::read() asks.
std::optional<std::string> environment_variable(std::string const& name);

/// Runs `task` on the context until it has ended, with as many open files as the hard limit allows. The first SIGTERM
/// or SIGINT calls `stop`, a second one ends the process at once. The task's exit code; 3, and a line on standard
/// error, when it throws.
int run_until_signalled(boost::asio::io_context& context, boost::asio::awaitable<int> task, std::function<void()> stop);

/// Writes the port, whole or not at all, for whoever waits for the file. Nothing when `file` is empty.
void write_port_file(std::string const& file, std::uint16_t port);

}  // namespace holdfast::kit
