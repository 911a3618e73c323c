#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_fields.hpp"
#include "experiment/profile_reader.hpp"
#include "experiment/profile_system.hpp"

/// The readers of a profile's parts. Each reports what is wrong and goes on, so that all problems show at once.
namespace holdfast::experiment {

/// What they share.
struct profile_builder {
  json_problems problems;
  profile_sources const& sources;
  profile made{};
  system_names system{};

  /// Path of a file that the profile names.
  std::filesystem::path beside(std::string_view name) const;
  /// Content of such a file; a problem when it cannot be had.
  std::optional<std::string> content(json_field const& name);
};

/// Above zero and at most a year.
std::optional<nanoseconds> time_span_of(json_field const& field, profile_builder& builder);
/// "with-readiness": lower-case letters, digits and hyphens, so that it can be a folder and a word of a check.
std::optional<std::string> short_name_of(json_field const& field, profile_builder& builder);
/// A part of the profile as the cluster takes it; a problem when it holds numbers beyond all bounds.
std::optional<cluster::json> cluster_json_of(json_field const& field, profile_builder& builder);
/// The one of `keys` that an object has; none or several are a problem.
std::optional<std::pair<std::string_view, json_field>> only_one_of(json_object const& object,
                                                                   std::span<std::string_view const> keys,
                                                                   std::string_view fix, profile_builder& builder);

// profile_arm_reader.cpp
void read_arms(std::optional<json_field> const& field, profile_builder& builder);
/// "kind" and "name"; an object that the system has not is a problem.
std::optional<object_name> read_object_name(json_object const& object, profile_builder& builder);
struct written_patch {
  cluster::patch_type type;
  json_field field;
  cluster::json patch;
};
std::optional<written_patch> patch_of(std::string_view key, json_field const& field, profile_builder& builder);

// profile_load_reader.cpp
void read_load(json_field const& field, profile_builder& builder);
std::optional<scenario_use> read_scenario_use(json_field const& field, profile_builder& builder);

// profile_load_shape.cpp
/// The course of the load: users, rate, stages, limits.
void read_load_course(json_object const& object, load::load_settings& settings, profile_builder& builder);

// profile_siege_reader.cpp
std::optional<siege_load> read_siege_load(json_field const& field, profile_builder& builder);

// profile_action_reader.cpp
void read_actions(json_field const& field, profile_builder& builder);
// profile_action_kind_reader.cpp
std::optional<action_kind> read_action_kind(std::string_view key, json_field const& field, profile_builder& builder);
std::string default_name(action_kind const& kind);

// profile_check_reader.cpp
void read_checks(json_field const& field, profile_builder& builder);
/// Conditions of actions, once all names are known.
void check_condition_names(json_field const& where, condition const& what, profile_builder& builder);

// profile_overrides.cpp
void apply_settings(json_value& document, profile_overrides const& overrides, json_problems& problems);

}  // namespace holdfast::experiment
