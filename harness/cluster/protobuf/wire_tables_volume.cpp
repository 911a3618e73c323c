#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view volume_wire_table() {
  return R"(
Volume
   1 name                                            text                       zero
   2 -                                               VolumeSource

VolumeSource
   1 hostPath                                        opaque
   2 emptyDir                                        EmptyDir
   3 gcePersistentDisk                               opaque
   4 awsElasticBlockStore                            opaque
   5 gitRepo                                         opaque
   6 secret                                          SecretVolume
   7 nfs                                             opaque
   8 iscsi                                           opaque
   9 glusterfs                                       opaque
  10 persistentVolumeClaim                           ClaimVolume
  11 rbd                                             opaque
  12 flexVolume                                      opaque
  13 cinder                                          opaque
  14 cephfs                                          opaque
  15 flocker                                         opaque
  16 downwardAPI                                     DownwardVolume
  17 fc                                              opaque
  18 azureFile                                       opaque
  19 configMap                                       ConfigMapVolume
  20 vsphereVolume                                   opaque
  21 quobyte                                         opaque
  22 azureDisk                                       opaque
  23 photonPersistentDisk                            opaque
  24 portworxVolume                                  opaque
  25 scaleIO                                         opaque
  26 projected                                       ProjectedVolume
  27 storageos                                       opaque
  28 csi                                             opaque
  29 ephemeral                                       opaque
  30 image                                           opaque

ConfigMapVolume
   1 -                                               LocalReference
   2 items                                           []KeyToPath
   3 defaultMode                                     int32                      zero
   4 optional                                        bool                       zero
   5 defaultUser                                     int64                      zero

SecretVolume
   1 secretName                                      text
   2 items                                           []KeyToPath
   3 defaultMode                                     int32                      zero
   4 optional                                        bool                       zero
   5 defaultUser                                     int64                      zero

KeyToPath
   1 key                                             text                       zero
   2 path                                            text                       zero
   3 mode                                            int32                      zero
   4 user                                            int64                      zero

DownwardVolume
   1 items                                           []DownwardFile
   2 defaultMode                                     int32                      zero
   3 defaultUser                                     int64                      zero

DownwardFile
   1 path                                            text                       zero
   2 fieldRef                                        FieldReference
   3 resourceFieldRef                                ResourceReference
   4 mode                                            int32                      zero
   5 user                                            int64                      zero

EmptyDir
   1 medium                                          text
   2 sizeLimit                                       quantity
   3 mode                                            int32                      zero

ClaimVolume
   1 claimName                                       text                       zero
   2 readOnly                                        bool

ProjectedVolume
   1 sources                                         []Projection
   2 defaultMode                                     int32                      zero
   3 defaultUser                                     int64                      zero

Projection
   1 secret                                          ConfigMapProjection
   2 downwardAPI                                     DownwardProjection
   3 configMap                                       ConfigMapProjection
   4 serviceAccountToken                             opaque
   5 clusterTrustBundle                              opaque
   6 podCertificate                                  opaque

ConfigMapProjection
   1 -                                               LocalReference
   2 items                                           []KeyToPath
   4 optional                                        bool                       zero

DownwardProjection
   1 items                                           []DownwardFile
)";
}

}  // namespace holdfast::cluster
