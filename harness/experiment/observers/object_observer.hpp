#pragma once

#include <map>
#include <string>
#include <vector>

#include "experiment/observers/endpoint_observer.hpp"
#include "experiment/observers/pod_observer.hpp"
#include "experiment/observers/workload_observer.hpp"

namespace holdfast::experiment {

/// Makes what changes of a cluster's objects tell into a timeline's events. A state machine without clock, thread or
/// cluster: who has the changes, in their order, gives the time.
class object_observer {
 public:
  std::vector<timeline_event> seen(cluster::object_change const& change);

  /// The Deployment of a pod, or whatever controls it; empty when the pod is not there or nobody's.
  std::string owner_of(cluster::object_key const& pod) const { return pods_.owner_of(pod); }

 private:
  std::string controller_of(cluster::json const& pod) const;
  void note_replica_set(cluster::object_change const& change);
  std::vector<timeline_event> seen_event(cluster::object_change const& change);
  timeline_event failed_probe(cluster::json const& event) const;
  void note_containers(cluster::object_change const& change);

  pod_observer pods_;
  endpoint_observer endpoints_;
  workload_observer workloads_;
  autoscaler_observer autoscalers_;
  std::map<std::string, std::string> deployments_;              // of ReplicaSets, by their uid
  std::map<cluster::object_key, std::string> only_containers_;  // of pods that have one
  std::map<cluster::object_key, std::int64_t> told_;            // how often an Event had happened when it was told
};

}  // namespace holdfast::experiment
