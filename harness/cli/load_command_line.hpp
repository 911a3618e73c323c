#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "load/load_shape_text.hpp"

namespace holdfast::cli {

/// What was typed after `holdfast load`, option by option, not yet read. Nothing where an option was not given.
struct load_texts {
  using text = std::optional<std::string>;

  std::vector<std::string> urls;
  text scenario;
  load::load_shape_texts shape;
  text queue;

  text method, data, json_body, user, max_redirects;
  std::vector<std::string> headers;
  bool no_keepalive = false;

  text cacert, cert, key;
  bool insecure = false;

  text timeout, connect_timeout, drain;
  text threads, pipeline, seed;

  text out;
  bool json = false;
  bool quiet = false;
  bool no_progress = false;
  bool no_probe = false;
  bool strict = false;
  bool wants_help = false;
};

/// The words of a command line sorted into options, and what is wrong with their form (unknown or repeated options,
/// missing values). What was understood can be judged all the same, so that a user sees all problems at once.
struct load_command_line {
  load_texts texts;
  diagnostics problems;
};
load_command_line sort_load_command_line(std::span<std::string const> words);

/// The same for a command line whose form must be right; the values are judged by read_load_options().
result<load_texts, diagnostics> read_load_command_line(std::span<std::string const> words);

/// Everything about `holdfast load` on one page.
std::string load_help();

}  // namespace holdfast::cli
