#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

#include "cli/load_command.hpp"
#include "cli/metrics_command.hpp"
#include "cli/run/validate_command.hpp"
#include "cli/siege/siege_command.hpp"
#include "cli/standard_streams.hpp"
#include "cli/target_command.hpp"
#include "cli/up/up_command.hpp"
#include "cli/version.hpp"
#include "cluster/node/guardian.hpp"
#include "core/diagnostic.hpp"
#include "core/exit_code.hpp"

namespace holdfast::cli {
namespace {

struct subcommand {
  std::string_view name;
  std::string_view summary;
  int (*run)(int argc, char const* const* argv);
};

constexpr std::array subcommands{
    subcommand{"load", "Put load on an HTTP server and say how it did", run_load_command},
    subcommand{"metrics", "List every metric with its unit, formula and source", run_metrics},
    subcommand{"siege", "siege's options, files and report on this engine", run_siege},
    subcommand{"target", "Be an HTTP server whose truth is known, for tests and calibration", run_target},
    subcommand{"up", "Run a system from its Kubernetes manifests on this machine", run_up},
    subcommand{"validate", "Say what is wrong with profiles, or what they would do", run_validate},
};

std::string help() {
  std::string text = "Holdfast: load, and proof of what it met.\n\nUsage: holdfast COMMAND [OPTIONS]\n\nCommands:\n";
  for (auto const& [name, summary, run] : subcommands) {
    text += "  " + std::string{name} + std::string(10 - name.size(), ' ') + std::string{summary} + '\n';
  }
  return text +
         "\n  --version, --help\n\nEach command explains itself: holdfast load --help\n\n"
         "Example:\n  holdfast load http://127.0.0.1:8080/ --rate 500/s -d 30s\n";
}

std::string version_text() {
  auto const [number, commit] = version();
  return "holdfast " + number + (commit.empty() ? "" : " (" + commit + ")") + '\n';
}

int print(std::string const& text) {
  return static_cast<int>(write_output_stream(text) ? exit_code::pass : exit_code::could_not_run);
}

int refuse(std::string_view word) {
  std::array<std::string_view, subcommands.size()> names{};
  std::ranges::transform(subcommands, names.begin(), &subcommand::name);
  write_error_stream(to_string(diagnostics{{.file = "command line",
                                            .field = "command",
                                            .value = std::string{word},
                                            .problem = "is not a command of holdfast",
                                            .fix = "See \"holdfast --help\"." + did_you_mean(word, names)}}));
  return static_cast<int>(exit_code::invalid_input);
}

int dispatch(int argc, char const* const* argv) {
  if (argc < 2) {
    write_error_stream(help());
    return static_cast<int>(exit_code::invalid_input);
  }
  std::string_view const word = argv[1];
  if (word == "--version" || word == "-V") return print(version_text());
  if (word == "--help" || word == "-h" || word == "help") return print(help());
  auto const found = std::ranges::find(subcommands, word, &subcommand::name);
  return found == subcommands.end() ? refuse(word) : found->run(argc - 1, argv + 1);
}

/// A terminal that is closed hangs up more than once (its shell and the kernel both tell): the first one ends a run in
/// good order, the others must not be taken for the second signal, which ends the program at once.
void on_hang_up(int) {
  std::signal(SIGHUP, SIG_IGN);
  ::kill(::getpid(), SIGTERM);
}

/// SIGHUP as SIGTERM, which every command knows how to end on. Under nohup it stays ignored.
void end_on_hang_up() {
  if (std::signal(SIGHUP, on_hang_up) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
}

}  // namespace
}  // namespace holdfast::cli

int main(int argc, char** argv) {
  // Not for users: a local cluster starts this program anew to clean up after it.
  if (auto const code = holdfast::cluster::run_as_guardian({argv, static_cast<std::size_t>(argc)})) return *code;
  // Errors of writing are dealt with where they occur: a closed pipe, and a file beyond the limit of its size.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  holdfast::cli::end_on_hang_up();
  try {
    if (auto const held = holdfast::cli::hold_standard_streams(); !held) {
      throw std::runtime_error{"a standard stream is closed, and /dev/null cannot be opened: " +
                               held.error().message()};
    }
    return holdfast::cli::dispatch(argc, argv);
  } catch (std::exception const& failure) {
    holdfast::cli::write_error_stream(std::string{"holdfast: cannot go on: "} + failure.what() + ".\n");
    return static_cast<int>(holdfast::exit_code::could_not_run);
  }
}
