#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/control/condition.hpp"
#include "cluster/control/pod_state.hpp"

namespace holdfast::cluster {

struct container_readiness {
  std::string name{};
  bool is_ready = false;
};

/// The pod's condition Ready. Kubernetes: True while every container is ready; reason ContainersNotReady names the
/// others; PodCompleted when the pod has finished. Its last_transition moves with its status only.
condition ready_condition_of(std::span<container_readiness const> containers, pod_phase phase, condition const* before,
                             time_point now);

}  // namespace holdfast::cluster
