#include "cluster/objects/schema_tables.hpp"

namespace holdfast::cluster {

std::string_view container_table() {
  return R"(
Container
  name                           text                  required form=dns-label
  args                           []text
  command                        []text
  env                            []EnvVar              key=name
  envFrom                        []EnvSource
  image                          text                  required
  imagePullPolicy                text                  enum=Always,IfNotPresent,Never
  lifecycle                      Lifecycle
  livenessProbe                  Probe
  ports                          []ContainerPort       key=containerPort
  readinessProbe                 Probe
  resizePolicy                   []any                 ignored
  resources                      ResourceRequirements  default={}
  restartPolicy                  text                  enum=-Always,-OnFailure,-Never
  restartPolicyRules             []any                 refused
  securityContext                any                   ignored
  startupProbe                   Probe
  stdin                          bool                  ignored
  stdinOnce                      bool                  ignored
  terminationMessagePath         text                  default=/dev/termination-log ignored
  terminationMessagePolicy       text                  default=File enum=File,FallbackToLogsOnError ignored
  tty                            bool                  ignored
  volumeDevices                  []any                 key=devicePath refused
  volumeMounts                   []VolumeMount         key=mountPath
  workingDir                     text

ContainerPort
  containerPort                  int32                 required min=1 max=65535
  hostIP                         text                  ignored
  hostPort                       int32                 min=1 max=65535 ignored
  name                           text                  form=port-name
  protocol                       text                  default=TCP enum=TCP,-UDP,-SCTP

EnvVar
  name                           text                  required form=env-name
  value                          text
  valueFrom                      EnvValue

EnvValue
  configMapKeyRef                KeySelector
  fieldRef                       FieldReference
  fileKeyRef                     any                   refused
  resourceFieldRef               ResourceReference
  secretKeyRef                   KeySelector

KeySelector
  name                           text
  key                            text                  required form=config-key
  optional                       bool

FieldReference
  apiVersion                     text                  default=v1 enum=v1
  fieldPath                      text                  required

ResourceReference
  containerName                  text
  divisor                        quantity              default="0"
  resource                       text                  required enum=limits.cpu,limits.memory,limits.ephemeral-storage,requests.cpu,requests.memory,requests.ephemeral-storage

EnvSource
  configMapRef                   SourceReference
  prefix                         text
  secretRef                      SourceReference

SourceReference
  name                           text
  optional                       bool

Lifecycle
  postStart                      LifecycleHandler
  preStop                        LifecycleHandler
  stopSignal                     text                  refused

LifecycleHandler
  exec                           ExecAction
  httpGet                        HttpGetAction
  sleep                          SleepAction
  tcpSocket                      any                   refused

SleepAction
  seconds                        int64                 required min=0 max=2147483647

ExecAction
  command                        []text

HttpGetAction
  host                           text
  httpHeaders                    []HttpHeader
  path                           text                  default=/
  port                           int|text              required
  scheme                         text                  default=HTTP enum=HTTP,HTTPS

HttpHeader
  name                           text                  required
  value                          text                  required

TcpSocketAction
  host                           text
  port                           int|text              required

Probe
  exec                           ExecAction
  failureThreshold               int32                 default=3 min=1
  grpc                           any                   refused
  httpGet                        HttpGetAction
  initialDelaySeconds            int32                 min=0
  periodSeconds                  int32                 default=10 min=1
  successThreshold               int32                 default=1 min=1
  tcpSocket                      TcpSocketAction
  terminationGracePeriodSeconds  int64                 min=1 max=2147483647
  timeoutSeconds                 int32                 default=1 min=1

ResourceRequirements
  claims                         []any                 key=name refused
  limits                         {}quantity
  requests                       {}quantity

VolumeMount
  mountPath                      text                  required
  mountPropagation               text                  ignored
  name                           text                  required
  readOnly                       bool
  recursiveReadOnly              text                  ignored
  subPath                        text
  subPathExpr                    text                  refused
)";
}

}  // namespace holdfast::cluster
