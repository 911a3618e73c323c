#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/manifest_reader.hpp"
#include "cluster/objects/patches.hpp"
#include "core/clock.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "experiment/check.hpp"
#include "experiment/profile_action.hpp"
#include "experiment/profile_load.hpp"

namespace holdfast::experiment {

struct cluster_settings {
  double time_scale = 1;                                 ///< control loops run so many times faster
  std::filesystem::path images{};                        ///< empty: the reference services
  nanoseconds ready_within = std::chrono::seconds{120};  ///< from creation to all Deployments available
};

/// A change of one object of the system's manifests.
struct manifest_change {
  object_name object;
  std::optional<cluster::patch_type> type{};  ///< nothing: the object is left out
  cluster::json patch{};
};

/// Values of environment variables; nothing takes one away.
using environment_changes = std::map<std::string, std::optional<std::string>>;

/// A variant of the experiment.
struct arm {
  std::string name;
  std::string description{};
  bool is_control = false;  ///< without the protection: some check has to fail in it
  std::vector<manifest_change> changes{};
  std::map<std::string, environment_changes> environment{};  ///< by Deployment, of all its containers
  std::vector<std::string> defects{};                        ///< switched on in all Deployments (DEFECTS)
  std::shared_ptr<cluster::manifest_set const> manifests{};  ///< of the system, with all these changes
};

/// A part of the load's time. Phases follow one another from its beginning.
struct phase {
  std::string name;
  nanoseconds begin{};
  nanoseconds duration{};
  bool is_measured = true;  ///< enters results
};

/// Looks at a metrics page of every pod of a Deployment.
struct scrape_observer {
  std::string deployment;
  std::uint16_t port = 0;
  std::string path = "/metrics";
  nanoseconds every = std::chrono::seconds{1};
};

struct check {
  std::string name;  ///< unique; the condition's text when it was given none
  check_condition condition;
  std::string why{};
  std::vector<std::string> arms{};  ///< in which it is judged; empty: in all. Of a check that names arms: none
};

struct invariant_settings {
  bool are_checked = false;
  std::filesystem::path file{};  ///< invariants.json beside the manifests
  nanoseconds converge_within = std::chrono::seconds{10};
};

/// An experiment: see docs/profile.md.
struct profile {
  std::string file;  ///< as it was named
  std::string text;
  std::string title;
  std::string description{};
  std::filesystem::path system;  ///< folder (or file) of the manifests
  std::shared_ptr<cluster::manifest_set const> manifests;
  cluster_settings cluster{};
  std::vector<arm> arms;                  ///< at least one
  std::optional<scenario_use> prepare{};  ///< done once by one user before an arm's load; everything must be ok
  profile_load load;
  std::vector<phase> phases;  ///< at least one when the load's length is known
  std::vector<action> actions{};
  std::vector<scrape_observer> observers{};
  std::vector<check> checks{};
  invariant_settings invariants{};
  std::optional<nanoseconds> budget{};  ///< of the whole run
  std::uint64_t seed = 1;
  std::uint32_t repeat = 1;
};

}  // namespace holdfast::experiment
