#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view autoscaler_wire_table() {
  return R"(
HorizontalPodAutoscaler
   1 metadata                                        ObjectMeta
   2 spec                                            AutoscalerSpec
   3 status                                          AutoscalerStatus

AutoscalerSpec
   1 scaleTargetRef                                  TargetReference
   2 minReplicas                                     int32                      zero
   3 maxReplicas                                     int32                      zero
   4 metrics                                         []MetricSpec
   5 behavior                                        ScalingBehavior

TargetReference
   1 kind                                            text                       zero
   2 name                                            text                       zero
   3 apiVersion                                      text

MetricSpec
   1 type                                            text                       zero
   2 object                                          opaque
   3 pods                                            PodsMetric
   4 resource                                        ResourceMetric
   5 external                                        opaque
   7 containerResource                               ContainerResourceMetric

PodsMetric
   1 metric                                          MetricIdentifier
   2 target                                          MetricTarget

MetricIdentifier
   1 name                                            text                       zero
   2 selector                                        LabelSelector

MetricTarget
   1 type                                            text                       zero
   2 value                                           quantity
   3 averageValue                                    quantity
   4 averageUtilization                              int32                      zero

ResourceMetric
   1 name                                            text                       zero
   2 target                                          MetricTarget

ContainerResourceMetric
   1 name                                            text                       zero
   2 target                                          MetricTarget
   3 container                                       text                       zero

ScalingBehavior
   1 scaleUp                                         ScalingRules
   2 scaleDown                                       ScalingRules

ScalingRules
   1 selectPolicy                                    text                       zero
   2 policies                                        []ScalingPolicy
   3 stabilizationWindowSeconds                      int32                      zero
   4 tolerance                                       quantity

ScalingPolicy
   1 type                                            text                       zero
   2 value                                           int32                      zero
   3 periodSeconds                                   int32                      zero

AutoscalerStatus
   1 observedGeneration                              int64                      zero
   2 lastScaleTime                                   time
   3 currentReplicas                                 int32
   4 desiredReplicas                                 int32                      zero
   5 currentMetrics                                  []MetricStatus
   6 conditions                                      []AutoscalerCondition

MetricStatus
   1 type                                            text                       zero
   2 object                                          MetricStatusOfObject
   3 pods                                            MetricStatusOfPods
   4 resource                                        MetricStatusOfResource
   5 external                                        MetricStatusOfPods
   7 containerResource                               MetricStatusOfContainer

MetricStatusOfObject
   1 metric                                          MetricIdentifier
   2 current                                         MetricValue
   3 describedObject                                 TargetReference

MetricStatusOfPods
   1 metric                                          MetricIdentifier
   2 current                                         MetricValue

MetricStatusOfResource
   1 name                                            text                       zero
   2 current                                         MetricValue

MetricStatusOfContainer
   1 name                                            text                       zero
   2 current                                         MetricValue
   3 container                                       text                       zero

MetricValue
   1 value                                           quantity
   2 averageValue                                    quantity
   3 averageUtilization                              int32                      zero

AutoscalerCondition
   1 type                                            text                       zero
   2 status                                          text                       zero
   3 lastTransitionTime                              time
   4 reason                                          text
   5 message                                         text
   6 observedGeneration                              int64                      zero

AutoscalerV1
   1 metadata                                        ObjectMeta
   2 spec                                            AutoscalerSpecV1
   3 status                                          AutoscalerStatusV1

AutoscalerSpecV1
   1 scaleTargetRef                                  TargetReference
   2 minReplicas                                     int32                      zero
   3 maxReplicas                                     int32                      zero
   4 targetCPUUtilizationPercentage                  int32                      zero

AutoscalerStatusV1
   1 observedGeneration                              int64                      zero
   2 lastScaleTime                                   time
   3 currentReplicas                                 int32                      zero
   4 desiredReplicas                                 int32                      zero
   5 currentCPUUtilizationPercentage                 int32                      zero
)";
}

}  // namespace holdfast::cluster
