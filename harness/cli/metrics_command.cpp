#include "cli/metrics_command.hpp"

#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "analysis/metric_catalogue.hpp"
#include "cli/standard_streams.hpp"
#include "core/diagnostic.hpp"
#include "core/exit_code.hpp"
#include "core/json_document.hpp"
#include "report/text_table.hpp"

namespace holdfast::cli {
namespace {

constexpr std::string_view usage = R"(Usage: holdfast metrics [--json]

Every metric that a profile's checks can name: its unit, the direction in which it
gets better, its formula, and what it is computed from. <...> in a name stands for
the name of a service, Deployment, fault and the like: breaker.book.time_to_open

  --json      as a JSON array of objects: name, unit, example, better, formula, source
  -h, --help  this text
)";

std::string as_text() {
  using report::align;
  report::text_table table{{align::left, align::left, align::left, align::left}};
  table.add({"metric", "unit", "better", "formula [computed from]"});
  for (auto const& metric : analysis::metric_catalogue()) {
    table.add({std::string{metric.name}, std::string{name_of(metric.unit)}, std::string{name_of(metric.better)},
               fmt::format("{} [{}]", metric.formula, metric.source)});
  }
  return table.text("");
}

void append_member(std::string& to, std::string_view key, std::string_view value) {
  to += fmt::format("{}\"{}\": \"", to.back() == '{' ? "" : ", ", key);
  append_json_escaped(value, to);
  to += '"';
}

std::string as_json() {
  std::string text = "[";
  for (auto const& metric : analysis::metric_catalogue()) {
    text += text.size() == 1 ? "\n  {" : ",\n  {";
    append_member(text, "name", metric.name);
    append_member(text, "unit", name_of(metric.unit));
    append_member(text, "example", example_of(metric.unit));
    append_member(text, "better", name_of(metric.better));
    append_member(text, "formula", metric.formula);
    append_member(text, "source", metric.source);
    text += '}';
  }
  return text + "\n]\n";
}

int print(std::string_view text) {
  auto const written = write_output_stream(text);
  if (written) return static_cast<int>(exit_code::pass);
  write_error_stream("holdfast metrics: the list could not be printed: " + written.error().message() + ".\n");
  return static_cast<int>(exit_code::could_not_run);
}

int refuse(std::string_view word) {
  constexpr std::array<std::string_view, 2> options{"--json", "--help"};
  write_error_stream(to_string(diagnostics{{.file = "command line",
                                            .field = std::string{word.starts_with('-') ? word : "arguments"},
                                            .value = std::string{word.starts_with('-') ? "" : word},
                                            .problem = "is not known to holdfast metrics",
                                            .fix = "See \"holdfast metrics --help\"." + did_you_mean(word, options)}}));
  return static_cast<int>(exit_code::invalid_input);
}

}  // namespace

int run_metrics(int argc, char const* const* argv) {
  bool wants_json = false;
  for (int i = 1; i < argc; ++i) {
    std::string_view const word = argv[i];
    if (word == "--help" || word == "-h") return print(usage);
    if (word != "--json") return refuse(word);
    wants_json = true;
  }
  return print(wants_json ? as_json() : as_text());
}

}  // namespace holdfast::cli
