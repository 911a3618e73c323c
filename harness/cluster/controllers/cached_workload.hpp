#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cluster/control/deployment.hpp"
#include "cluster/control/label_selector.hpp"
#include "cluster/controllers/cluster_clock.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// Labels and annotations that tie a Deployment and its ReplicaSets together.
inline constexpr char const* template_hash_label = "pod-template-hash";
inline constexpr char const* revision_annotation = "deployment.kubernetes.io/revision";
inline constexpr char const* revision_history_annotation = "deployment.kubernetes.io/revision-history";
inline constexpr char const* desired_replicas_annotation = "deployment.kubernetes.io/desired-replicas";
inline constexpr char const* max_replicas_annotation = "deployment.kubernetes.io/max-replicas";

/// What a ReplicaSet and a Deployment have in common, read from the object once.
struct cached_workload {
  object_ptr object;
  object_key key;
  std::string uid;
  label_map labels;
  label_selector selector;
  std::int32_t replicas = 1;  ///< spec.replicas
  nanoseconds min_ready{};    ///< spec.minReadySeconds
  std::string template_text;  ///< canonical, without the label pod-template-hash: equal for equal templates
  std::int64_t generation = 0;
  std::int64_t observed_generation = 0;
};

struct cached_replica_set : cached_workload {
  std::string controller_uid;  ///< empty: nobody controls it
  rollout_set set;             ///< but for matches_template
  std::vector<condition> conditions;
};
using replica_set_ptr = std::shared_ptr<cached_replica_set const>;

struct cached_deployment : cached_workload {
  rollout_spec spec;
  rollout_status status;
  std::int32_t collisions = 0;  ///< status.collisionCount
};
using deployment_ptr = std::shared_ptr<cached_deployment const>;

replica_set_ptr cached_replica_set_of(object_ptr object, cluster_clock const& clock);
deployment_ptr cached_deployment_of(object_ptr object, cluster_clock const& clock);

}  // namespace holdfast::cluster
