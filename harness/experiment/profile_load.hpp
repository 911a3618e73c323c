#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "load/load_settings.hpp"
#include "load/scenario.hpp"

namespace holdfast::experiment {

/// What users do. Of a plain URL a scenario of one request is made.
struct scenario_use {
  std::shared_ptr<load::scenario const> what;
  std::string file{};  ///< empty: it stands in the profile
  std::string text{};  ///< of that file, for records
  std::string url{};   ///< of a plain URL
};

/// A load in the vocabulary of `holdfast load`.
struct engine_load {
  scenario_use script;
  load::load_settings settings;  ///< complete but for the seed, which is the arm run's
};

/// A command line of siege, taken apart as a shell does, without the word "siege".
struct siege_load {
  std::string line;
  std::vector<std::string> words;
  std::optional<nanoseconds> time;  ///< -t; without it the load ends when the users have done their repetitions
};

using profile_load = std::variant<engine_load, siege_load>;

/// How long requests are started, where that is known before.
std::optional<nanoseconds> length_of(profile_load const& load);

}  // namespace holdfast::experiment
