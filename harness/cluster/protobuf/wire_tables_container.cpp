#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {

std::string_view container_wire_table() {
  return R"(
Container
   1 name                                            text                       zero
   2 image                                           text
   3 command                                         []text
   4 args                                            []text
   5 workingDir                                      text
   6 ports                                           []ContainerPort
   7 env                                             []EnvVar
   8 resources                                       ResourceRequirements
   9 volumeMounts                                    []VolumeMount
  10 livenessProbe                                   Probe
  11 readinessProbe                                  Probe
  12 lifecycle                                       Lifecycle
  13 terminationMessagePath                          text
  14 imagePullPolicy                                 text
  15 securityContext                                 SecurityContext
  16 stdin                                           bool
  17 stdinOnce                                       bool
  18 tty                                             bool
  19 envFrom                                         []EnvSource
  20 terminationMessagePolicy                        text
  21 volumeDevices                                   []opaque
  22 startupProbe                                    Probe
  23 resizePolicy                                    []ResizePolicy
  24 restartPolicy                                   text                       zero
  25 restartPolicyRules                              []opaque

ContainerPort
   1 name                                            text
   2 hostPort                                        int32
   3 containerPort                                   int32                      zero
   4 protocol                                        text
   5 hostIP                                          text

EnvVar
   1 name                                            text                       zero
   2 value                                           text
   3 valueFrom                                       EnvValue

EnvValue
   1 fieldRef                                        FieldReference
   2 resourceFieldRef                                ResourceReference
   3 configMapKeyRef                                 KeySelector
   4 secretKeyRef                                    KeySelector
   5 fileKeyRef                                      opaque

KeySelector
   1 -                                               LocalReference
   2 key                                             text                       zero
   3 optional                                        bool                       zero

FieldReference
   1 apiVersion                                      text
   2 fieldPath                                       text                       zero

ResourceReference
   1 containerName                                   text
   2 resource                                        text                       zero
   3 divisor                                         quantity

EnvSource
   1 prefix                                          text
   2 configMapRef                                    SourceReference
   3 secretRef                                       SourceReference

SourceReference
   1 -                                               LocalReference
   2 optional                                        bool                       zero

Lifecycle
   1 postStart                                       LifecycleHandler
   2 preStop                                         LifecycleHandler
   3 stopSignal                                      text                       zero

LifecycleHandler
   1 exec                                            ExecAction
   2 httpGet                                         HttpGetAction
   3 tcpSocket                                       TcpSocketAction
   4 sleep                                           SleepAction

SleepAction
   1 seconds                                         int64                      zero

Probe
   1 -                                               ProbeHandler
   2 initialDelaySeconds                             int32
   3 timeoutSeconds                                  int32
   4 periodSeconds                                   int32
   5 successThreshold                                int32
   6 failureThreshold                                int32
   7 terminationGracePeriodSeconds                   int64                      zero

ProbeHandler
   1 exec                                            ExecAction
   2 httpGet                                         HttpGetAction
   3 tcpSocket                                       TcpSocketAction
   4 grpc                                            opaque

ExecAction
   1 command                                         []text

HttpGetAction
   1 path                                            text
   2 port                                            int|text                   zero
   3 host                                            text
   4 scheme                                          text
   5 httpHeaders                                     []HttpHeader
   6 protocol                                        text                       zero

HttpHeader
   1 name                                            text                       zero
   2 value                                           text                       zero

TcpSocketAction
   1 port                                            int|text                   zero
   2 host                                            text

ResourceRequirements
   1 limits                                          {}quantity
   2 requests                                        {}quantity
   3 claims                                          []opaque

ResizePolicy
   1 resourceName                                    text                       zero
   2 restartPolicy                                   text                       zero

VolumeMount
   1 name                                            text                       zero
   2 readOnly                                        bool
   3 mountPath                                       text                       zero
   4 subPath                                         text
   5 mountPropagation                                text                       zero
   6 subPathExpr                                     text
   7 recursiveReadOnly                               text                       zero
   8 bindMountOptions                                []text
)";
}

}  // namespace holdfast::cluster
