#include "cluster/objects/validation.hpp"

#include "cluster/objects/defaults.hpp"
#include "cluster/objects/object_samples.hpp"
#include "cluster/objects/schema_validation.hpp"

namespace holdfast::cluster {
namespace {

using testing::HasSubstr;

struct spoiled_case {
  resource_kind const& kind;
  json object;
  char const* patch;  ///< a merge patch that spoils it
  char const* field;
  char const* reason;
  char const* message;  ///< a part of it
};

/// A merge patch on the first container of a workload's template, as that merge patch cannot reach into lists.
json with_container(json object, char const* patch) {
  auto& pod = object["kind"] == "Pod" ? object : object["spec"]["template"];
  pod["spec"]["containers"][0].merge_patch(json::parse(patch));
  return object;
}

field_problems problems_after(resource_kind const& kind, json object, char const* patch) {
  object.merge_patch(json::parse(patch));
  apply_defaults(kind, object);
  return problems_of(kind, object);
}

void expect_only(field_problems const& found, spoiled_case const& c) {
  SCOPED_TRACE(std::string{c.field} + ": " + c.message);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].field, c.field);
  EXPECT_EQ(found[0].reason, c.reason);
  EXPECT_THAT(cause_of(found[0]).message, HasSubstr(c.message));
}

TEST(Validation, AcceptsSoundObjects) {
  for (auto const& [kind, object] :
       {std::pair{&kinds::deployment, samples::deployment()}, std::pair{&kinds::pod, samples::pod()},
        std::pair{&kinds::service, samples::service()},
        std::pair{&kinds::horizontal_pod_autoscaler, samples::autoscaler()},
        std::pair{&kinds::persistent_volume_claim, samples::claim()},
        std::pair{&kinds::config_map, samples::config_map()}, std::pair{&kinds::secret, samples::secret()}}) {
    SCOPED_TRACE(kind->name);
    EXPECT_TRUE(problems_after(*kind, object, "{}").empty());
  }
}

TEST(Validation, TellsWhatTheTablesForbid) {
  auto const deployment = samples::deployment();
  for (auto const& c : std::vector<spoiled_case>{
           {kinds::deployment, deployment, R"({"spec":{"replica":3}})", "spec.replica", "FieldValueForbidden",
            "Forbidden: DeploymentSpec has no such field. Did you mean \"replicas\"?"},
           {kinds::deployment, deployment, R"({"spec":{"replicas":"3"}})", "spec.replicas", "FieldValueTypeInvalid",
            "Invalid value: \"3\": must be a whole number. Write it without quotes"},
           {kinds::deployment, deployment, R"({"spec":{"replicas":-1}})", "spec.replicas", "FieldValueInvalid",
            "must be greater than or equal to 0"},
           {kinds::deployment, deployment, R"({"spec":{"replicas":3000000000}})", "spec.replicas", "FieldValueInvalid",
            "too large"},
           {kinds::deployment, deployment, R"({"spec":{"paused":"yes"}})", "spec.paused", "FieldValueTypeInvalid",
            "must be true or false"},
           {kinds::deployment, deployment, R"({"spec":{"strategy":{"type":"Rolling"}}})", "spec.strategy.type",
            "FieldValueNotSupported", "supported values: \"RollingUpdate\", \"Recreate\""},
           {kinds::deployment, deployment, R"({"spec":{"strategy":"Recreate"}})", "spec.strategy",
            "FieldValueTypeInvalid", "must be an object"},
           {kinds::deployment, deployment, R"({"spec":{"template":{"spec":{"hostNetwork":true}}}})",
            "spec.template.spec.hostNetwork", "FieldValueForbidden",
            "valid Kubernetes but not supported by the local cluster"},
           {kinds::deployment, deployment, R"({"metadata":{"labels":{"version":1}}})", "metadata.labels[version]",
            "FieldValueTypeInvalid", "must be a text. Quote it: \"1\""},
           {kinds::service, samples::service(), R"({"spec":{"type":"ExternalName"}})", "spec.type",
            "FieldValueNotSupported", "not supported by the local cluster"},
           {kinds::service, samples::service(), R"({"spec":{"ports":{"port":1}}})", "spec.ports",
            "FieldValueTypeInvalid", "must be a list"},
           {kinds::secret, samples::secret(), R"({"data":{"key":"plain text"}})", "data[key]", "FieldValueTypeInvalid",
            "must be Base64"},
       }) {
    auto found = problems_after(c.kind, c.object, c.patch);
    // Ports that are no list are missing as well.
    std::erase_if(found, [](auto const& each) { return each.field == "spec.ports" && each.value.empty(); });
    expect_only(found, c);
  }
}

TEST(Validation, KnowsTheRulesOfDeployments) {
  auto const deployment = samples::deployment();
  for (auto const& c : std::vector<spoiled_case>{
           {kinds::deployment, deployment, R"({"spec":{"selector":{"matchLabels":{"app":"other"}}}})",
            "spec.template.metadata.labels", "FieldValueInvalid", "`selector` does not match template `labels`"},
           {kinds::deployment, deployment, R"({"spec":{"selector":{"matchLabels":null}}})", "spec.selector",
            "FieldValueInvalid", "empty selector"},
           {kinds::deployment, deployment,
            R"({"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":"0%"}}}})",
            "spec.strategy.rollingUpdate.maxUnavailable", "FieldValueInvalid", "may not be 0 when `maxSurge` is 0"},
           {kinds::deployment, deployment, R"({"spec":{"strategy":{"rollingUpdate":{"maxSurge":"oops"}}}})",
            "spec.strategy.rollingUpdate.maxSurge", "FieldValueInvalid", "oops"},
           {kinds::deployment, deployment, R"({"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":"101%"}}}})",
            "spec.strategy.rollingUpdate.maxUnavailable", "FieldValueInvalid", "100%"},
           {kinds::deployment, deployment, R"({"spec":{"strategy":{"type":"Recreate","rollingUpdate":{}}}})",
            "spec.strategy.rollingUpdate", "FieldValueForbidden", "'Recreate'"},
           {kinds::deployment, deployment, R"({"spec":{"minReadySeconds":600}})", "spec.progressDeadlineSeconds",
            "FieldValueInvalid", "must be greater than minReadySeconds"},
           {kinds::deployment, deployment, R"({"spec":{"template":{"spec":{"restartPolicy":"Never"}}}})",
            "spec.template.spec.restartPolicy", "FieldValueNotSupported", "Always"},
           {kinds::deployment, deployment, R"({"metadata":{"name":"Order"}})", "metadata.name", "FieldValueInvalid",
            "DNS name"},
           {kinds::deployment, deployment, R"({"metadata":{"labels":{"a b":"c"}}})", "metadata.labels[a b]",
            "FieldValueInvalid", "the name of a label"},
       }) {
    expect_only(problems_after(c.kind, c.object, c.patch), c);
  }
}

TEST(Validation, KnowsTheRulesOfContainers) {
  auto const base = std::string{"spec.template.spec.containers[0]"};
  struct container_case {
    char const* patch;
    char const* field;
    char const* message;
  };
  for (auto const& c : std::vector<container_case>{
           {R"({"image":null})", ".image", "has to be given"},
           {R"({"image":"a b"})", ".image", "white space"},
           {R"({"ports":[{"containerPort":0}]})", ".ports[0].containerPort", "between 1 and 65535"},
           {R"({"ports":[{"containerPort":1,"name":"x"},{"containerPort":2,"name":"x"}]})", ".ports[1].name",
            "another port"},
           {R"({"env":[{"name":"A","value":8080}]})", ".env[0].value", "Quote it: \"8080\""},
           {R"({"env":[{"name":"A","value":"1","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]})",
            ".env[0].valueFrom", "together with a value"},
           {R"({"env":[{"name":"A","valueFrom":{}}]})", ".env[0].valueFrom", "must have one of"},
           {R"({"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"status.ip"}}}]})",
            ".env[0].valueFrom.fieldRef.fieldPath", "downward API"},
           {R"({"env":[{"name":"A","valueFrom":{"configMapKeyRef":{"key":"k"}}}]})",
            ".env[0].valueFrom.configMapKeyRef.name", "has to be given"},
           {R"({"envFrom":[{"configMapRef":{"name":"a"},"secretRef":{"name":"b"}}]})", ".envFrom[0]", "only one of"},
           {R"({"livenessProbe":{}})", ".livenessProbe", "must have one of"},
           {R"({"livenessProbe":{"httpGet":{"port":1},"exec":{"command":["a"]}}})", ".livenessProbe", "only one of"},
           {R"({"livenessProbe":{"httpGet":{"port":1},"timeoutSeconds":0}})", ".livenessProbe.timeoutSeconds",
            "greater than or equal to 1"},
           {R"({"livenessProbe":{"httpGet":{"port":1},"successThreshold":2}})", ".livenessProbe.successThreshold",
            "must be 1"},
           {R"({"readinessProbe":{"httpGet":{"port":1},"terminationGracePeriodSeconds":2}})",
            ".readinessProbe.terminationGracePeriodSeconds", "readinessProbes"},
           {R"({"readinessProbe":{"tcpSocket":{"port":"80"}}})", ".readinessProbe.tcpSocket.port", "without quotes"},
           {R"({"readinessProbe":{"grpc":{"port":80}}})", ".readinessProbe.grpc", "not supported"},
           {R"({"readinessProbe":{"exec":{}}})", ".readinessProbe.exec.command", "has to be given"},
           {R"({"lifecycle":{"preStop":{}}})", ".lifecycle.preStop", "must have one of"},
           {R"({"resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}}})", ".resources.requests[cpu]",
            "less than or equal to the cpu limit of 1"},
           {R"({"resources":{"requests":{"cpu":"2 cores"}}})", ".resources.requests[cpu]", "2 cores"},
           {R"({"resources":{"limits":{"cpus":"2"}}})", ".resources.limits[cpus]", "standard resource"},
           {R"({"resources":{"limits":{"cpu":"-1"}}})", ".resources.limits[cpu]", "greater than or equal to 0"},
           {R"({"volumeMounts":[{"name":"x","mountPath":"/a"}]})", ".volumeMounts[0].name", "no volume of this name"},
       }) {
    SCOPED_TRACE(c.patch);
    auto object = with_container(samples::deployment(), c.patch);
    apply_defaults(kinds::deployment, object);
    auto const found = problems_of(kinds::deployment, object);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].field, base + c.field);
    EXPECT_THAT(cause_of(found[0]).message, HasSubstr(c.message));
  }
}

TEST(Validation, KnowsTheRulesOfVolumesAndInitContainers) {
  struct pod_case {
    char const* patch;
    char const* field;
    char const* message;
  };
  for (
      auto const& c : std::vector<pod_case>{
          {R"({"volumes":[{"name":"a"},{"name":"a"}]})", "spec.volumes[1].name", "another volume"},
          {R"({"volumes":[{"name":"a","emptyDir":{},"configMap":{"name":"b"}}]})", "spec.volumes[0]", "only one of"},
          {R"({"volumes":[{"name":"a","hostPath":{"path":"/"}}]})", "spec.volumes[0].hostPath", "not supported"},
          {R"({"volumes":[{"name":"a","configMap":{}}]})", "spec.volumes[0].configMap.name", "has to be given"},
          {R"({"volumes":[{"name":"a","configMap":{"name":"b","items":[{"key":"k","path":"../x"}]}}]})",
           "spec.volumes[0].configMap.items[0].path", "relative path"},
          {R"({"volumes":[{"name":"a","downwardAPI":{"items":[{"path":"x","fieldRef":{"fieldPath":"status.podIP"}}]}}]})",
           "spec.volumes[0].downwardAPI.items[0].fieldRef.fieldPath", "downward API"},
          {R"({"initContainers":[{"name":"main","image":"a"}]})", "spec.containers[0].name", "another container"},
          {R"({"initContainers":[{"name":"i","image":"a","livenessProbe":{"exec":{"command":["x"]}}}]})",
           "spec.initContainers[0].livenessProbe", "init containers"},
      }) {
    SCOPED_TRACE(c.patch);
    auto object = samples::pod();
    object["spec"].merge_patch(json::parse(c.patch));
    apply_defaults(kinds::pod, object);
    auto const found = problems_of(kinds::pod, object);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].field, c.field);
    EXPECT_THAT(cause_of(found[0]).message, HasSubstr(c.message));
  }
}

TEST(Validation, KnowsTheRulesOfServicesAutoscalersAndData) {
  auto const service = samples::service();
  auto const autoscaler = samples::autoscaler();
  for (auto const& c : std::vector<spoiled_case>{
           {kinds::service, service, R"({"metadata":{"name":"7order"}})", "metadata.name", "FieldValueInvalid",
            "begins with a letter"},
           {kinds::service, service, R"({"spec":{"ports":null}})", "spec.ports", "FieldValueRequired", ""},
           {kinds::service, service, R"({"spec":{"ports":[{"port":1,"name":"a"},{"port":2}]}})", "spec.ports[1].name",
            "FieldValueRequired", "every port needs a name"},
           {kinds::service, service, R"({"spec":{"ports":[{"port":1,"name":"a"},{"port":1,"name":"b"}]}})",
            "spec.ports[1].port", "FieldValueDuplicate", "another port"},
           {kinds::service, service, R"({"spec":{"ports":[{"port":1,"targetPort":70000}]}})",
            "spec.ports[0].targetPort", "FieldValueInvalid", "65535"},
           {kinds::service, service, R"({"spec":{"clusterIP":"127.0.0"}})", "spec.clusterIP", "FieldValueInvalid",
            "IPv4"},
           {kinds::service, service, R"({"spec":{"type":"LoadBalancer","clusterIP":"None"}})", "spec.clusterIP",
            "FieldValueInvalid", "LoadBalancer"},
           {kinds::service, service, R"({"metadata":{"annotations":{"holdfast.io/local-port":"x"}}})",
            "metadata.annotations[holdfast.io/local-port]", "FieldValueInvalid", "port between"},
           {kinds::horizontal_pod_autoscaler, autoscaler, R"({"spec":{"minReplicas":4}})", "spec.maxReplicas",
            "FieldValueInvalid", "`minReplicas` (4)"},
           {kinds::horizontal_pod_autoscaler, autoscaler, R"({"spec":{"scaleTargetRef":{"kind":"StatefulSet"}}})",
            "spec.scaleTargetRef.kind", "FieldValueNotSupported", "Deployment"},
           {kinds::horizontal_pod_autoscaler, autoscaler, R"({"spec":{"metrics":[{"type":"Resource"}]}})",
            "spec.metrics[0].resource", "FieldValueRequired", "metric type Resource"},
           {kinds::horizontal_pod_autoscaler, autoscaler,
            R"({"spec":{"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization"}}}]}})",
            "spec.metrics[0].resource.target.averageUtilization", "FieldValueRequired", "target type Utilization"},
           {kinds::horizontal_pod_autoscaler, autoscaler, R"({"spec":{"behavior":{"scaleUp":{"policies":[]}}}})",
            "spec.behavior.scaleUp.policies", "FieldValueRequired", "at least one Policy"},
           {kinds::horizontal_pod_autoscaler, autoscaler,
            R"({"spec":{"behavior":{"scaleDown":{"stabilizationWindowSeconds":3601}}}})",
            "spec.behavior.scaleDown.stabilizationWindowSeconds", "FieldValueInvalid", "between 0 and 3600"},
           {kinds::config_map, samples::config_map(), R"({"data":{"a/b":"c"}})", "data[a/b]", "FieldValueInvalid",
            "the key"},
           {kinds::config_map, samples::config_map(), R"({"binaryData":{"MODE":"AAAA"}})", "binaryData[MODE]",
            "FieldValueDuplicate", "data has this key too"},
           {kinds::secret, samples::secret(), R"({"type":"kubernetes.io/ssh-auth"})", "data[ssh-privatekey]",
            "FieldValueRequired", "ssh-auth"},
           {kinds::persistent_volume_claim, samples::claim(), R"({"spec":{"resources":{"requests":{"storage":"0"}}}})",
            "spec.resources.requests[storage]", "FieldValueInvalid", "greater than 0"},
           {kinds::persistent_volume_claim, samples::claim(), R"({"spec":{"accessModes":["Once"]}})",
            "spec.accessModes[0]", "FieldValueNotSupported", "ReadWriteOnce"},
       }) {
    expect_only(problems_after(c.kind, c.object, c.patch), c);
  }
}

TEST(Validation, TellsAllProblemsAtOnce) {
  auto const found = problems_after(kinds::deployment, samples::deployment(),
                                    R"({"metadata":{"name":"A"},"spec":{"replicas":-1,"replica":2}})");
  EXPECT_EQ(found.size(), 3U);
}

TEST(Validation, TakesAnyJsonWithoutHarm) {
  for (auto const* const text :
       {"null", "1", "[]", "{}", R"({"metadata":[],"spec":1})", R"({"metadata":{"labels":[1]}})",
        R"({"metadata":{"name":1},"spec":{"template":[],"containers":{},"ports":1}})",
        R"({"spec":{"selector":[],"template":{"spec":{"containers":[1,null,"a"]}}}})",
        R"({"spec":{"metrics":[null],"behavior":{"scaleUp":1},"strategy":{"type":1}}})"}) {
    for (auto const* const kind : all_kinds()) {
      SCOPED_TRACE(text);
      auto object = json::parse(text);
      normalize(*kind, object);
      apply_defaults(*kind, object);
      EXPECT_FALSE(problems_of(*kind, object).empty());
      (void)forbidden_changes(*kind, object, samples::deployment());
      (void)quality_class_of(object);
    }
  }
}

TEST(Validation, StopsAtAboutAHundredProblems) {
  auto object = samples::config_map();
  for (int i = 0; i < 10'000; ++i) object["x" + std::to_string(i)] = 1;
  EXPECT_LT(problems_of(kinds::config_map, object).size(), 200U);
}

TEST(Validation, NamesFieldsWithoutEffectUnlessTheySayTheDefault) {
  auto object = samples::pod();
  object["spec"]["affinity"] = {{"podAffinity", {{"x", 1}}}};
  object["spec"]["dnsPolicy"] = "ClusterFirst";
  object["spec"]["containers"][0]["tty"] = true;
  auto const found = ineffective_fields(kinds::pod, object);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].field, "spec.affinity");
  EXPECT_EQ(found[1].field, "spec.containers[0].tty");
  EXPECT_TRUE(schema_problems(kinds::pod, object).empty());
}

TEST(KindProblem, SaysWhyAKindIsNotThere) {
  struct kind_case {
    char const* object;
    char const* field;
    char const* message;
  };
  for (auto const& c : std::vector<kind_case>{
           {R"({"apiVersion":"apps/v1","kind":"StatefulSet"})", "kind",
            "StatefulSet is valid Kubernetes but not supported by the local cluster. Use a Deployment"},
           {R"({"apiVersion":"extensions/v1beta1","kind":"Deployment"})", "apiVersion",
            "not kept in this version. Write \"apiVersion: apps/v1\""},
           {R"({"kind":"Service"})", "apiVersion", "Write \"apiVersion: v1\""},
           {R"({"apiVersion":"apps/v1","kind":"Deploymnet"})", "kind", "Did you mean \"Deployment\"?"},
           {R"({"apiVersion":"v1"})", "kind", "has to be given"},
           {R"([1])", "", "no Kubernetes object"},
       }) {
    SCOPED_TRACE(c.object);
    auto const found = kind_problem(json::parse(c.object));
    EXPECT_EQ(found.field, c.field);
    EXPECT_THAT(cause_of(found).message, HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace holdfast::cluster
