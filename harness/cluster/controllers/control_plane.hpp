#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/control/autoscaler.hpp"
#include "cluster/controllers/address_source.hpp"
#include "cluster/controllers/controller.hpp"
#include "cluster/controllers/metrics_source.hpp"

namespace holdfast::cluster {

class service_controller;

/// All control loops of a cluster over one store. Has no thread and reads no clock: whoever owns the loop calls step()
/// when the store has changed and when the time has come that the last step told. Used on the store's thread.
class control_plane {
 public:
  struct settings {
    cluster_clock clock{};
    autoscaler_settings autoscaler{};
    std::string node = "local";
    std::size_t events_kept = 2000;
    /// Syncs in one step: more than a cluster of thousands of pods needs to come to rest, few enough that a loop which
    /// never does (two parties that write over each other) does not stop everything else.
    std::size_t most_syncs = 100'000;
  };

  /// Everything given outlives it.
  control_plane(object_store& store, metrics_source& metrics, address_source& addresses, settings s);
  control_plane(control_plane const&) = delete;
  control_plane& operator=(control_plane const&) = delete;
  ~control_plane();

  /// Runs until nothing changes any more.
  /// @param now  platform time
  /// @return     when to call it again if nothing changes before; nothing when nothing will be due. `now` when
  ///             there was more to do than one step does.
  std::optional<time_point> step(time_point now);

  event_recorder& events() { return events_; }
  object_cache const& cache() const { return cache_; }
  cluster_clock const& clock() const { return settings_.clock; }
  /// Whether a Service's clusterIP is its own to listen on: others may ask for the same.
  bool holds_address(std::string const& service_uid) const;

 private:
  void catch_up();
  bool run_controllers(time_point now, std::size_t& syncs);

  settings settings_;
  object_store& store_;
  object_cache cache_;
  event_recorder events_;
  std::vector<std::unique_ptr<controller>> controllers_;
  service_controller const* services_ = nullptr;  // one of them
  bool has_listed_ = false;
};

}  // namespace holdfast::cluster
