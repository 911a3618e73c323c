#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/agent/agent_parts.hpp"
#include "cluster/agent/container_spec.hpp"
#include "cluster/agent/pod_volumes.hpp"
#include "cluster/agent/volume_links.hpp"
#include "cluster/control/crash_loop_backoff.hpp"
#include "cluster/control/image_pull_backoff.hpp"

namespace holdfast::cluster {

/// What the containers of one pod share; its worker owns it.
struct pod_context {
  agent_parts const& parts;
  volume_links& links;
  object_ptr object;  ///< as the store has it, or had it at last
  std::string address{};
  pod_spec spec{};
  std::unique_ptr<pod_volumes> volumes{};
  crash_loop_backoff restarts;
  image_pull_backoff pulls{};
  std::filesystem::path hosts{};  ///< what its containers see as /etc/hosts; empty: the machine's
  bool is_deleted = false;
  std::function<void()> changed{};  ///< something is to be looked at again, from the loop

  void record(event_type type, std::string reason, explanation why) const {
    parts.events.record(kinds::pod, *object, "kubelet", {type, std::move(reason), std::move(why)}, parts.now());
  }
  void record(event_type type, std::string reason, std::string statement) const {
    record(type, std::move(reason), explanation{.statement = std::move(statement)});
  }
};

}  // namespace holdfast::cluster
