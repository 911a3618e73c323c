#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/load_command_line.hpp"
#include "load/load_settings.hpp"
#include "load/preflight.hpp"
#include "load/scenario_script.hpp"
#include "load/simple_script.hpp"
#include "report/load_report.hpp"

namespace holdfast::cli {

enum class result_format : std::uint8_t { text, json };
enum class talk : std::uint8_t { all, no_progress, errors_only };

/// Everything that `holdfast load` needs to know.
struct load_options {
  load::load_settings settings;
  load::script_factory make_script;
  std::shared_ptr<load::simple_request const> request;  ///< of a run without a scenario
  std::vector<std::string> targets;                     ///< as they are printed
  std::optional<report::scenario_text> scenario;
  load::target_probe probe = load::target_probe::connect;
  std::optional<std::string> out;
  result_format format = result_format::text;
  talk output = talk::all;
  report::strictness strictness = report::strictness::checks;
};

/// Reads what the command line says, or everything that is wrong with it. Reads the files that it names.
/// @param now  one moment on both clocks, for scenarios with cookies
result<load_options, diagnostics> read_load_options(load_texts const& texts, load::clock_pair now);

}  // namespace holdfast::cli
