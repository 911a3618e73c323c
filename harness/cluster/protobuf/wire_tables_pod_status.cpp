#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view pod_status_wire_table() {
  return R"(
PodStatus
   1 phase                                           text
   2 conditions                                      []PodCondition
   3 message                                         text
   4 reason                                          text
   5 hostIP                                          text
   6 podIP                                           text
   7 startTime                                       time
   8 containerStatuses                               []ContainerStatus
   9 qosClass                                        text
  10 initContainerStatuses                           []ContainerStatus
  11 nominatedNodeName                               text
  12 podIPs                                          []PodAddress
  13 ephemeralContainerStatuses                      []ContainerStatus
  14 resize                                          text
  15 resourceClaimStatuses                           []PodResourceClaimStatus
  16 hostIPs                                         []PodAddress
  17 observedGeneration                              int64

PodCondition
   1 type                                            text                       zero
   2 status                                          text                       zero
   3 lastProbeTime                                   time
   4 lastTransitionTime                              time
   5 reason                                          text
   6 message                                         text
   7 observedGeneration                              int64

PodAddress
   1 ip                                              text                       zero

ContainerStatus
   1 name                                            text                       zero
   2 state                                           ContainerState
   3 lastState                                       ContainerState
   4 ready                                           bool                       zero
   5 restartCount                                    int32                      zero
   6 image                                           text                       zero
   7 imageID                                         text                       zero
   8 containerID                                     text
   9 started                                         bool                       zero
  10 allocatedResources                              {}quantity
  11 resources                                       ResourceRequirements
  12 volumeMounts                                    []VolumeMountStatus
  15 stopSignal                                      text                       zero

ContainerState
   1 waiting                                         WaitingState
   2 running                                         RunningState
   3 terminated                                      TerminatedState

WaitingState
   1 reason                                          text
   2 message                                         text

RunningState
   1 startedAt                                       time

TerminatedState
   1 exitCode                                        int32                      zero
   2 signal                                          int32
   3 reason                                          text
   4 message                                         text
   5 startedAt                                       time
   6 finishedAt                                      time
   7 containerID                                     text

VolumeMountStatus
   1 name                                            text                       zero
   2 mountPath                                       text                       zero
   3 readOnly                                        bool
   4 recursiveReadOnly                               text                       zero

PodResourceClaimStatus
   1 name                                            text                       zero
   2 resourceClaimName                               text                       zero
)";
}

}  // namespace holdfast::cluster
