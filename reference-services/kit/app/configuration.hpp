#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::kit {

enum class key_kind : std::uint8_t {
  text,
  port,          ///< 0 (any free one) to 65535
  count,         ///< a whole number within the key's bounds
  milliseconds,  ///< a whole number; TIME_SCALE multiplies it when it is read
  scale,         ///< a decimal number above 0
  word,          ///< one of the key's words
  switches,      ///< some of the key's words, separated by commas
  url,           ///< http://host[:port]
  folder,        ///< a path; empty is allowed
  percentage,    ///< 1 to 100
  log_address    ///< file:FOLDER
};

/// One environment variable that a service reads.
struct config_key {
  std::string name;           ///< "CB_TIMEOUT_MS"
  std::string default_value;  ///< as it would be written
  key_kind kind = key_kind::text;
  std::string meaning;                  ///< a sentence for --help
  std::vector<std::string> words = {};  ///< what a word or a switch may be
  std::int64_t least = 0;               ///< of a count or of milliseconds
  std::int64_t most = std::numeric_limits<std::int32_t>::max();
  std::string original_default = {};  ///< under MODE=original, when it differs
};

/// What a service was told by its environment, checked.
class configuration {
 public:
  using environment = std::function<std::optional<std::string>(std::string const&)>;

  /// All problems at once; unknown variables are not looked at (an environment holds many), see likely_misspellings().
  /// Of two keys with one name the later counts: a service overrides the defaults of common_keys() that way.
  static result<configuration, diagnostics> read(std::span<config_key const> keys, environment const& given);

  std::string const& text(std::string_view name) const;
  std::int64_t number(std::string_view name) const;
  double decimal(std::string_view name) const;
  nanoseconds duration(std::string_view name) const;  ///< of a key in milliseconds, scaled
  bool is_set(std::string_view name) const;           ///< given, not a default

  /// Original behaviour named by its id ("BS-03") is on: by DEFECTS, or because MODE=original.
  bool has_defect(std::string_view id) const { return defects_.contains(id); }
  bool is_original() const;
  std::set<std::string, std::less<>> const& defects() const { return defects_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::set<std::string, std::less<>> given_;
  std::set<std::string, std::less<>> defects_;
  double time_scale_ = 1;
};

/// Keys that every service of the kit knows. A system's and a service's name stand in some defaults.
std::vector<config_key> common_keys(std::string const& system = "system", std::string const& service = "service");

/// `base` with the keys of `more` in the place of those of the same name, or behind.
std::vector<config_key> merged_keys(std::vector<config_key> base, std::span<config_key const> more);

/// The text of --help: every key, its default and its meaning.
std::string help_text(std::string_view program, std::span<config_key const> keys);

/// Warnings about variables whose names are one letter away from a key.
std::vector<std::string> likely_misspellings(std::span<config_key const> keys,
                                             std::span<std::string const> variable_names);

}  // namespace holdfast::kit
