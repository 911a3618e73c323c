#pragma once

#include <map>
#include <string>
#include <vector>

#include "cluster/store/object_store.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::experiment {

/// Whether a Deployment's rollout is done, as "kubectl rollout status" decides it: the newest spec has been observed,
/// all pods are of the newest template and available, and no others are left.
bool is_rolled_out(cluster::json const& deployment);

/// Whether its progress deadline has passed: condition Progressing is False for ProgressDeadlineExceeded.
bool is_stuck(cluster::json const& deployment);

/// What changes of Deployments tell: counts of replicas, and rollouts. A rollout starts when the pod template changes
/// or the Deployment is made.
class workload_observer {
 public:
  std::vector<timeline_event> seen(cluster::object_change const& change);

 private:
  struct known_deployment {
    nlohmann::ordered_json counts;
    bool is_rolling = false;
    bool is_told_stuck = false;
  };
  static void look_at_counts(known_deployment& known, cluster::json const& deployment,
                             std::vector<timeline_event>& events);
  static void look_at_rollout(known_deployment& known, cluster::object_change const& change,
                              std::vector<timeline_event>& events);

  std::map<std::string, known_deployment> deployments_;  // by uid
};

/// What changes of HorizontalPodAutoscalers tell: that one scaled, and that a limit held it.
class autoscaler_observer {
 public:
  std::vector<timeline_event> seen(cluster::object_change const& change);
  /// An Event SuccessfulRescale about it: comes before the change of its status.
  void note_reason(cluster::object_key const& autoscaler, std::string reason);

 private:
  struct known_autoscaler {
    std::string last_scale;
    std::string limit;
    std::string reason;
  };
  std::map<cluster::object_key, known_autoscaler> autoscalers_;
};

}  // namespace holdfast::experiment
