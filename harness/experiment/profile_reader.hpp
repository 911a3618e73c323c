#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/profile.hpp"
#include "net/origin.hpp"

namespace holdfast::experiment {

/// What can be told of a siege command line without running it.
struct siege_facts {
  std::optional<nanoseconds> time;
  std::vector<net::origin> targets;
};

/// What reading a profile needs of the world around it.
struct profile_sources {
  std::function<result<cluster::manifest_set, diagnostics>(std::filesystem::path const&)> manifests;
  load::file_loader files;  ///< relative to the profile's folder
  /// The unit of a metric by the name that a check uses; nothing when there is none of that name.
  std::function<std::optional<quantity_unit>(std::string_view name)> metric_unit;
  std::function<std::string(std::string_view name)> nearest_metric;  ///< to an unknown name; may be empty
  std::function<result<siege_facts, diagnostics>(std::span<std::string const> words)> siege;
};

/// What a command line says in place of the profile.
struct profile_overrides {
  std::vector<std::pair<std::string, std::string>> set;  ///< "load.users" to "20": JSON, or else a string
  std::vector<std::string> arms;                         ///< only these; empty: all
  std::optional<std::uint64_t> seed;
  std::optional<std::uint32_t> repeat;
};

/// Reads and checks a profile with all that it names: manifests, scenarios, patches, metrics.
/// @param text  JSON; see docs/profile.md and profiles/profile.schema.json
/// @param file  its name, for messages; other names in it are relative to its folder
/// @return the profile, or everything that is wrong with it
result<profile, diagnostics> read_profile(std::string_view text, std::string_view file, profile_sources const& sources,
                                          profile_overrides const& overrides = {});

/// Profiles to be run in order.
struct suite_entry {
  std::string profile;  ///< file, relative to the suite's folder
  profile_overrides overrides{};
  std::uint32_t line = 0;
};
struct suite {
  std::string title;
  std::string description{};
  std::vector<suite_entry> entries;  ///< at least one
};
result<suite, diagnostics> read_suite(std::string_view text, std::string_view file);

/// Whether a file is a suite, not a profile: an object with the key "profiles".
bool is_suite(std::string_view text);

}  // namespace holdfast::experiment
