#include "cluster/objects/defaults.hpp"

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_samples.hpp"

namespace holdfast::cluster {
namespace {

json defaulted(resource_kind const& kind, json object) {
  apply_defaults(kind, object);
  return object;
}

TEST(Defaults, FillADeploymentAsKubernetesDoes) {
  auto const spec = defaulted(kinds::deployment, samples::deployment())["spec"];
  EXPECT_EQ(spec["replicas"], 1);
  EXPECT_EQ(spec["revisionHistoryLimit"], 10);
  EXPECT_EQ(spec["progressDeadlineSeconds"], 600);
  EXPECT_EQ(spec["strategy"], json::parse(R"({"type":"RollingUpdate",
    "rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}})"));
  auto const pod = spec["template"]["spec"];
  EXPECT_EQ(pod["restartPolicy"], "Always");
  EXPECT_EQ(pod["dnsPolicy"], "ClusterFirst");
  EXPECT_EQ(pod["terminationGracePeriodSeconds"], 30);
  EXPECT_EQ(pod["containers"][0]["imagePullPolicy"], "IfNotPresent");
  EXPECT_EQ(pod["containers"][0]["resources"], json::object());
  EXPECT_FALSE(pod.contains("serviceAccountName"));
}

TEST(Defaults, LeaveWhatIsThere) {
  auto object = samples::deployment();
  object["spec"]["replicas"] = 0;
  object["spec"]["strategy"] = {{"type", "Recreate"}};
  auto const spec = defaulted(kinds::deployment, object)["spec"];
  EXPECT_EQ(spec["replicas"], 0);
  EXPECT_EQ(spec["strategy"], json::parse(R"({"type":"Recreate"})"));
}

TEST(Defaults, DoNotChangeWhatTheyHaveFilled) {
  for (auto const& [kind, object] :
       {std::pair{&kinds::deployment, samples::deployment()}, std::pair{&kinds::pod, samples::pod()},
        std::pair{&kinds::service, samples::service()},
        std::pair{&kinds::horizontal_pod_autoscaler, samples::autoscaler()}}) {
    auto const once = defaulted(*kind, object);
    EXPECT_EQ(defaulted(*kind, once), once);
  }
}

TEST(Defaults, OfProbesAreKubernetes) {
  auto object = samples::pod();
  object["spec"]["containers"][0]["livenessProbe"] = {{"httpGet", {{"port", 8080}}}};
  auto const pod = defaulted(kinds::pod, object);
  EXPECT_EQ(pod["spec"]["containers"][0]["livenessProbe"], json::parse(R"({"httpGet":{"port":8080,"path":"/",
    "scheme":"HTTP"},"periodSeconds":10,"timeoutSeconds":1,"successThreshold":1,"failureThreshold":3})"));
}

TEST(Defaults, PullAnImageThatMayChange) {
  for (auto const& [image, policy] : std::map<std::string, std::string>{{"order", "Always"},
                                                                        {"order:latest", "Always"},
                                                                        {"host:5000/order", "Always"},
                                                                        {"host:5000/order:v1", "IfNotPresent"},
                                                                        {"order@sha256:00", "IfNotPresent"},
                                                                        {"order:v1", "IfNotPresent"}}) {
    auto object = samples::pod();
    object["spec"]["containers"][0]["image"] = image;
    EXPECT_EQ(defaulted(kinds::pod, object)["spec"]["containers"][0]["imagePullPolicy"], policy) << image;
  }
}

TEST(Defaults, OfAPodTakeLimitsAsRequests) {
  auto object = samples::pod();
  object["spec"]["containers"][0]["resources"] = {{"limits", {{"cpu", "1"}, {"memory", "1Gi"}}},
                                                  {"requests", {{"cpu", "500m"}}}};
  auto const pod = defaulted(kinds::pod, object);
  EXPECT_EQ(pod["spec"]["containers"][0]["resources"]["requests"], json::parse(R"({"cpu":"500m","memory":"1Gi"})"));
  EXPECT_EQ(pod["spec"]["serviceAccountName"], "default");
}

TEST(Defaults, TellTheQualityClass) {
  for (auto const& [resources, expected] : std::map<std::string, std::string>{
           {R"({})", "BestEffort"},
           {R"({"requests":{"cpu":"1"}})", "Burstable"},
           {R"({"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1","memory":"1Gi"}})", "Guaranteed"},
           {R"({"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1000m","memory":"1024Mi"}})", "Guaranteed"},
           {R"({"limits":{"cpu":"1"},"requests":{"cpu":"1"}})", "Burstable"}}) {
    auto object = samples::pod();
    object["spec"]["containers"][0]["resources"] = json::parse(resources);
    EXPECT_EQ(quality_class_of(object["spec"]), expected) << resources;
  }
}

TEST(Defaults, OfServicesChooseTheTargetPort) {
  auto const spec = defaulted(kinds::service, samples::service())["spec"];
  EXPECT_EQ(spec["type"], "ClusterIP");
  EXPECT_EQ(spec["ports"], json::parse(R"([{"port":8080,"targetPort":8080,"protocol":"TCP"}])"));
  EXPECT_EQ(spec["sessionAffinity"], "None");
  EXPECT_EQ(spec["ipFamilies"], json::parse(R"(["IPv4"])"));
  EXPECT_FALSE(spec.contains("clusterIP"));
}

TEST(Defaults, OfStickyServicesLastThreeHours) {
  auto object = samples::service();
  object["spec"]["sessionAffinity"] = "ClientIP";
  auto const spec = defaulted(kinds::service, object)["spec"];
  EXPECT_EQ(spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"], 10800);
}

TEST(Defaults, OfAutoscalersAreCpuAtEightyPercent) {
  auto const spec = defaulted(kinds::horizontal_pod_autoscaler, samples::autoscaler())["spec"];
  EXPECT_EQ(spec["minReplicas"], 1);
  EXPECT_EQ(spec["metrics"], json::parse(R"([{"type":"Resource","resource":{"name":"cpu",
    "target":{"type":"Utilization","averageUtilization":80}}}])"));
  EXPECT_FALSE(spec.contains("behavior"));
}

TEST(Defaults, FillBothDirectionsOfABehaviour) {
  auto object = samples::autoscaler();
  object["spec"]["behavior"] = {{"scaleDown", {{"stabilizationWindowSeconds", 60}}}};
  auto const behavior = defaulted(kinds::horizontal_pod_autoscaler, object)["spec"]["behavior"];
  EXPECT_EQ(behavior, json::parse(R"({
    "scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[
      {"type":"Pods","value":4,"periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]},
    "scaleDown":{"stabilizationWindowSeconds":60,"selectPolicy":"Max","policies":[
      {"type":"Percent","value":100,"periodSeconds":15}]}})"));
}

TEST(Defaults, EncodeWhatASecretSaysInPlainText) {
  auto object = samples::secret();
  object["stringData"] = {{"password", "secret"}};
  auto const secret = defaulted(kinds::secret, object);
  EXPECT_EQ(secret["data"], json::parse(R"({"key":"dmFsdWU=","password":"c2VjcmV0"})"));
  EXPECT_FALSE(secret.contains("stringData"));
  EXPECT_EQ(secret["type"], "Opaque");
}

TEST(Defaults, GiveANamespaceItsFinalizerAndItsLabel) {
  auto const object = defaulted(kinds::name_space, {{"metadata", {{"name", "shop"}}}});
  EXPECT_EQ(object["spec"]["finalizers"], json::parse(R"(["kubernetes"])"));
  EXPECT_EQ(object["metadata"]["labels"]["kubernetes.io/metadata.name"], "shop");
}

TEST(Normalize, DropsNullsAndWritesQuantitiesAsTexts) {
  auto object = samples::pod();
  object["metadata"]["creationTimestamp"] = nullptr;
  object["spec"]["containers"][0]["resources"] = {{"limits", {{"cpu", 2}}}};
  object["spec"]["volumes"] = nullptr;
  normalize(kinds::pod, object);
  EXPECT_FALSE(object["metadata"].contains("creationTimestamp"));
  EXPECT_FALSE(object["spec"].contains("volumes"));
  EXPECT_EQ(object["spec"]["containers"][0]["resources"]["limits"]["cpu"], "2");
}

}  // namespace
}  // namespace holdfast::cluster
