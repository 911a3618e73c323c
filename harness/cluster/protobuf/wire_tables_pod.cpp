#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view pod_wire_table() {
  return R"(
Pod
   1 metadata                                        ObjectMeta
   2 spec                                            PodSpec
   3 status                                          PodStatus

PodSpec
   1 volumes                                         []Volume
   2 containers                                      []Container
   3 restartPolicy                                   text
   4 terminationGracePeriodSeconds                   int64                      zero
   5 activeDeadlineSeconds                           int64                      zero
   6 dnsPolicy                                       text
   7 nodeSelector                                    {}text
   8 serviceAccountName                              text
   9 serviceAccount                                  text
  10 nodeName                                        text
  11 hostNetwork                                     bool
  12 hostPID                                         bool
  13 hostIPC                                         bool
  14 securityContext                                 PodSecurityContext
  15 imagePullSecrets                                []LocalReference
  16 hostname                                        text
  17 subdomain                                       text
  18 affinity                                        Affinity
  19 schedulerName                                   text
  20 initContainers                                  []Container
  21 automountServiceAccountToken                    bool                       zero
  22 tolerations                                     []Toleration
  23 hostAliases                                     []HostAlias
  24 priorityClassName                               text
  25 priority                                        int32                      zero
  26 dnsConfig                                       DnsConfig
  27 shareProcessNamespace                           bool                       zero
  28 readinessGates                                  []opaque
  29 runtimeClassName                                text                       zero
  30 enableServiceLinks                              bool                       zero
  31 preemptionPolicy                                text                       zero
  32 overhead                                        {}quantity
  33 topologySpreadConstraints                       []SpreadConstraint
  34 ephemeralContainers                             []opaque
  35 setHostnameAsFQDN                               bool                       zero
  36 os                                              PodOS
  37 hostUsers                                       bool                       zero
  38 schedulingGates                                 []opaque
  39 resourceClaims                                  []opaque
  40 resources                                       ResourceRequirements
  41 hostnameOverride                                text                       zero
  43 schedulingGroup                                 opaque
  44 evictionResponders                              []opaque

HostAlias
   1 ip                                              text                       zero
   2 hostnames                                       []text

DnsConfig
   1 nameservers                                     []text
   2 searches                                        []text
   3 options                                         []DnsOption

DnsOption
   1 name                                            text
   2 value                                           text                       zero

PodOS
   1 name                                            text                       zero

Toleration
   1 key                                             text
   2 operator                                        text
   3 value                                           text
   4 effect                                          text
   5 tolerationSeconds                               int64                      zero

SpreadConstraint
   1 maxSkew                                         int32                      zero
   2 topologyKey                                     text                       zero
   3 whenUnsatisfiable                               text                       zero
   4 labelSelector                                   LabelSelector
   5 minDomains                                      int32                      zero
   6 nodeAffinityPolicy                              text                       zero
   7 nodeTaintsPolicy                                text                       zero
   8 matchLabelKeys                                  []text

Affinity
   1 nodeAffinity                                    NodeAffinity
   2 podAffinity                                     PodAffinity
   3 podAntiAffinity                                 PodAffinity

NodeAffinity
   1 requiredDuringSchedulingIgnoredDuringExecution  NodeSelector
   2 preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm

NodeSelector
   1 nodeSelectorTerms                               []NodeSelectorTerm

NodeSelectorTerm
   1 matchExpressions                                []LabelRequirement
   2 matchFields                                     []LabelRequirement

PreferredSchedulingTerm
   1 weight                                          int32                      zero
   2 preference                                      NodeSelectorTerm

PodAffinity
   1 requiredDuringSchedulingIgnoredDuringExecution  []PodAffinityTerm
   2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm

PodAffinityTerm
   1 labelSelector                                   LabelSelector
   2 namespaces                                      []text
   3 topologyKey                                     text                       zero
   4 namespaceSelector                               LabelSelector
   5 matchLabelKeys                                  []text
   6 mismatchLabelKeys                               []text

WeightedPodAffinityTerm
   1 weight                                          int32                      zero
   2 podAffinityTerm                                 PodAffinityTerm

PodSecurityContext
   1 seLinuxOptions                                  SeLinuxOptions
   2 runAsUser                                       int64                      zero
   3 runAsNonRoot                                    bool                       zero
   4 supplementalGroups                              []int64
   5 fsGroup                                         int64                      zero
   6 runAsGroup                                      int64                      zero
   7 sysctls                                         []Sysctl
   8 windowsOptions                                  WindowsOptions
   9 fsGroupChangePolicy                             text                       zero
  10 seccompProfile                                  SecurityProfile
  11 appArmorProfile                                 SecurityProfile
  12 supplementalGroupsPolicy                        text                       zero
  13 seLinuxChangePolicy                             text                       zero

Sysctl
   1 name                                            text                       zero
   2 value                                           text                       zero

SecurityContext
   1 capabilities                                    Capabilities
   2 privileged                                      bool                       zero
   3 seLinuxOptions                                  SeLinuxOptions
   4 runAsUser                                       int64                      zero
   5 runAsNonRoot                                    bool                       zero
   6 readOnlyRootFilesystem                          bool                       zero
   7 allowPrivilegeEscalation                        bool                       zero
   8 runAsGroup                                      int64                      zero
   9 procMount                                       text                       zero
  10 windowsOptions                                  WindowsOptions
  11 seccompProfile                                  SecurityProfile
  12 appArmorProfile                                 SecurityProfile

Capabilities
   1 add                                             []text
   2 drop                                            []text

SeLinuxOptions
   1 user                                            text
   2 role                                            text
   3 type                                            text
   4 level                                           text

WindowsOptions
   1 gmsaCredentialSpecName                          text                       zero
   2 gmsaCredentialSpec                              text                       zero
   3 runAsUserName                                   text                       zero
   4 hostProcess                                     bool                       zero

SecurityProfile
   1 type                                            text                       zero
   2 localhostProfile                                text                       zero
)";
}

}  // namespace holdfast::cluster
