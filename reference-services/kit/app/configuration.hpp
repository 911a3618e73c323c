#pragma once

#include <cstdint>
#include <functional>
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

enum class key_kind : std::uint8_t { text, port, count, milliseconds, scale, word, switches, url, folder, percentage };

/// One environment variable that a service reads.
struct config_key {
  std::string name;           ///< "CB_TIMEOUT_MS"
  std::string default_value;  ///< as it would be written
  key_kind kind = key_kind::text;
  std::string meaning;             ///< a sentence for --help
  std::vector<std::string> words;  ///< what a word or a switch may be
};

/// What a service was told by its environment, checked. Milliseconds are multiplied by TIME_SCALE when read.
class configuration {
 public:
  /// All problems at once; unknown variables are not looked at (an environment holds many), except that a name within
  /// one edit of a known key is reported as a warning on stderr by run_service.
  static result<configuration, diagnostics> read(
      std::span<config_key const> keys, std::function<std::optional<std::string>(std::string const&)> environment);

  std::string const& text(std::string_view name) const;
  std::int64_t number(std::string_view name) const;
  nanoseconds duration(std::string_view name) const;
  bool is_set(std::string_view name) const;  ///< given, not a default

  /// Original behaviour named by its id ("BS-03") is on: by DEFECTS, or because MODE=original.
  bool has_defect(std::string_view id) const;
  bool is_original() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::set<std::string, std::less<>> given_;
  std::set<std::string, std::less<>> defects_;
  double time_scale_ = 1;
};

/// Keys that every service of the kit knows.
std::vector<config_key> common_keys();

}  // namespace holdfast::kit
