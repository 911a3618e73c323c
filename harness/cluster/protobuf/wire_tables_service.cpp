#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view service_wire_table() {
  return R"(
Service
   1 metadata                                        ObjectMeta
   2 spec                                            ServiceSpec
   3 status                                          ServiceStatus

ServiceSpec
   1 ports                                           []ServicePort
   2 selector                                        {}text
   3 clusterIP                                       text
   4 type                                            text
   5 externalIPs                                     []text
   7 sessionAffinity                                 text
   8 loadBalancerIP                                  text
   9 loadBalancerSourceRanges                        []text
  10 externalName                                    text
  11 externalTrafficPolicy                           text
  12 healthCheckNodePort                             int32
  13 publishNotReadyAddresses                        bool
  14 sessionAffinityConfig                           AffinityConfig
  17 ipFamilyPolicy                                  text                       zero
  18 clusterIPs                                      []text
  19 ipFamilies                                      []text
  20 allocateLoadBalancerNodePorts                   bool                       zero
  21 loadBalancerClass                               text                       zero
  22 internalTrafficPolicy                           text                       zero
  23 trafficDistribution                             text                       zero

ServicePort
   1 name                                            text
   2 protocol                                        text
   3 port                                            int32                      zero
   4 targetPort                                      int|text
   5 nodePort                                        int32
   6 appProtocol                                     text                       zero

AffinityConfig
   1 clientIP                                        ClientAffinity

ClientAffinity
   1 timeoutSeconds                                  int32                      zero

ServiceStatus
   1 loadBalancer                                    LoadBalancerStatus
   2 conditions                                      []Condition

LoadBalancerStatus
   1 ingress                                         []LoadBalancerIngress

LoadBalancerIngress
   1 ip                                              text
   2 hostname                                        text
   3 ipMode                                          text                       zero
   4 ports                                           []PortStatus

PortStatus
   1 port                                            int32                      zero
   2 protocol                                        text                       zero
   3 error                                           text                       zero

Endpoints
   1 metadata                                        ObjectMeta
   2 subsets                                         []EndpointSubset

EndpointSubset
   1 addresses                                       []EndpointAddress
   2 notReadyAddresses                               []EndpointAddress
   3 ports                                           []EndpointPort

EndpointAddress
   1 ip                                              text                       zero
   2 targetRef                                       ObjectReference
   3 hostname                                        text
   4 nodeName                                        text                       zero

EndpointPort
   1 name                                            text
   2 port                                            int32                      zero
   3 protocol                                        text
   4 appProtocol                                     text                       zero

EndpointSlice
   1 metadata                                        ObjectMeta
   2 endpoints                                       []Endpoint
   3 ports                                           []SlicePort
   4 addressType                                     text                       zero

Endpoint
   1 addresses                                       []text
   2 conditions                                      EndpointConditions
   3 hostname                                        text                       zero
   4 targetRef                                       ObjectReference
   5 deprecatedTopology                              {}text
   6 nodeName                                        text                       zero
   7 zone                                            text                       zero
   8 hints                                           EndpointHints

EndpointConditions
   1 ready                                           bool                       zero
   2 serving                                         bool                       zero
   3 terminating                                     bool                       zero

EndpointHints
   1 forZones                                        []ForZone
   2 forNodes                                        []ForNode

ForZone
   1 name                                            text                       zero

ForNode
   1 name                                            text                       zero

SlicePort
   1 name                                            text                       zero
   2 protocol                                        text                       zero
   3 port                                            int32                      zero
   4 appProtocol                                     text                       zero
)";
}

}  // namespace holdfast::cluster
