#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cluster/control/explanation.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// A ConfigMap or Secret, or one key of it, that a container's environment or a volume refers to.
struct config_reference {
  enum class source { config_map, secret };
  enum class use { environment, volume };
  enum class state { found, no_object, no_key };
  source from = source::config_map;
  use used_as = use::environment;
  std::string name{};
  std::string key{};     ///< empty: the whole object
  std::string volume{};  ///< its name, for volumes
  bool is_optional = false;
  state found = state::found;
};

/// Why a container cannot be started yet. None of them counts as a restart; each is tried again.
struct start_obstacle {
  std::string_view waiting_reason{};  ///< CreateContainerConfigError, or ContainerCreating for a volume
  std::string_view event_reason{};    ///< Failed, or FailedMount
  explanation why{};
};

/// The first reference that is missing and not optional; volumes come first, as they are mounted first. Optional ones
/// are left out.
std::optional<start_obstacle> obstacle_of(std::span<config_reference const> references);

/// Kubernetes: after an error the next try comes 10 s later plus up to 50 %.
/// @param draw  in [0, 1)
time_point next_try_after_error(time_point now, double draw);

}  // namespace holdfast::cluster
