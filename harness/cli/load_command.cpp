#include "cli/load_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/load_command_line.hpp"
#include "cli/load_observer.hpp"
#include "cli/load_options.hpp"
#include "cli/standard_streams.hpp"
#include "cli/version.hpp"
#include "core/exit_code.hpp"
#include "core/units.hpp"
#include "report/load_json.hpp"
#include "report/load_sentence.hpp"
#include "report/load_text.hpp"

namespace holdfast::cli {
namespace {

constexpr std::string_view out_option = "--out";

exit_code refuse(diagnostics const& problems, exit_code code) {
  write_error_stream(to_string(problems));
  return code;
}

exit_code print(std::string_view text, exit_code code) {
  auto const written = write_output_stream(text);
  if (written) return code;
  write_error_stream("holdfast load: the result could not be printed: " + written.error().message() + ".\n");
  return exit_code::could_not_run;
}

/// Everything that could make the run fail before its first request.
result<load::preflight, diagnostics> check(load_options const& options) {
  auto ready = load::check_before_run(options.settings, options.probe);
  diagnostics problems;
  if (!ready) problems = ready.error();
  if (options.out)
    std::ranges::move(report::check_run_folder(*options.out, std::string{out_option}), std::back_inserter(problems));
  if (!problems.empty()) return problems;
  return ready;
}

load::target_place place_of(load::preflight const& ready) {
  auto const is_here = [](auto const& addresses) { return std::ranges::any_of(addresses, net::is_loopback); };
  return std::ranges::any_of(ready.addresses, is_here) ? load::target_place::same_machine
                                                       : load::target_place::elsewhere;
}

report::load_description describe(load_options const& options, load::preflight const& ready,
                                  std::span<std::string const> words) {
  auto command_line = report::without_secrets(words);
  command_line.insert(command_line.begin(), "load");
  std::vector<std::string> targets;
  std::ranges::transform(options.targets, std::back_inserter(targets), report::query_without_secrets);
  return {.tool = version(),
          .command_line = std::move(command_line),
          .targets = std::move(targets),
          .scenario = options.scenario,
          .settings = options.settings,
          .machine = load::read_machine_facts(),
          .place = place_of(ready)};
}

bool has_terminal() {
  auto const* const kind = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && (kind == nullptr || std::string_view{kind} != "dumb");
}

std::optional<progress_line> progress_of(load_options const& options) {
  if (options.output != talk::all || !has_terminal()) return std::nullopt;
  write_error_stream(report::load_sentence(options.settings) + ". Ctrl-C ends it and reports.\n");
  return progress_line{report::planned_length(options.settings),
                       charset_of(std::getenv("LC_ALL"), std::getenv("LC_CTYPE"), std::getenv("LANG"))};
}

/// A sentence for standard error about an exit code that is not zero; the result itself may be in a file.
std::string reason_of(exit_code code, report::load_report const& report) {
  auto const& ledger = report.ledger;
  switch (code) {
    case exit_code::check_failed:
      if (ledger.ok() == 0) return "no request was ok";
      if (auto const failed = ledger.ended_as(load::outcome::check_failed); failed > 0) {
        return fmt::format("{} requests failed a check", format_count(failed));
      }
      return fmt::format("{} of {} requests were not ok", format_count(ledger.scheduled - ledger.ok()),
                         format_count(ledger.scheduled));
    case exit_code::could_not_run:
      return "the run folder is incomplete: " + report.folder->problem;
    case exit_code::invalid_measurement:
      return "the measurement is invalid, see the report";
    case exit_code::interrupted:
      return "interrupted; the report covers the time until then";
    default:
      return {};
  }
}

exit_code conclude(report::load_report const& report, load_options const& options) {
  auto const code = exit_code_of(report, options.strictness);
  auto const text =
      options.format == result_format::json ? load_json(report, report::json_detail::result) : load_text(report);
  auto const printed = print(text, code);
  if (auto const reason = reason_of(code, report); !reason.empty()) {
    write_error_stream("holdfast load: " + reason + ".\n");
  }
  return printed;
}

exit_code run(load_options const& options, std::span<std::string const> words) {
  auto const ready = check(options);
  if (!ready) return refuse(ready.error(), exit_code::could_not_run);
  std::optional<report::run_folder> folder;
  if (options.out) {
    auto made = report::run_folder::create(*options.out, std::string{out_option});
    if (!made) return refuse(made.error(), exit_code::could_not_run);
    folder.emplace(*std::move(made));
  }
  auto const about = describe(options, *ready, words);
  load_observer observer{about, folder ? &*folder : nullptr, progress_of(options)};
  auto const result = load::run_load(options.settings, *ready, options.make_script, observer);
  observer.end_progress();
  auto report = make_load_report(result, about, observer.gathered());
  if (folder) {
    report.folder = folder->state();
    folder->finish(report);
    report.folder = folder->state();
  }
  return conclude(report, options);
}

exit_code load_command(std::vector<std::string> const& words) {
  auto [texts, problems] = sort_load_command_line(words);
  if (texts.wants_help) return print(load_help() + '\n', exit_code::pass);
  auto const options = read_load_options(texts, {.steady = clock_seam::now(), .wall = clock_seam::wall_now()});
  if (!options) {
    auto const more = options.error();
    problems.insert(problems.end(), more.begin(), more.end());
  }
  if (!problems.empty()) return refuse(problems, exit_code::invalid_input);
  return run(*options, words);
}

}  // namespace

int run_load_command(int argc, char const* const* argv) {
  return static_cast<int>(load_command({argv + 1, argv + argc}));
}

}  // namespace holdfast::cli
