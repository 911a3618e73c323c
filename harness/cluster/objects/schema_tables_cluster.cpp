#include <array>

#include "cluster/objects/schema_tables.hpp"

namespace holdfast::cluster {

std::string_view cluster_table() {
  return R"(
ObjectMeta
  name                           text
  annotations                    {}text
  creationTimestamp              time
  deletionGracePeriodSeconds     int64
  deletionTimestamp              time
  finalizers                     []text                merge
  generateName                   text
  generation                     int64
  labels                         {}text
  managedFields                  []any
  namespace                      text                  form=dns-label
  ownerReferences                []OwnerReference      key=uid
  resourceVersion                text
  selfLink                       text
  uid                            text

OwnerReference
  apiVersion                     text                  required
  blockOwnerDeletion             bool
  controller                     bool
  kind                           text                  required
  name                           text                  required
  uid                            text                  required

ConfigMap
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  binaryData                     {}bytes
  data                           {}text
  immutable                      bool

Secret
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  data                           {}bytes
  immutable                      bool
  stringData                     {}text
  type                           text                  fixed default=Opaque

PersistentVolumeClaim
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           ClaimSpec             required
  status                         ClaimStatus

ClaimSpec
  accessModes                    []text                required fixed
  dataSource                     any                   refused
  dataSourceRef                  any                   refused
  resources                      ResourceRequirements  required
  selector                       LabelSelector         fixed ignored
  storageClassName               text                  fixed ignored
  volumeAttributesClassName      text                  ignored
  volumeMode                     text                  fixed default=Filesystem enum=Filesystem,-Block
  volumeName                     text

ClaimStatus
  accessModes                    []text
  allocatedResourceStatuses      {}text
  allocatedResources             {}quantity
  capacity                       {}quantity
  conditions                     []Condition           key=type
  currentVolumeAttributesClassName text
  modifyVolumeStatus             any
  phase                          text

Namespace
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           NamespaceSpec
  status                         NamespaceStatus

NamespaceSpec
  finalizers                     []text

NamespaceStatus
  conditions                     []Condition           key=type
  phase                          text

Node
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           NodeSpec
  status                         any

NodeSpec
  configSource                   any
  externalID                     text
  podCIDR                        text
  podCIDRs                       []text                merge
  providerID                     text
  taints                         []any                 ignored
  unschedulable                  bool                  ignored

ServiceAccount
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  automountServiceAccountToken   bool                  ignored
  imagePullSecrets               []LocalReference      ignored
  secrets                        []ObjectReference     key=name ignored

Event
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  action                         text
  count                          int32
  eventTime                      time
  firstTimestamp                 time
  involvedObject                 ObjectReference       required
  lastTimestamp                  time
  message                        text
  reason                         text
  related                        ObjectReference
  reportingComponent             text
  reportingInstance              text
  series                         EventSeries
  source                         EventSource
  type                           text

EventSeries
  count                          int32
  lastObservedTime               time

EventSource
  component                      text
  host                           text
)";
}

std::span<std::string_view const> schema_tables() {
  static std::array const tables{cluster_table(), pod_table(),     container_table(),
                                 volume_table(),  service_table(), workload_table()};
  return tables;
}

}  // namespace holdfast::cluster
