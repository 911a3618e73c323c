#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/control/crash_loop_backoff.hpp"
#include "cluster/controllers/event_recorder.hpp"
#include "cluster/node/address_pool.hpp"
#include "cluster/node/cgroups.hpp"
#include "cluster/node/handler_runner.hpp"
#include "cluster/node/image_map.hpp"
#include "cluster/node/log_file.hpp"
#include "cluster/node/process_runtime.hpp"
#include "cluster/node/volume_folders.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {

/// What a node agent works with. Everything that is referred to outlives it.
struct agent_parts {
  boost::asio::any_io_executor executor;
  object_store& store;
  event_recorder& events;
  cluster_clock const& clock;
  process_runtime& processes;
  handler_runner& probes;
  handler_runner& hooks;
  address_pool& addresses;
  volume_folders const& volumes;
  image_map const& images;
  random_engine& random;
  cgroup_tree* cgroups = nullptr;          ///< null: limits have no effect
  std::optional<namespaces> isolation{};   ///< nothing: volumes are reached by links
  std::filesystem::path hosts{};           ///< files that containers see as /etc/hosts; a folder a pod is made in it
  std::filesystem::path logs{};            ///< a folder a pod is made in it
  std::string node = "local";              ///< pods of other nodes are not ours
  std::string node_address = "127.0.0.1";  ///< status.hostIP
  backoff_settings restarts{};
  log_limits log{};
  /// Called before a link outside of the run's folder is made, so that it can be removed after a crash.
  std::function<void(std::filesystem::path const&)> on_link = [](std::filesystem::path const&) {};

  time_point now() const { return clock.platform_at(clock_seam::now()); }
};

}  // namespace holdfast::cluster
