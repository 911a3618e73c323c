#include "kit/app/configuration.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "net/http_text.hpp"

namespace holdfast::kit {

namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t n = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

std::optional<double> decimal_number(std::string_view text) {
  double n = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(n)) return std::nullopt;
  return n;
}

/// What is wrong with a value, and what to write instead.
struct complaint {
  std::string problem, fix;
};
using verdict = std::optional<complaint>;

verdict check_number(std::string const& text, std::int64_t least, std::int64_t most, std::string_view what) {
  auto const n = whole_number(text);
  if (n && *n >= least && *n <= most) return std::nullopt;
  return complaint{fmt::format("must be {}", what), fmt::format("Write a number from {} to {}", least, most)};
}

verdict check_url(std::string const& text) {
  constexpr std::string_view scheme = "http://";
  std::string_view const all = text;
  auto authority = all.starts_with(scheme) ? all.substr(scheme.size()) : std::string_view{};
  if (authority.ends_with('/')) authority.remove_suffix(1);
  auto const colon = authority.rfind(':');
  auto const host = authority.substr(0, colon);
  bool const has_good_port =
      colon == std::string_view::npos || !check_number(std::string{authority.substr(colon + 1)}, 1, 65535, "");
  bool const has_good_host = !host.empty() && host.find_first_of("/@?# \t") == std::string_view::npos;
  if (has_good_host && has_good_port) return std::nullopt;
  return complaint{"must be the address of a service", "Write e.g. \"http://book:8080\""};
}

verdict check_words(config_key const& key, std::string_view text) {
  std::vector<std::string_view> const known{key.words.begin(), key.words.end()};
  auto rest = text;
  do {
    auto const word = key.kind == key_kind::word ? std::exchange(rest, {}) : net::take_list_element(rest);
    if (word.empty() && key.kind == key_kind::switches) continue;
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    return complaint{key.kind == key_kind::word ? "is not a word that this key knows"
                                                : fmt::format("names an unknown switch \"{}\"", word),
                     fmt::format("Known: {}.{}", fmt::join(known, ", "), did_you_mean(word, known))};
  } while (!rest.empty());
  return std::nullopt;
}

verdict check_log_address(std::string const& text) {
  constexpr std::string_view scheme = "file:";
  if (text.starts_with(scheme) && text.size() > scheme.size()) return std::nullopt;
  if (text.find(':') != std::string::npos && !text.starts_with(scheme)) {
    return complaint{"names a broker, and this build has the embedded event log only",
                     "Write \"file:FOLDER\", a folder that all services of the system share"};
  }
  return complaint{"must be the address of an event log", "Write \"file:FOLDER\""};
}

verdict check(config_key const& key, std::string const& text) {
  switch (key.kind) {
    case key_kind::text:
    case key_kind::folder:
      if (text.find('\0') != std::string::npos) return complaint{"holds a zero byte", "Leave it out"};
      return std::nullopt;
    case key_kind::port:
      return check_number(text, 0, 65535, "a port");
    case key_kind::count:
      return check_number(text, key.least, key.most, "a whole number");
    case key_kind::milliseconds:
      return check_number(text, key.least, key.most, "whole milliseconds without a unit");
    case key_kind::percentage:
      return check_number(text, 1, 100, "a percentage without a sign");
    case key_kind::scale: {
      // Below, times of some milliseconds would be none at all.
      constexpr double least = 1e-6;
      auto const n = decimal_number(text);
      if (n && *n >= least && *n <= 1000) return std::nullopt;
      return complaint{"must be a factor from 0.000001 to 1000", "Write e.g. \"0.1\""};
    }
    case key_kind::word:
    case key_kind::switches:
      return check_words(key, text);
    case key_kind::url:
      return check_url(text);
    case key_kind::log_address:
      return check_log_address(text);
  }
  return std::nullopt;
}

std::set<std::string, std::less<>> words_of(std::string_view list) {
  std::set<std::string, std::less<>> words;
  while (!list.empty()) {
    if (auto const word = net::take_list_element(list); !word.empty()) words.emplace(word);
  }
  return words;
}

bool is_one_edit_away(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || a == b) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  auto const skip = a.size() == b.size() ? 1U : 0U;
  return a.substr(std::min(same + skip, a.size())) == b.substr(same + 1);
}

}  // namespace

result<configuration, diagnostics> configuration::read(std::span<config_key const> keys, environment const& given) {
  auto const all = merged_keys({}, keys);
  configuration read;
  diagnostics problems;
  bool const original = given("MODE") == "original";
  for (auto const& key : all) {
    auto text = original && !key.original_default.empty() ? key.original_default : key.default_value;
    if (auto told = given(key.name)) {
      read.given_.insert(key.name);
      text = std::move(*told);
      if (auto const wrong = check(key, text)) {
        problems.push_back({.file = "environment",
                            .line = 0,
                            .field = key.name,
                            .value = text,
                            .problem = wrong->problem,
                            .fix = wrong->fix});
      }
    }
    if (key.kind == key_kind::switches) {
      read.defects_.merge(words_of(text));
      if (original) read.defects_.insert(key.words.begin(), key.words.end());
    }
    read.values_.insert_or_assign(key.name, std::move(text));
  }
  if (!problems.empty()) return problems;
  if (auto const scale = read.values_.find("TIME_SCALE"); scale != read.values_.end()) {
    read.time_scale_ = decimal_number(scale->second).value_or(1);
  }
  return read;
}

std::string const& configuration::text(std::string_view name) const {
  auto const found = values_.find(name);
  assert(found != values_.end() && "a key that the service did not declare");
  return found->second;
}

std::int64_t configuration::number(std::string_view name) const { return whole_number(text(name)).value_or(0); }

double configuration::decimal(std::string_view name) const { return decimal_number(text(name)).value_or(0); }

nanoseconds configuration::duration(std::string_view name) const {
  return from_seconds(static_cast<double>(number(name)) / 1000 * time_scale_);
}

bool configuration::is_set(std::string_view name) const { return given_.contains(name); }

bool configuration::is_original() const {
  auto const mode = values_.find("MODE");
  return mode != values_.end() && mode->second == "original";
}

std::vector<config_key> merged_keys(std::vector<config_key> base, std::span<config_key const> more) {
  for (auto const& key : more) {
    auto const same = std::find_if(base.begin(), base.end(), [&](config_key const& k) { return k.name == key.name; });
    if (same != base.end()) {
      *same = key;
    } else {
      base.push_back(key);
    }
  }
  return base;
}

std::string help_text(std::string_view program, std::span<config_key const> keys) {
  auto text = fmt::format(
      "{} - a service of Holdfast's reference systems\n\nusage: {} [--help | --version]\n\n"
      "It is configured by environment variables:\n\n",
      program, program);
  for (auto const& key : keys) {
    auto const shown = key.default_value.empty() ? "empty" : key.default_value;
    text += fmt::format("  {} (default {}", key.name, shown);
    if (!key.original_default.empty()) text += fmt::format("; {} under MODE=original", key.original_default);
    text += fmt::format(")\n      {}\n", key.meaning);
    if (!key.words.empty())
      text +=
          fmt::format("      One {}of: {}\n", key.kind == key_kind::word ? "" : "or more ", fmt::join(key.words, ", "));
  }
  return text;
}

std::vector<std::string> likely_misspellings(std::span<config_key const> keys,
                                             std::span<std::string const> variable_names) {
  std::vector<std::string> warnings;
  auto const is_key = [&](std::string const& name) {
    return std::any_of(keys.begin(), keys.end(), [&](config_key const& k) { return k.name == name; });
  };
  for (auto const& name : variable_names) {
    if (is_key(name) || name.size() < 4) continue;  // short names are near to each other by chance
    for (auto const& key : keys) {
      if (!is_one_edit_away(name, key.name)) continue;
      warnings.push_back(fmt::format("{} is no key of this service. Did you mean {}?", name, key.name));
    }
  }
  return warnings;
}

}  // namespace holdfast::kit
