#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view workload_wire_table() {
  return R"(
Deployment
   1 metadata                                        ObjectMeta
   2 spec                                            DeploymentSpec
   3 status                                          DeploymentStatus

DeploymentSpec
   1 replicas                                        int32                      zero
   2 selector                                        LabelSelector
   3 template                                        PodTemplateSpec
   4 strategy                                        DeploymentStrategy
   5 minReadySeconds                                 int32
   6 revisionHistoryLimit                            int32                      zero
   7 paused                                          bool
   9 progressDeadlineSeconds                         int32                      zero

DeploymentStrategy
   1 type                                            text
   2 rollingUpdate                                   RollingUpdate

RollingUpdate
   1 maxUnavailable                                  int|text                   zero
   2 maxSurge                                        int|text                   zero

DeploymentStatus
   1 observedGeneration                              int64
   2 replicas                                        int32
   3 updatedReplicas                                 int32
   4 availableReplicas                               int32
   5 unavailableReplicas                             int32
   6 conditions                                      []DeploymentCondition
   7 readyReplicas                                   int32
   8 collisionCount                                  int32                      zero
   9 terminatingReplicas                             int32                      zero

DeploymentCondition
   1 type                                            text                       zero
   2 status                                          text                       zero
   4 reason                                          text
   5 message                                         text
   6 lastUpdateTime                                  time
   7 lastTransitionTime                              time

ReplicaSet
   1 metadata                                        ObjectMeta
   2 spec                                            ReplicaSetSpec
   3 status                                          ReplicaSetStatus

ReplicaSetSpec
   1 replicas                                        int32                      zero
   2 selector                                        LabelSelector
   3 template                                        PodTemplateSpec
   4 minReadySeconds                                 int32

ReplicaSetStatus
   1 replicas                                        int32                      zero
   2 fullyLabeledReplicas                            int32
   3 observedGeneration                              int64
   4 readyReplicas                                   int32
   5 availableReplicas                               int32
   6 conditions                                      []ReplicaSetCondition
   7 terminatingReplicas                             int32                      zero

ReplicaSetCondition
   1 type                                            text                       zero
   2 status                                          text                       zero
   3 lastTransitionTime                              time
   4 reason                                          text
   5 message                                         text

PodTemplateSpec
   1 metadata                                        ObjectMeta
   2 spec                                            PodSpec
)";
}

}  // namespace holdfast::cluster
