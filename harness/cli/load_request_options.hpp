#pragma once

#include "cli/load_command_line.hpp"
#include "load/simple_script.hpp"

namespace holdfast::cli {

/// The one request of a run without a scenario.
struct plain_request_options {
  load::simple_request request;
  std::string url;  ///< as it is printed: without a login
};

/// Reads URL, method, headers, body, login and redirects, or says everything that is wrong with them.
result<plain_request_options, diagnostics> read_request_options(load_texts const& texts);

/// A whole file; @error a diagnostic about `option` that says why it cannot be read.
result<std::string, diagnostics> read_option_file(std::string const& file, std::string_view option);

}  // namespace holdfast::cli
