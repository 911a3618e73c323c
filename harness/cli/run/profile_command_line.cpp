#include "cli/run/profile_command_line.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/units.hpp"

namespace holdfast::cli {
namespace {

constexpr std::array<std::string_view, 4> value_options{"--set", "--arm", "--seed", "--repeat"};

class word_sorter {
 public:
  word_sorter(std::span<std::string const> words, std::string_view command, std::span<std::string_view const> flags)
      : words_{words}, command_{command}, flags_{flags} {}

  profile_command_line sort() {
    for (at_ = 0; at_ < words_.size(); ++at_) take(words_[at_]);
    if (made_.files.empty() && !made_.wants_help && made_.problems.empty()) {
      refuse("PROFILE", "", "no profile is named",
             fmt::format("Write e.g. \"holdfast {} profiles/suites/tour.json\".", command_));
    }
    return std::move(made_);
  }

 private:
  void refuse(std::string_view option, std::string_view value, std::string problem, std::string fix) {
    made_.problems.push_back({.file = "command line",
                              .field = std::string{option},
                              .value = std::string{value},
                              .problem = std::move(problem),
                              .fix = std::move(fix)});
  }

  void take(std::string const& word) {
    if (word == "-h" || word == "--help") {
      made_.wants_help = true;
    } else if (!word.starts_with('-') || word == "-") {
      made_.files.push_back(word);
    } else if (std::ranges::find(flags_, word) != flags_.end()) {
      made_.flags.push_back(word);
    } else {
      auto const equals = word.find('=');
      auto const name = std::string_view{word}.substr(0, equals);
      if (std::ranges::find(value_options, name) == value_options.end()) return refuse_unknown(name);
      if (equals != std::string::npos) return take_value(name, word.substr(equals + 1));
      if (++at_ == words_.size()) return refuse(name, "", "needs a value", "Write it behind the option.");
      take_value(name, words_[at_]);
    }
  }

  void refuse_unknown(std::string_view name) {
    std::vector<std::string_view> known{value_options.begin(), value_options.end()};
    known.insert(known.end(), flags_.begin(), flags_.end());
    refuse(name, "", fmt::format("is not an option of \"holdfast {}\"", command_),
           fmt::format("See \"holdfast {} --help\".{}", command_, did_you_mean(name, known)));
  }

  void take_value(std::string_view name, std::string const& value) {
    auto& overrides = made_.overrides;
    if (name == "--arm") {
      overrides.arms.push_back(value);
    } else if (name == "--set") {
      auto const equals = value.find('=');
      if (equals == std::string::npos || equals == 0) {
        return refuse(name, value, "is not PATH=VALUE", "Write e.g. \"--set load.users=20\".");
      }
      overrides.set.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else if (name == "--seed") {
      overrides.seed = number(name, value, std::numeric_limits<std::uint64_t>::max());
    } else if (auto const times = number(name, value, 1000)) {
      if (*times == 0) return refuse(name, value, "must be above zero", "Write e.g. 3.");
      overrides.repeat = static_cast<std::uint32_t>(*times);
    }
  }

  std::optional<std::uint64_t> number(std::string_view name, std::string const& value, std::uint64_t most) {
    auto const parsed = parse_count(value);
    if (parsed && *parsed <= most) return *parsed;
    refuse(name, value, parsed ? fmt::format("more than {}", most) : parsed.error().problem,
           parsed ? "Write a smaller number." : parsed.error().fix);
    return std::nullopt;
  }

  std::span<std::string const> words_;
  std::string_view command_;
  std::span<std::string_view const> flags_;
  std::size_t at_ = 0;
  profile_command_line made_;
};

}  // namespace

bool profile_command_line::has(std::string_view flag) const { return std::ranges::find(flags, flag) != flags.end(); }

profile_command_line sort_profile_words(std::span<std::string const> words, std::string_view command,
                                        std::span<std::string_view const> known_flags) {
  return word_sorter{words, command, known_flags}.sort();
}

}  // namespace holdfast::cli
