#include "cli/run/validate_command.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/run/profile_command_line.hpp"
#include "cli/run/profile_files.hpp"
#include "cli/standard_streams.hpp"
#include "core/exit_code.hpp"
#include "core/json_document.hpp"
#include "experiment/plan.hpp"

namespace holdfast::cli {
namespace {

constexpr std::string_view usage = R"(Usage: holdfast validate [OPTIONS] PROFILE...

Reads profiles, and the profiles of suites, with everything that they name: manifests, patches, scenarios, metrics.
Nothing is started. Every problem is told at once, with file, line and a way to mend it.

  --plan            print what each would do, as a timeline
  --json            print the result as JSON: {"profiles": [{"file", "valid", "title", "problems": [...]}]}
  --set PATH=VALUE  put a value in place of the profile's, e.g. --set load.users=20; may be repeated
  --arm NAME        this arm only; may be repeated
  --seed N          seed of every random choice
  --repeat N        run every arm N times
  -h, --help        this text

Exit codes:
  0    every profile can be run
  2    invalid input
  3    the result could not be printed

How to write a profile: harness/docs/profile.md
)";

int print(std::string_view text, exit_code code) {
  auto const written = write_output_stream(text);
  if (written) return static_cast<int>(code);
  write_error_stream("holdfast validate: the result could not be printed: " + written.error().message() + ".\n");
  return static_cast<int>(exit_code::could_not_run);
}

std::string as_json_text(std::string_view text) {
  std::string out = "\"";
  append_json_escaped(text, out);
  return out + '"';
}

std::string json_of(diagnostic const& problem) {
  return fmt::format(R"({{"file": {}, "line": {}, "field": {}, "value": {}, "problem": {}, "fix": {}}})",
                     as_json_text(problem.file), problem.line, as_json_text(problem.field), as_json_text(problem.value),
                     as_json_text(problem.problem), as_json_text(problem.fix));
}

std::string json_of(checked_profile const& checked) {
  std::string problems;
  if (!checked.made) {
    for (auto const& problem : checked.made.error()) {
      problems += fmt::format("{}\n      {}", problems.empty() ? "" : ",", json_of(problem));
    }
  }
  return fmt::format("    {{\"file\": {}, \"valid\": {}, \"title\": {}, \"problems\": [{}{}]}}",
                     as_json_text(checked.file), checked.made.has_value(),
                     as_json_text(checked.made ? checked.made->title : ""), problems, problems.empty() ? "" : "\n    ");
}

std::string as_json(std::vector<checked_profile> const& all) {
  std::string text = "{\n  \"profiles\": [";
  for (auto const& each : all) text += (&each == &all.front() ? "\n" : ",\n") + json_of(each);
  return text + "\n  ]\n}\n";
}

std::string as_text(std::vector<checked_profile> const& all, bool with_plan) {
  std::string text;
  for (auto const& each : all) {
    if (!each.made) continue;
    auto const& what = *each.made;
    if (with_plan) {
      text += (text.empty() ? "" : "\n") + to_text(experiment::make_plan(what), what);
    } else {
      text += fmt::format("{}: ok, {} arm{}, {} action{}, {} check{}\n", each.file, what.arms.size(),
                          what.arms.size() == 1 ? "" : "s", what.actions.size(), what.actions.size() == 1 ? "" : "s",
                          what.checks.size(), what.checks.size() == 1 ? "" : "s");
    }
  }
  return text;
}

int validate(std::span<std::string const> words) {
  constexpr std::array<std::string_view, 2> flags{"--plan", "--json"};
  auto const line = sort_profile_words(words, "validate", flags);
  if (line.wants_help) return print(usage, exit_code::pass);
  if (!line.problems.empty()) {
    write_error_stream(to_string(line.problems));
    return static_cast<int>(exit_code::invalid_input);
  }
  auto const all = read_profiles(line.files, line.overrides);
  auto const is_valid = std::ranges::all_of(all, [](checked_profile const& each) { return each.made.has_value(); });
  auto const code = is_valid ? exit_code::pass : exit_code::invalid_input;
  if (line.has("--json")) return print(as_json(all), code);
  for (auto const& each : all) {
    if (!each.made) write_error_stream(to_string(each.made.error()));
  }
  return print(as_text(all, line.has("--plan")), code);
}

}  // namespace

int run_validate(int argc, char const* const* argv) {
  std::vector<std::string> const words{argv + 1, argv + argc};
  return validate(words);
}

}  // namespace holdfast::cli
