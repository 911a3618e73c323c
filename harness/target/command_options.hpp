#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "target/server_options.hpp"

namespace holdfast::target {

/// What was typed after `holdfast target`, option by option, not yet read.
struct command_texts {
  using text = std::optional<std::string>;

  std::vector<std::string> listen;
  std::vector<std::string> unix_paths;
  std::vector<std::string> tls;  ///< certificate and key
  bool tls_self_signed = false;

  text size, status, content_type;
  bool chunked = false;
  std::vector<std::string> headers;
  std::vector<std::string> latency, freeze;

  text misbehave, probability, every, after;
  text close_after, refuse;

  text threads, cpu, seed;
  text max_requests, run_for, idle_timeout, max_connections;
  text port_file, truth;
};

struct command_options {
  server_options server;
  std::optional<nanoseconds> run_for;
  std::string port_file;  ///< empty: none
  std::string truth;      ///< file for the truth; empty: standard output
};

/// @error  everything that is wrong, at once
result<command_options, diagnostics> read_command_options(command_texts const& texts);

}  // namespace holdfast::target
