#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view cluster_wire_table() {
  return R"(
Namespace
   1 metadata                                        ObjectMeta
   2 spec                                            NamespaceSpec
   3 status                                          NamespaceStatus

NamespaceSpec
   1 finalizers                                      []text

NamespaceStatus
   1 phase                                           text
   2 conditions                                      []NamespaceCondition

NamespaceCondition
   1 type                                            text                       zero
   2 status                                          text                       zero
   4 lastTransitionTime                              time
   5 reason                                          text
   6 message                                         text

ServiceAccount
   1 metadata                                        ObjectMeta
   2 secrets                                         []ObjectReference
   3 imagePullSecrets                                []LocalReference
   4 automountServiceAccountToken                    bool                       zero

ConfigMap
   1 metadata                                        ObjectMeta
   2 data                                            {}text
   3 binaryData                                      {}bytes
   4 immutable                                       bool                       zero

Secret
   1 metadata                                        ObjectMeta
   2 data                                            {}bytes
   3 type                                            text
   4 stringData                                      {}text
   5 immutable                                       bool                       zero

PersistentVolumeClaim
   1 metadata                                        ObjectMeta
   2 spec                                            ClaimSpec
   3 status                                          ClaimStatus

ClaimSpec
   1 accessModes                                     []text
   2 resources                                       ClaimResources
   3 volumeName                                      text
   4 selector                                        LabelSelector
   5 storageClassName                                text                       zero
   6 volumeMode                                      text                       zero
   7 dataSource                                      opaque
   8 dataSourceRef                                   opaque
   9 volumeAttributesClassName                       text                       zero

ClaimResources
   1 limits                                          {}quantity
   2 requests                                        {}quantity

ClaimStatus
   1 phase                                           text
   2 accessModes                                     []text
   3 capacity                                        {}quantity
   4 conditions                                      []ClaimCondition
   5 allocatedResources                              {}quantity
   7 allocatedResourceStatuses                       {}text
   8 currentVolumeAttributesClassName                text                       zero
   9 modifyVolumeStatus                              ModifyVolumeStatus

ClaimCondition
   1 type                                            text                       zero
   2 status                                          text                       zero
   3 lastProbeTime                                   time
   4 lastTransitionTime                              time
   5 reason                                          text
   6 message                                         text

ModifyVolumeStatus
   1 targetVolumeAttributesClassName                 text
   2 status                                          text                       zero

Event
   1 metadata                                        ObjectMeta
   2 involvedObject                                  ObjectReference
   3 reason                                          text
   4 message                                         text
   5 source                                          EventSource
   6 firstTimestamp                                  time
   7 lastTimestamp                                   time
   8 count                                           int32
   9 type                                            text
  10 eventTime                                       time
  11 series                                          EventSeries
  12 action                                          text
  13 related                                         ObjectReference
  14 reportingComponent                              text                       zero
  15 reportingInstance                               text                       zero

EventSource
   1 component                                       text
   2 host                                            text

EventSeries
   1 count                                           int32
   2 lastObservedTime                                time

EventV1
   1 metadata                                        ObjectMeta
   2 eventTime                                       time
   3 series                                          EventSeries
   4 reportingController                             text
   5 reportingInstance                               text
   6 action                                          text
   7 reason                                          text
   8 regarding                                       ObjectReference
   9 related                                         ObjectReference
  10 note                                            text
  11 type                                            text
  12 deprecatedSource                                EventSource
  13 deprecatedFirstTimestamp                        time
  14 deprecatedLastTimestamp                         time
  15 deprecatedCount                                 int32
)";
}

}  // namespace holdfast::cluster
