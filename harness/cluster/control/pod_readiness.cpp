#include "cluster/control/pod_readiness.hpp"

#include <fmt/format.h>

namespace holdfast::cluster {

condition ready_condition_of(std::span<container_readiness const> containers, pod_phase phase, condition const* before,
                             time_point now) {
  std::vector<std::string> unready;
  for (auto const& each : containers) {
    if (!each.is_ready) unready.push_back(each.name);
  }
  condition ready{"Ready", condition_status::is_true, "", "", now, now};
  if (is_finished(phase)) {
    ready.status = condition_status::is_false;
    ready.reason = phase == pod_phase::succeeded ? "PodCompleted" : "PodFailed";
  } else if (!unready.empty() || containers.empty()) {
    ready.status = condition_status::is_false;
    ready.reason = "ContainersNotReady";
    ready.message = fmt::format("containers with unready status: [{}]", fmt::join(unready, " "));
  }
  if (before && before->status == ready.status) ready.last_transition = before->last_transition;
  return ready;
}

}  // namespace holdfast::cluster
