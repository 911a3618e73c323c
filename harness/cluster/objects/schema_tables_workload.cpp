#include "cluster/objects/schema_tables.hpp"

namespace holdfast::cluster {

std::string_view workload_table() {
  return R"(
Deployment
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           DeploymentSpec        required
  status                         WorkloadStatus

DeploymentSpec
  minReadySeconds                int32                 min=0
  paused                         bool
  progressDeadlineSeconds        int32                 default=600 min=1
  replicas                       int32                 default=1 min=0
  revisionHistoryLimit           int32                 default=10 min=0
  selector                       LabelSelector         required fixed
  strategy                       DeploymentStrategy    default={}
  template                       PodTemplateSpec       required

DeploymentStrategy
  rollingUpdate                  RollingUpdate
  type                           text                  default=RollingUpdate enum=RollingUpdate,Recreate

RollingUpdate
  maxSurge                       int|text              default="25%"
  maxUnavailable                 int|text              default="25%"

ReplicaSet
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           ReplicaSetSpec        required
  status                         WorkloadStatus

ReplicaSetSpec
  minReadySeconds                int32                 min=0
  replicas                       int32                 default=1 min=0
  selector                       LabelSelector         required fixed
  template                       PodTemplateSpec

WorkloadStatus
  availableReplicas              int32
  collisionCount                 int32
  conditions                     []Condition           key=type
  fullyLabeledReplicas           int32
  observedGeneration             int64
  readyReplicas                  int32
  replicas                       int32
  terminatingReplicas            int32
  unavailableReplicas            int32
  updatedReplicas                int32

LabelSelector
  matchExpressions               []LabelRequirement
  matchLabels                    {}text

LabelRequirement
  key                            text                  required form=label-key
  operator                       text                  required enum=In,NotIn,Exists,DoesNotExist
  values                         []text

HorizontalPodAutoscaler
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           AutoscalerSpec        required
  status                         AutoscalerStatus

AutoscalerSpec
  behavior                       ScalingBehavior
  maxReplicas                    int32                 required min=1
  metrics                        []MetricSpec
  minReplicas                    int32                 default=1 min=1
  scaleTargetRef                 TargetReference       required

TargetReference
  apiVersion                     text
  kind                           text                  required
  name                           text                  required

ScalingBehavior
  scaleDown                      ScalingRules
  scaleUp                        ScalingRules

ScalingRules
  policies                       []ScalingPolicy
  selectPolicy                   text                  enum=Max,Min,Disabled
  stabilizationWindowSeconds     int32                 min=0 max=3600
  tolerance                      quantity

ScalingPolicy
  periodSeconds                  int32                 required min=1 max=1800
  type                           text                  required enum=Pods,Percent
  value                          int32                 required min=1

MetricSpec
  containerResource              ContainerResourceMetric
  external                       any                   refused
  object                         any                   refused
  pods                           PodsMetric
  resource                       ResourceMetric
  type                           text                  required enum=Resource,ContainerResource,Pods,-Object,-External

ResourceMetric
  name                           text                  required
  target                         MetricTarget          required

ContainerResourceMetric
  container                      text                  required
  name                           text                  required
  target                         MetricTarget          required

PodsMetric
  metric                         MetricIdentifier      required
  target                         MetricTarget          required

MetricIdentifier
  name                           text                  required
  selector                       LabelSelector

MetricTarget
  averageUtilization             int32                 min=1
  averageValue                   quantity
  type                           text                  required enum=Utilization,Value,AverageValue
  value                          quantity

AutoscalerStatus
  conditions                     []Condition           key=type
  currentMetrics                 []any
  currentReplicas                int32
  desiredReplicas                int32
  lastScaleTime                  time
  observedGeneration             int64
)";
}

}  // namespace holdfast::cluster
