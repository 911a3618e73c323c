#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/store/object_store.hpp"
#include "core/clock.hpp"

namespace holdfast::cli {

/// Tells a person what happens in a cluster: a line for each Service with its addresses, for each pod that begins,
/// becomes ready, is in trouble or goes, for each warning, and one when all that is to run is ready.
class cluster_watch {
 public:
  explicit cluster_watch(time_point start) : start_{start} {}

  /// Lines without their ends.
  std::vector<std::string> lines_of(cluster::object_change const& change, time_point now);
  /// Says so once, and again after it was not so: all replicas of all Deployments and all pods of nobody are ready.
  /// Called after every batch of changes.
  std::optional<std::string> readiness(time_point now);

 private:
  void tell_service(cluster::object_change const& change);
  void tell_pod(cluster::object_change const& change);
  void tell_event(cluster::object_change const& change);
  void note_deployment(cluster::object_change const& change);
  void note_pod(cluster::object_change const& change);
  void say(std::string const& text);

  struct progress {
    std::int64_t wanted = 0;
    std::int64_t ready = 0;
    bool is_there() const { return ready >= wanted; }
  };

  time_point start_;
  time_point now_{};
  std::vector<std::string> lines_;
  std::map<std::string, std::string> said_;  // what was said last of an object
  std::map<cluster::object_key, progress> deployments_;
  std::map<cluster::object_key, progress> lone_pods_;
  bool was_ready_ = false;
};

}  // namespace holdfast::cli
