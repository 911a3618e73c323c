#include "cluster/objects/schema_tables.hpp"

namespace holdfast::cluster {

std::string_view service_table() {
  return R"(
Service
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  spec                           ServiceSpec           required
  status                         ServiceStatus

ServiceSpec
  allocateLoadBalancerNodePorts  bool
  clusterIP                      text
  clusterIPs                     []text
  externalIPs                    []text                refused
  externalName                   text                  refused
  externalTrafficPolicy          text                  enum=Cluster,Local
  healthCheckNodePort            int32                 ignored
  internalTrafficPolicy          text                  default=Cluster enum=Cluster,Local
  ipFamilies                     []text
  ipFamilyPolicy                 text                  default=SingleStack enum=SingleStack,PreferDualStack,-RequireDualStack
  loadBalancerClass              text                  ignored
  loadBalancerIP                 text                  ignored
  loadBalancerSourceRanges       []text                ignored
  ports                          []ServicePort         key=port
  publishNotReadyAddresses       bool
  selector                       {}text
  sessionAffinity                text                  default=None enum=None,ClientIP
  sessionAffinityConfig          AffinityConfig
  trafficDistribution            text                  ignored
  type                           text                  default=ClusterIP enum=ClusterIP,NodePort,LoadBalancer,-ExternalName

ServicePort
  appProtocol                    text                  ignored
  name                           text                  form=dns-label
  nodePort                       int32                 min=0 max=65535 ignored
  port                           int32                 required min=1 max=65535
  protocol                       text                  default=TCP enum=TCP,-UDP,-SCTP
  targetPort                     int|text

AffinityConfig
  clientIP                       ClientAffinity

ClientAffinity
  timeoutSeconds                 int32                 min=1 max=86400

ServiceStatus
  conditions                     []Condition           key=type
  loadBalancer                   any

Endpoints
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  subsets                        []EndpointSubset

EndpointSubset
  addresses                      []EndpointAddress
  notReadyAddresses              []EndpointAddress
  ports                          []EndpointPort

EndpointAddress
  hostname                       text
  ip                             text                  required
  nodeName                       text
  targetRef                      ObjectReference

EndpointPort
  appProtocol                    text
  name                           text
  port                           int32                 required min=1 max=65535
  protocol                       text                  default=TCP enum=TCP,-UDP,-SCTP

EndpointSlice
  apiVersion                     text
  kind                           text
  metadata                       ObjectMeta            required
  addressType                    text                  required fixed enum=IPv4,-IPv6,-FQDN
  endpoints                      []Endpoint
  ports                          []SlicePort

Endpoint
  addresses                      []text                required
  conditions                     EndpointConditions
  deprecatedTopology             {}text
  hints                          any
  hostname                       text
  nodeName                       text
  targetRef                      ObjectReference
  zone                           text

EndpointConditions
  ready                          bool
  serving                        bool
  terminating                    bool

SlicePort
  appProtocol                    text
  name                           text                  default=""
  port                           int32                 min=1 max=65535
  protocol                       text                  default=TCP enum=TCP,-UDP,-SCTP

ObjectReference
  apiVersion                     text
  fieldPath                      text
  kind                           text
  name                           text
  namespace                      text
  resourceVersion                text
  uid                            text
)";
}

}  // namespace holdfast::cluster
