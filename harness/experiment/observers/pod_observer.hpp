#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster/store/object_store.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::experiment {

/// What changes of Pods tell: created, started, ready, not-ready, terminating, exited, restarted, back-off, removed.
/// A status skips states that came and went between two writes; what it still shows of them is told in their order.
class pod_observer {
 public:
  /// @param owner  the pod's Deployment, or whatever controls it; may be empty
  std::vector<timeline_event> seen(cluster::object_change const& change, std::string const& owner);

  /// Who was told as a pod's owner; empty when it is not there.
  std::string owner_of(cluster::object_key const& pod) const;

 private:
  struct known_container {
    std::string running;         ///< id of the instance that was told as started
    std::set<std::string> ends;  ///< ids of the instances that were told as ended
    std::string waits;           ///< the reason that was told
  };
  struct known_pod {
    std::string uid;
    std::string owner;
    bool is_ready = false;
    bool is_terminating = false;
    std::map<std::string, known_container> containers;
  };
  struct look;

  static void look_at_containers(look& at);
  static void look_at_container(look& at, cluster::json const& status);
  static void look_at_end(look& at, known_container& known, cluster::json const& status, char const* state);
  static void look_at_start(look& at, known_container& known, cluster::json const& status);
  static void look_at_waiting(look& at, known_container& known, cluster::json const& status);
  static void look_at_readiness(look& at);

  std::map<cluster::object_key, known_pod> pods_;
};

}  // namespace holdfast::experiment
