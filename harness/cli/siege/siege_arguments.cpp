#include "cli/siege/siege_arguments.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace holdfast::cli {
namespace {

enum class value_kind : std::uint8_t { none, required, optional };

struct option_rule {
  siege_option option;
  char letter;  ///< 0: there is none
  std::string_view name;
  value_kind value;
};

constexpr std::array rules{
    option_rule{siege_option::version, 'V', "version", value_kind::none},
    option_rule{siege_option::help, 'h', "help", value_kind::none},
    option_rule{siege_option::verbose, 'v', "verbose", value_kind::none},
    option_rule{siege_option::quiet, 'q', "quiet", value_kind::none},
    option_rule{siege_option::config, 'C', "config", value_kind::none},
    option_rule{siege_option::debug, 'D', "debug", value_kind::none},
    option_rule{siege_option::get, 'g', "get", value_kind::none},
    option_rule{siege_option::print, 'p', "print", value_kind::none},
    option_rule{siege_option::concurrent, 'c', "concurrent", value_kind::required},
    option_rule{siege_option::no_parser, 'N', "no-parser", value_kind::none},
    option_rule{siege_option::no_follow, 'F', "no-follow", value_kind::none},
    option_rule{siege_option::internet, 'i', "internet", value_kind::none},
    option_rule{siege_option::benchmark, 'b', "benchmark", value_kind::none},
    option_rule{siege_option::reps, 'r', "reps", value_kind::required},
    option_rule{siege_option::time, 't', "time", value_kind::required},
    option_rule{siege_option::delay, 'd', "delay", value_kind::required},
    option_rule{siege_option::log, 'l', "log", value_kind::optional},
    option_rule{siege_option::file, 'f', "file", value_kind::required},
    option_rule{siege_option::rc, 'R', "rc", value_kind::required},
    option_rule{siege_option::mark, 'm', "mark", value_kind::required},
    option_rule{siege_option::header, 'H', "header", value_kind::required},
    option_rule{siege_option::user_agent, 'A', "user-agent", value_kind::required},
    option_rule{siege_option::content_type, 'T', "content-type", value_kind::required},
    option_rule{siege_option::json_output, 'j', "json-output", value_kind::none},
    option_rule{siege_option::log_to, 'L', "", value_kind::required},
    option_rule{siege_option::siege_compat, 0, "siege-compat", value_kind::required},
    option_rule{siege_option::more, 0, "more", value_kind::none},
    option_rule{siege_option::strict, 0, "strict", value_kind::none},
    option_rule{siege_option::threads, 0, "threads", value_kind::required},
    option_rule{siege_option::seed, 0, "seed", value_kind::required},
};

bool is_ours(siege_option option) { return option >= siege_option::siege_compat; }

diagnostic problem_with(std::string written, std::string problem, std::string fix) {
  return {.file = "command line", .field = std::move(written), .problem = std::move(problem), .fix = std::move(fix)};
}

class splitter {
 public:
  explicit splitter(std::span<std::string const> arguments) : arguments_{arguments} {}

  result<siege_arguments, diagnostics> run() {
    while (at_ < arguments_.size()) {
      std::string_view const word = arguments_[at_++];
      if (word == "--") break;
      if (word.starts_with("--")) {
        take_long(word.substr(2));
      } else if (word.size() > 1 && word.front() == '-') {
        take_letters(word.substr(1));
      } else {
        found_.rest.emplace_back(word);
      }
    }
    while (at_ < arguments_.size()) found_.rest.push_back(arguments_[at_++]);
    if (!problems_.empty()) return problems_;
    return std::move(found_);
  }

 private:
  void take_letters(std::string_view letters) {
    while (!letters.empty()) {
      auto const letter = letters.front();
      letters.remove_prefix(1);
      auto const written = fmt::format("-{}", letter);
      auto const rule = std::find_if(rules.begin(), rules.end(), [&](auto const& r) { return r.letter == letter; });
      if (rule == rules.end() || letter == 0) {
        problems_.push_back(problem_with(written, "there is no such option", "See holdfast siege --help."));
        return;
      }
      if (rule->value == value_kind::none) {
        found_.options.push_back({rule->option, written, std::nullopt});
        continue;
      }
      std::optional<std::string> glued;
      if (!letters.empty()) glued = letters;
      return take_value(*rule, written, std::move(glued));
    }
  }

  void take_long(std::string_view text) {
    auto const equals = text.find('=');
    auto const name = text.substr(0, equals);
    std::optional<std::string> glued;
    if (equals != std::string_view::npos) glued = text.substr(equals + 1);
    auto const* const rule = rule_named(name);
    if (rule == nullptr) return;
    auto const written = fmt::format("--{}", rule->name);
    if (rule->value != value_kind::none) return take_value(*rule, written, std::move(glued));
    if (glued) {
      auto problem = problem_with(written, "this option takes no value", fmt::format("Write {} alone.", written));
      problem.value = *glued;
      problems_.push_back(std::move(problem));
      return;
    }
    found_.options.push_back({rule->option, written, std::nullopt});
  }

  void take_value(option_rule const& rule, std::string written, std::optional<std::string> glued) {
    if (!glued && rule.value == value_kind::required) {
      if (at_ == arguments_.size()) {
        problems_.push_back(problem_with(written, "the value is missing", fmt::format("Write {} VALUE.", written)));
        return;
      }
      glued = arguments_[at_++];
    }
    found_.options.push_back({rule.option, std::move(written), std::move(glued)});
  }

  option_rule const* rule_named(std::string_view name) {
    for (auto const& rule : rules) {
      if (!rule.name.empty() && rule.name == name) return &rule;
    }
    // An abbreviation that siege understands keeps its meaning, whatever options we add.
    for (auto const ours : {false, true}) {
      std::vector<option_rule const*> matches;
      for (auto const& rule : rules) {
        if (is_ours(rule.option) == ours && !rule.name.empty() && rule.name.starts_with(name)) matches.push_back(&rule);
      }
      if (matches.size() == 1) return matches.front();
      if (!matches.empty()) return report_ambiguous(name, matches);
    }
    std::vector<std::string_view> names;
    for (auto const& rule : rules) {
      if (!rule.name.empty()) names.push_back(rule.name);
    }
    problems_.push_back(problem_with(fmt::format("--{}", name), "there is no such option",
                                     "See holdfast siege --help." + did_you_mean(name, names)));
    return nullptr;
  }

  option_rule const* report_ambiguous(std::string_view name, std::vector<option_rule const*> const& matches) {
    std::string list;
    for (auto const* const match : matches) list += fmt::format("{}--{}", list.empty() ? "" : ", ", match->name);
    problems_.push_back(problem_with(fmt::format("--{}", name), "this abbreviation fits several options: " + list,
                                     "Write the option out."));
    return nullptr;
  }

  std::span<std::string const> arguments_;
  std::size_t at_ = 0;
  siege_arguments found_;
  diagnostics problems_;
};

}  // namespace

result<siege_arguments, diagnostics> split_siege_arguments(std::span<std::string const> arguments) {
  return splitter{arguments}.run();
}

}  // namespace holdfast::cli
