#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/control/probe_settings.hpp"
#include "cluster/control/restart_policy.hpp"
#include "cluster/node/cgroups.hpp"
#include "cluster/node/lifecycle_handler.hpp"
#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {

struct probe_spec {
  probe_settings settings{};
  handler_action action{};
};

/// A container of a pod's spec, read from an object that the API has accepted.
struct container_spec {
  std::string name;
  std::string image;
  std::vector<std::string> command{};  ///< not expanded; empty: the image's
  std::vector<std::string> arguments{};
  std::string working_directory{};  ///< empty: the image's
  cgroup_limits limits{};
  std::string resources_text{};  ///< of the resources, to tell whether they are the same
  std::map<probe_type, probe_spec> probes{};
  std::optional<handler_action> post_start{};
  std::optional<handler_action> pre_stop{};
};

struct pod_spec {
  object_key key;
  std::string uid;
  restart_policy policy = restart_policy::always;
  std::chrono::seconds grace{30};
  std::vector<container_spec> init_containers{};  ///< run one after the other, before the others
  std::vector<container_spec> containers{};
};

/// @param address  of the pod: where probes and hooks go unless they name a host
pod_spec pod_spec_of(json const& pod, std::string const& address);

}  // namespace holdfast::cluster
