#include "cli/siege/siege_resource_file.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "cli/siege/siege_resource_keys.hpp"
#include "cli/siege/siege_text.hpp"
#include "cli/siege/siege_urls.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

class resource_reader {
 public:
  resource_reader(siege_resource_text const& file, siege_dialect dialect, variable_lookup const& environment)
      : file_{file}, environment_{environment} {
    out_.settings = bare_siege_settings(dialect);
    out_.settings.resource_file = file.path;
  }

  result<siege_resource, diagnostics> run() {
    for_each_line(file_.text, [this](std::uint32_t number, std::string_view line) { take_line(number, line); });
    if (problems_.empty()) return std::move(out_);
    check_urls();
    return problems_;
  }

 private:
  void take_line(std::uint32_t number, std::string_view line) {
    line = net::trimmed(without_comment(line));
    if (line.empty()) return;
    auto const separator = line.find_first_of("=:");
    auto const name = net::trimmed(line.substr(0, separator));
    if (separator == std::string_view::npos || name.empty()) {
      return report(number, "", std::string{line}, "not a setting", "Write key = value, or begin a comment with #.");
    }
    auto const expanded = expand_variables(net::trimmed(line.substr(separator + 1)), lookup());
    if (!expanded.undefined.empty()) {
      return report(number, std::string{name}, expanded.undefined, "this variable has no value",
                    fmt::format("Define it on a line above (\"{} = ...\") or in the environment.", expanded.undefined));
    }
    set(number, name, expanded.text);
  }

  void set(std::uint32_t number, std::string_view name, std::string const& value) {
    auto const known = siege_resource_keys();
    auto const key = std::find_if(known.begin(), known.end(),
                                  [&](auto const& k) { return net::equals_ignoring_case(name, k.name); });
    if (key == known.end()) {
      out_.variables.insert_or_assign(std::string{name}, value);
      return warn_of_misspelling(number, name);
    }
    if (auto const applied = key->apply(out_.settings, value); !applied) {
      return report(number, std::string{name}, value, applied.error().problem, applied.error().fix);
    }
    if (key->name == "url") out_.settings.url_line = number;
    if (key->name == "url" || key->name == "login-url" || key->name == "auth-url")
      urls_.push_back({number, key->name, value});
  }

  /// Otherwise done when the plan is made, which a file with other problems never gets to.
  void check_urls() {
    siege_url_rules const rules{
        {.variable = environment_, .read_file = {}}, out_.variables, out_.settings.url_escaping};
    for (auto const& [line, key, text] : urls_) {
      if (text.find('<') != std::string::npos) continue;  // a body's file
      auto const request = parse_siege_url(text, file_.path, std::string{key}, rules);
      if (request) continue;
      problems_.push_back(request.error());
      problems_.back().line = line;
    }
  }

  void warn_of_misspelling(std::uint32_t number, std::string_view name) {
    std::vector<std::string_view> names;
    for (auto const& key : siege_resource_keys()) names.push_back(key.name);
    auto const nearest = nearest_word(name, names);
    if (nearest.empty() || name.size() < 4) return;
    out_.warnings.push_back({.file = file_.path,
                             .line = number,
                             .field = std::string{name},
                             .value = {},
                             .problem = "siege has no such key, so this defines a variable",
                             .fix = fmt::format("Did you mean \"{}\"?", nearest)});
  }

  variable_lookup lookup() const {
    return [this](std::string_view name) -> std::optional<std::string> {
      auto const own = out_.variables.find(name);
      if (own != out_.variables.end()) return own->second;
      return environment_(name);
    };
  }

  void report(std::uint32_t line, std::string field, std::string value, std::string problem, std::string fix) {
    problems_.push_back({file_.path, line, std::move(field), std::move(value), std::move(problem), std::move(fix)});
  }

  siege_resource_text const& file_;
  variable_lookup const& environment_;
  struct url_setting {
    std::uint32_t line;
    std::string_view key;
    std::string text;
  };
  siege_resource out_;
  std::vector<url_setting> urls_;
  diagnostics problems_;
};

}  // namespace

result<std::optional<siege_resource_text>, diagnostics> find_siege_resource(std::optional<std::string> const& named,
                                                                            siege_environment const& environment) {
  auto const asked_for = [&](std::string const& path,
                             std::string field) -> result<std::optional<siege_resource_text>, diagnostics> {
    auto text = environment.read_file(path);
    if (text) return siege_resource_text{path, std::move(*text)};
    return diagnostics{{.file = "command line",
                        .field = std::move(field),
                        .value = path,
                        .problem = "the resource file cannot be read: " + text.error().message(),
                        .fix = "Name a file that exists, or leave it out to run with the shipped settings."}};
  };
  if (named) return asked_for(*named, "--rc");
  if (auto const path = environment.variable("SIEGERC"); path && !path->empty()) return asked_for(*path, "$SIEGERC");
  std::vector<std::string> candidates;
  if (auto const home = environment.variable("HOME")) candidates.push_back(*home + "/.siege/siege.conf");
  candidates.emplace_back("/etc/siege/siegerc");
  for (auto const& path : candidates) {
    if (auto text = environment.read_file(path)) return siege_resource_text{path, std::move(*text)};
  }
  return std::optional<siege_resource_text>{};
}

result<siege_resource, diagnostics> parse_siege_resource(siege_resource_text const& file, siege_dialect dialect,
                                                         variable_lookup const& environment) {
  return resource_reader{file, dialect, environment}.run();
}

}  // namespace holdfast::cli
