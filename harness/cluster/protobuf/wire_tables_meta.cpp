#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view meta_wire_table() {
  return R"(
Quantity
   1 string                                          text

IntOrText
   1 type                                            int64                      zero
   2 intVal                                          int32                      zero
   3 strVal                                          text                       zero

Time
   1 seconds                                         int64
   2 nanos                                           int32

JsonText
   1 Raw                                             text

TypeMeta
   1 apiVersion                                      text
   2 kind                                            text

ObjectMeta
   1 name                                            text
   2 generateName                                    text
   3 namespace                                       text
   4 selfLink                                        text
   5 uid                                             text
   6 resourceVersion                                 text
   7 generation                                      int64
   8 creationTimestamp                               time
   9 deletionTimestamp                               time
  10 deletionGracePeriodSeconds                      int64                      zero
  11 labels                                          {}text
  12 annotations                                     {}text
  13 ownerReferences                                 []OwnerReference
  14 finalizers                                      []text
  17 managedFields                                   []ManagedFields

OwnerReference
   1 kind                                            text                       zero
   3 name                                            text                       zero
   4 uid                                             text                       zero
   5 apiVersion                                      text                       zero
   6 controller                                      bool                       zero
   7 blockOwnerDeletion                              bool                       zero

ManagedFields
   1 manager                                         text
   2 operation                                       text
   3 apiVersion                                      text
   4 time                                            time
   6 fieldsType                                      text
   7 fieldsV1                                        json
   8 subresource                                     text

ObjectReference
   1 kind                                            text
   2 namespace                                       text
   3 name                                            text
   4 uid                                             text
   5 apiVersion                                      text
   6 resourceVersion                                 text
   7 fieldPath                                       text

LocalReference
   1 name                                            text

LabelSelector
   1 matchLabels                                     {}text
   2 matchExpressions                                []LabelRequirement

LabelRequirement
   1 key                                             text                       zero
   2 operator                                        text                       zero
   3 values                                          []text

Condition
   1 type                                            text                       zero
   2 status                                          text                       zero
   3 observedGeneration                              int64
   4 lastTransitionTime                              time
   5 reason                                          text                       zero
   6 message                                         text                       zero

DeleteOptions
   1 gracePeriodSeconds                              int64                      zero
   2 preconditions                                   Preconditions
   3 orphanDependents                                bool                       zero
   4 propagationPolicy                               text                       zero
   5 dryRun                                          []text
   6 ignoreStoreReadErrorWithClusterBreakingPotential bool                       zero

Preconditions
   1 uid                                             text                       zero
   2 resourceVersion                                 text                       zero

Eviction
   1 metadata                                        ObjectMeta
   2 deleteOptions                                   DeleteOptions

Scale
   1 metadata                                        ObjectMeta
   2 spec                                            ScaleSpec
   3 status                                          ScaleStatus

ScaleSpec
   1 replicas                                        int32

ScaleStatus
   1 replicas                                        int32                      zero
   2 selector                                        text
)";
}

}  // namespace holdfast::cluster
