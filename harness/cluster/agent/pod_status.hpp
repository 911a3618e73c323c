#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cluster/control/pod_state.hpp"
#include "cluster/control/restart_policy.hpp"
#include "cluster/controllers/cluster_clock.hpp"
#include "cluster/objects/json.hpp"

namespace holdfast::cluster {

struct waiting_state {
  std::string reason = "ContainerCreating";  ///< "PodInitializing", "CrashLoopBackOff", ...
  std::string message{};
};

struct running_state {
  time_point started_at{};
};

struct terminated_state {
  int exit_code = 0;  ///< 128 + n after signal n
  int signal = 0;
  std::string reason{};  ///< "Completed", "Error", "OOMKilled", "StartError"
  std::string message{};
  time_point started_at{};
  time_point finished_at{};
  std::string container_id{};
};

/// A container as the node agent sees it.
struct container_observation {
  std::string name;
  std::string image;
  std::variant<waiting_state, running_state, terminated_state> state{};
  std::optional<terminated_state> last{};  ///< the instance before the present one
  std::int32_t restarts = 0;
  bool is_started = false;
  bool is_ready = false;
  std::string container_id{};  ///< of the present instance: "holdfast://..."; empty before the first
};

/// A pod as the node agent sees it.
struct pod_observation {
  std::string address{};  ///< empty: it has none yet
  std::string node_address{};
  restart_policy policy = restart_policy::always;
  bool is_deleted = false;
  std::optional<time_point> start_time{};
  std::vector<container_observation> init_containers{};
  std::vector<container_observation> containers{};
};

/// Kubernetes: Pending until every container has been started once and while init containers run; Running while one
/// runs, waits to be started again or will be; Succeeded or Failed when all have ended for good. An init container
/// that has failed for good (restartPolicy Never) makes it Failed.
pod_phase phase_of(pod_observation const& pod);

/// The whole status: phase, conditions (Initialized, Ready, ContainersReady, PodScheduled, PodReadyToStartContainers),
/// statuses of containers, addresses, qosClass.
/// @param object  the pod as the store has it: spec, and the conditions so far, whose transitions stay where their
///                status does
json pod_status_of(pod_observation const& pod, json const& object, cluster_clock const& clock, time_point now);

}  // namespace holdfast::cluster
