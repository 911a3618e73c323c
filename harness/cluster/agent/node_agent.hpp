#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/agent/agent_parts.hpp"
#include "cluster/agent/running_container.hpp"
#include "cluster/agent/volume_links.hpp"
#include "cluster/node/log_file.hpp"

namespace holdfast::cluster {

class pod_worker;

/// What the kubelet is to a node: makes the store's pods processes of this machine, keeps them as their specs say, and
/// writes into the store what became of them. Follows the store; the loop's thread only.
class node_agent {
 public:
  /// All parts outlive it.
  explicit node_agent(agent_parts const& parts);
  node_agent(node_agent const&) = delete;
  node_agent& operator=(node_agent const&) = delete;
  ~node_agent();  ///< stops probes and timers; processes are the runtime's

  /// Takes in what has changed in the store since the last call.
  void observe();

  /// Ends every pod within this time, without telling the store, and takes no new ones.
  void end_all(std::chrono::seconds grace);
  bool is_idle() const { return workers_.empty(); }

  /// Sends a signal to every process of a pod's containers. @return how many got it; 0 when nothing of it runs here
  std::size_t signal(object_key const& pod, int number);

  /// In the order of pods.
  std::vector<running_container> running() const;
  /// Null when the pod is not here or has no such container. An empty name: its first.
  container_log const* log_of(object_key const& pod, std::string_view container) const;

 private:
  void follow();
  void list_anew();
  void take(object_ptr const& pod);
  void gone(std::string const& uid);
  void tell_services();
  void source_changed(resource_kind const& kind, json const& object);

  agent_parts parts_;
  volume_links links_;
  std::map<std::string, std::unique_ptr<pod_worker>> workers_;  // by uid
  std::optional<std::uint64_t> version_;
  bool is_ending_ = false;
};

}  // namespace holdfast::cluster
