#include "cli/siege/siege_options.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "cli/siege/siege_plan.hpp"
#include "cli/siege/siege_values.hpp"
#include "load/load_limits.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

std::optional<std::string> last_value(siege_arguments const& arguments, siege_option option) {
  std::optional<std::string> value;
  for (auto const& use : arguments.options) {
    if (use.option == option) value = use.value;
  }
  return value;
}

/// Applies options to settings one by one and collects what is wrong with them.
class option_applier {
 public:
  option_applier(siege_invocation& out, diagnostics& problems)
      : out_{out}, settings_{out.settings}, problems_{problems} {}

  void apply(siege_option_use const& use) {
    use_ = &use;
    if (use.value) {
      apply_value(use.option, *use.value);
    } else {
      apply_switch(use.option);
    }
  }

 private:
  void apply_switch(siege_option option) {
    switch (option) {
      case siege_option::version:
        return ask_for(siege_task::version);
      case siege_option::help:
        return ask_for(siege_task::help);
      case siege_option::config:
        return ask_for(siege_task::config);
      case siege_option::verbose:
        settings_.verbose = true;
        return;
      case siege_option::quiet:
        settings_.quiet = true;
        return;
      case siege_option::debug:
        settings_.debug = true;
        return;
      case siege_option::get:
        settings_.look = siege_look::heads;
        return;
      case siege_option::print:
        settings_.look = siege_look::body;
        return;
      case siege_option::no_parser:
        settings_.parser = false;
        return;
      case siege_option::no_follow:
        settings_.follow_location = false;
        return;
      case siege_option::internet:
        settings_.internet = true;
        return;
      case siege_option::benchmark:
        settings_.benchmark = true;
        return;
      case siege_option::log:
        settings_.logging = true;
        return;
      case siege_option::json_output:
        settings_.json_output = true;
        return;
      case siege_option::more:
        settings_.more = true;
        return;
      case siege_option::strict:
        settings_.strict = true;
        return;
      default:
        return;
    }
  }

  void apply_value(siege_option option, std::string const& value) {
    switch (option) {
      case siege_option::concurrent:
        return number(settings_.concurrent, value, 1, load::most_users);
      case siege_option::threads:
        return number(settings_.threads, value, 1, 1024);
      case siege_option::seed:
        return number(settings_.seed, value, 0, std::numeric_limits<std::uint64_t>::max());
      case siege_option::reps:
        return reps(value);
      case siege_option::time:
        return parsed(settings_.time, value, parse_siege_time(value));
      case siege_option::delay:
        return parsed(settings_.delay, value, parse_siege_delay(value));
      case siege_option::log:
      case siege_option::log_to:
        settings_.logging = true;
        settings_.logfile = value;
        return;
      case siege_option::file:
        // A file on the command line is meant, even when the resource file has a url.
        settings_.file = value;
        settings_.url.reset();
        return;
      case siege_option::mark:
        settings_.logging = true;  // as siege has it: a mark without a log would be lost
        return parsed(settings_.mark, value, parse_siege_field_value(value));
      case siege_option::header:
        return header(value);
      case siege_option::user_agent:
        return parsed(settings_.user_agent, value, parse_siege_field_value(value));
      case siege_option::content_type:
        return parsed(settings_.content_type, value, parse_siege_field_value(value));
      default:  // -R and --siege-compat were heeded before
        return;
    }
  }

  void ask_for(siege_task task) {
    // The first of -V, -h and -C is carried out.
    if (out_.task == siege_task::run) out_.task = task;
  }

  template <class Target, class Value>
  void parsed(Target& target, std::string const& value, result<Value, unit_error> const& read) {
    if (!read) return report(value, read.error());
    target = *read;
  }

  template <class Target>
  void number(Target& target, std::string const& value, std::uint64_t least, std::uint64_t most) {
    auto const read = parse_siege_number(value, least, most);
    if (!read) return report(value, read.error());
    target = static_cast<Target>(*read);
  }

  void reps(std::string const& value) {
    settings_.once = net::equals_ignoring_case(value, "once");
    settings_.reps.reset();
    if (settings_.once) return;
    auto const read = parse_siege_number(value, 1, std::numeric_limits<std::int64_t>::max());
    if (!read) return report(value, {read.error().problem, "Write a number above zero, or \"once\"."});
    settings_.reps = *read;
  }

  void header(std::string const& value) {
    auto const read = parse_siege_header(value);
    if (!read) return report(value, read.error());
    settings_.headers.push_back(value);
  }

  void report(std::string const& value, unit_error const& why) {
    problems_.push_back(
        {.file = "command line", .field = use_->written, .value = value, .problem = why.problem, .fix = why.fix});
  }

  siege_invocation& out_;
  siege_settings& settings_;
  diagnostics& problems_;
  siege_option_use const* use_ = nullptr;
};

siege_dialect dialect_of(siege_arguments const& arguments, diagnostics& problems) {
  auto const text = last_value(arguments, siege_option::siege_compat);
  if (!text) return siege_dialect::v4_0;
  auto const read = parse_siege_dialect(*text);
  if (read) return *read;
  problems.push_back({.file = "command line",
                      .field = "--siege-compat",
                      .value = *text,
                      .problem = read.error().problem,
                      .fix = read.error().fix});
  return siege_dialect::v4_0;
}

void append(diagnostics& all, diagnostics const& more) { all.insert(all.end(), more.begin(), more.end()); }

/// False when it is there, but wrong.
bool read_resource(siege_invocation& out, siege_arguments const& arguments, siege_environment const& environment,
                   diagnostics& problems) {
  auto const dialect = dialect_of(arguments, problems);
  out.settings = shipped_siege_settings(dialect);
  auto const file = find_siege_resource(last_value(arguments, siege_option::rc), environment);
  if (!file) {
    append(problems, file.error());
    return false;
  }
  if (!*file) return true;
  auto resource = parse_siege_resource(**file, dialect, environment.variable);
  if (!resource) {
    append(problems, resource.error());
    return false;
  }
  out.settings = std::move(resource->settings);
  out.variables = std::move(resource->variables);
  if (!resource->warnings.empty()) out.warnings = to_string(resource->warnings);
  return true;
}

/// What is wrong with the URLs shows beside the other problems. Without the resource file only an argument without
/// variables can be judged.
void add_problems_of_urls(siege_invocation const& out, bool has_resource, siege_environment const& environment,
                          diagnostics& problems) {
  auto const& s = out.settings;
  if (out.task != siege_task::run || (s.look != siege_look::none && !s.url)) return;
  if (!has_resource && (!s.url || s.url->find('$') != std::string::npos)) return;
  if (auto const plan = make_siege_plan(out, environment); !plan) append(problems, plan.error());
}

void check_together(siege_invocation const& out, diagnostics& problems) {
  auto const& settings = out.settings;
  auto const report = [&](std::string field, std::string problem, std::string fix) {
    problems.push_back(
        {.file = "command line", .field = std::move(field), .problem = std::move(problem), .fix = std::move(fix)});
  };
  if (out.task != siege_task::run) return;
  if (settings.look != siege_look::none && !settings.url) {
    auto const* const name = settings.look == siege_look::heads ? "-g/--get" : "-p/--print";
    report(name, "it requires a commandline URL",
           fmt::format("Write e.g. holdfast siege {:.2} http://localhost/.", name));
  }
  constexpr std::size_t most_header_bytes = 8192;  // as siege has it
  std::size_t bytes = 0;
  for (auto const& header : settings.headers) bytes += header.size() + 2;
  if (bytes > most_header_bytes) {
    report("--header", fmt::format("the headers have {} bytes together, more than {}", bytes, most_header_bytes),
           "Leave some out.");
  }
}

}  // namespace

bool asks_for_strict(std::span<std::string const> arguments) {
  return std::find(arguments.begin(), arguments.end(), "--strict") != arguments.end();
}

result<siege_invocation, diagnostics> read_siege_invocation(std::span<std::string const> arguments,
                                                            siege_environment const& environment) {
  auto const split = split_siege_arguments(arguments);
  if (!split) return split.error();
  siege_invocation out;
  diagnostics problems;
  auto const has_resource = read_resource(out, *split, environment, problems);
  option_applier applier{out, problems};
  for (auto const& use : split->options) applier.apply(use);
  if (!split->rest.empty()) {
    out.settings.url = split->rest.back();
    out.settings.url_line = 0;
  }
  check_together(out, problems);
  if (!problems.empty()) {
    add_problems_of_urls(out, has_resource, environment, problems);
    return problems;
  }
  out.warnings += settle(out.settings);
  return out;
}

std::string siege_help() {
  return R"(Usage: holdfast siege [OPTION...] [URL | 'URL METHOD BODY']

Loads HTTP servers with siege's options, files and report. Without a URL the URL file is used.

Load
  -c, --concurrent=N       users at a time
  -r, --reps=N|once        requests of each user; once: each user goes through the URL file one time
  -t, --time=N[S|M|H]      length of the run (without a unit: minutes); wins over --reps
  -d, --delay=SECONDS      random pause of each user before each request, up to so long
  -b, --benchmark          no pauses
  -i, --internet           URLs in random order
Input
  -f, --file=FILE          URL file
  -R, --rc=FILE            resource file; else $SIEGERC, ~/.siege/siege.conf, /etc/siege/siegerc
Requests
  -H, --header='N: V'      one more header; may be repeated
  -A, --user-agent=TEXT
  -T, --content-type=TEXT  of bodies
  -N, --no-parser          do not fetch what pages refer to
  -F, --no-follow          do not follow redirects
Output
  -v, --verbose            a line for each transaction
  -q, --quiet              nothing but errors
  -j, --json-output        the report as JSON on stdout
  -l, --log[=FILE]         append a line to the log file (also -L FILE)
  -m, --mark=TEXT          mark in the log file
  -g, --get                show the heads of one exchange
  -p, --print              show the body of one answer
  -D, --debug              show every message
  -C, --config             show the settings
  -V, --version
  -h, --help
Beyond siege
  --siege-compat=4.0|4.1   whose report to print: times in seconds (default) or in milliseconds
  --more                   percentiles, outcomes and 4xx after the report
  --strict                 exit status: 1 when anything failed, 2 for wrong input, 3 when no server was reached
  --threads=N              default: one for each core
  --seed=N                 of every random choice; default 1
)";
}

}  // namespace holdfast::cli
