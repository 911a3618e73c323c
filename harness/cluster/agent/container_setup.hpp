#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cluster/agent/pod_context.hpp"
#include "cluster/agent/pod_status.hpp"
#include "cluster/control/start_obstacle.hpp"

namespace holdfast::cluster {

/// Why no program stands for a container's image: ErrImagePull or InvalidImageName. Nothing when there is one, or the
/// container has a command of its own.
std::optional<waiting_state> image_problem(container_spec const& spec, image_map const& images);

struct setup_warning {
  std::string reason;
  std::string message;
};

struct prepared_container {
  child_setup child;  ///< without output and control groups
  std::vector<setup_warning> warnings{};
};

/// The process that a container is to be: program, arguments, environment, volumes.
/// @param container  its entry in the pod's spec
/// @param pod        its volumes are prepared; links to volumes are noted in it
/// @error  what is missing, or a folder that cannot be made
result<prepared_container, start_obstacle> container_setup(pod_context& pod, container_spec const& spec,
                                                           json const& container);

}  // namespace holdfast::cluster
