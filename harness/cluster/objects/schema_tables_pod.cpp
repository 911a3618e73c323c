#include "cluster/objects/schema_tables.hpp"

namespace holdfast::cluster {

std::string_view pod_table() {
  return R"(
Pod
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           PodSpec               required
  status                         PodStatus

PodTemplateSpec
  metadata                       ObjectMeta
  spec                           PodSpec               required

PodSpec
  activeDeadlineSeconds          int64                 min=1 refused
  affinity                       any                   ignored
  automountServiceAccountToken   bool                  ignored
  containers                     []Container           required key=name
  dnsConfig                      any                   ignored
  dnsPolicy                      text                  default=ClusterFirst enum=ClusterFirst,ClusterFirstWithHostNet,Default,None ignored
  enableServiceLinks             bool                  default=true
  ephemeralContainers            []any                 key=name refused
  hostAliases                    []any                 key=ip ignored
  hostIPC                        bool                  ignored
  hostNetwork                    bool                  refused
  hostPID                        bool                  ignored
  hostUsers                      bool                  ignored
  hostname                       text                  form=dns-label
  hostnameOverride               text                  ignored
  imagePullSecrets               []LocalReference      key=name ignored
  initContainers                 []Container           key=name
  nodeName                       text
  nodeSelector                   {}text                ignored
  os                             any                   ignored
  overhead                       {}quantity            ignored
  preemptionPolicy               text                  ignored
  priority                       int32                 ignored
  priorityClassName              text                  ignored
  readinessGates                 []any                 refused
  resourceClaims                 []any                 key=name refused
  resources                      ResourceRequirements  refused
  restartPolicy                  text                  default=Always enum=Always,OnFailure,Never
  runtimeClassName               text                  ignored
  schedulerName                  text                  default=default-scheduler ignored
  schedulingGates                []any                 key=name refused
  securityContext                any                   default={} ignored
  serviceAccount                 text
  serviceAccountName             text
  setHostnameAsFQDN              bool                  ignored
  shareProcessNamespace          bool                  ignored
  subdomain                      text                  ignored
  terminationGracePeriodSeconds  int64                 default=30 min=0 max=2147483647
  tolerations                    []any                 ignored
  topologySpreadConstraints      []any                 key=topologyKey ignored
  volumes                        []Volume              key=name

PodStatus
  conditions                     []Condition           key=type
  containerStatuses              []any
  ephemeralContainerStatuses     []any
  extendedResourceClaimStatus    any
  hostIP                         text
  hostIPs                        []PodAddress          key=ip
  initContainerStatuses          []any
  message                        text
  nominatedNodeName              text
  observedGeneration             int64
  phase                          text
  podIP                          text
  podIPs                         []PodAddress          key=ip
  qosClass                       text
  reason                         text
  resize                         text
  resourceClaimStatuses          []any                 key=name
  startTime                      time

PodAddress
  ip                             text

LocalReference
  name                           text

Condition
  type                           text                  required
  status                         text                  required
  lastHeartbeatTime              time
  lastProbeTime                  time
  lastTransitionTime             time
  lastUpdateTime                 time
  message                        text
  observedGeneration             int64
  reason                         text
)";
}

std::string_view volume_table() {
  return R"(
Volume
  name                           text                  required form=dns-label
  awsElasticBlockStore           any                   refused
  azureDisk                      any                   refused
  azureFile                      any                   refused
  cephfs                         any                   refused
  cinder                         any                   refused
  configMap                      ConfigMapVolume
  csi                            any                   refused
  downwardAPI                    DownwardVolume
  emptyDir                       EmptyDir
  ephemeral                      any                   refused
  fc                             any                   refused
  flexVolume                     any                   refused
  flocker                        any                   refused
  gcePersistentDisk              any                   refused
  gitRepo                        any                   refused
  glusterfs                      any                   refused
  hostPath                       any                   refused
  image                          any                   refused
  iscsi                          any                   refused
  nfs                            any                   refused
  persistentVolumeClaim          ClaimVolume
  photonPersistentDisk           any                   refused
  portworxVolume                 any                   refused
  projected                      ProjectedVolume
  quobyte                        any                   refused
  rbd                            any                   refused
  scaleIO                        any                   refused
  secret                         SecretVolume
  storageos                      any                   refused
  vsphereVolume                  any                   refused

ConfigMapVolume
  name                           text
  items                          []KeyToPath
  defaultMode                    int32                 default=420 min=0 max=511
  optional                       bool

SecretVolume
  secretName                     text
  items                          []KeyToPath
  defaultMode                    int32                 default=420 min=0 max=511
  optional                       bool

KeyToPath
  key                            text                  required
  path                           text                  required
  mode                           int32                 min=0 max=511

DownwardVolume
  items                          []DownwardFile
  defaultMode                    int32                 default=420 min=0 max=511

DownwardFile
  path                           text                  required
  fieldRef                       FieldReference
  resourceFieldRef               ResourceReference
  mode                           int32                 min=0 max=511

EmptyDir
  medium                         text                  enum=,Memory,HugePages ignored
  sizeLimit                      quantity              ignored

ClaimVolume
  claimName                      text                  required
  readOnly                       bool

ProjectedVolume
  sources                        []Projection
  defaultMode                    int32                 default=420 min=0 max=511

Projection
  clusterTrustBundle             any                   refused
  configMap                      ConfigMapProjection
  downwardAPI                    DownwardProjection
  podCertificate                 any                   refused
  secret                         ConfigMapProjection
  serviceAccountToken            any                   refused

ConfigMapProjection
  name                           text
  items                          []KeyToPath
  optional                       bool

DownwardProjection
  items                          []DownwardFile
)";
}

}  // namespace holdfast::cluster
