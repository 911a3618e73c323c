#include "cluster/objects/admission.hpp"

#include "cluster/objects/object_samples.hpp"

namespace holdfast::cluster {
namespace {

json admitted(resource_kind const& kind, json object) {
  auto const answer = admit(kind, object, nullptr);
  EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
  return object;
}

TEST(Admission, FillsInDefaultsAndTheFirstStatus) {
  EXPECT_EQ(admitted(kinds::pod, samples::pod())["status"],
            json::parse(R"({"phase":"Pending","qosClass":"BestEffort"})"));
  EXPECT_EQ(admitted(kinds::persistent_volume_claim, samples::claim())["status"]["phase"], "Pending");
  EXPECT_EQ(admitted(kinds::deployment, samples::deployment())["spec"]["replicas"], 1);
  EXPECT_FALSE(admitted(kinds::config_map, samples::config_map()).contains("status"));
}

TEST(Admission, AnswersWithEveryProblemAsACause) {
  auto object = samples::deployment();
  object["spec"]["replicas"] = -1;
  object["spec"]["replica"] = 1;
  auto const answer = admit(kinds::deployment, object, nullptr);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, 422);
  EXPECT_EQ(answer.error().causes.size(), 2U);
}

struct change_case {
  char const* claim;
  resource_kind const& kind;
  json object;
  char const* patch;
  char const* field;  ///< that is complained about; empty when the change is fine
};

TEST(Admission, RefusesChangesOfWhatIsFixed) {
  auto bound = samples::claim();
  bound["spec"]["volumeName"] = "v";
  auto assigned = samples::pod();
  assigned["spec"]["nodeName"] = "local";
  auto addressed = samples::service();
  addressed["spec"]["clusterIP"] = "127.0.0.9";
  auto sealed = samples::config_map();
  sealed["immutable"] = true;
  for (auto const& c : std::vector<change_case>{
           {"a selector stays", kinds::deployment, samples::deployment(),
            R"({"spec":{"selector":{"matchLabels":{"app":"order","x":"y"}},
                "template":{"metadata":{"labels":{"x":"y"}}}}})",
            "spec.selector"},
           {"a replica count does not", kinds::deployment, samples::deployment(), R"({"spec":{"replicas":5}})", ""},
           {"a pod's grace stays", kinds::pod, samples::pod(), R"({"spec":{"terminationGracePeriodSeconds":5}})",
            "spec"},
           {"a pod is assigned once", kinds::pod, samples::pod(), R"({"spec":{"nodeName":"local"}})", ""},
           {"and stays on its node", kinds::pod, assigned, R"({"spec":{"nodeName":"other"}})", "spec"},
           {"also when it is replaced without it", kinds::pod, assigned, R"({"spec":{"nodeName":null}})", ""},
           {"a service's address stays", kinds::service, addressed,
            R"({"spec":{"clusterIP":"127.0.0.8","clusterIPs":["127.0.0.8"]}})", "spec.clusterIP"},
           {"also when it is replaced without it", kinds::service, addressed, R"({"spec":{"clusterIP":null}})", ""},
           {"a claim's modes stay", kinds::persistent_volume_claim, samples::claim(),
            R"({"spec":{"accessModes":["ReadWriteMany"]}})", "spec.accessModes"},
           {"a claim may grow", kinds::persistent_volume_claim, bound,
            R"({"spec":{"resources":{"requests":{"storage":"2Gi"}}}})", ""},
           {"and not shrink", kinds::persistent_volume_claim, bound,
            R"({"spec":{"resources":{"requests":{"storage":"1Mi"}}}})", "spec.resources.requests[storage]"},
           {"an immutable map stays", kinds::config_map, sealed, R"({"data":{"MODE":"x"}})", "data"},
           {"its labels do not", kinds::config_map, sealed, R"({"metadata":{"labels":{"a":"b"}}})", ""},
           {"a secret's type stays", kinds::secret, samples::secret(), R"({"type":"other"})", "type"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const before = admitted(c.kind, c.object);
    auto object = before;
    object.merge_patch(json::parse(c.patch));
    auto const answer = admit(c.kind, object, &before);
    EXPECT_EQ(!answer, *c.field != '\0');
    if (answer) continue;
    ASSERT_EQ(answer.error().causes.size(), 1U) << answer.error().message;
    EXPECT_EQ(answer.error().causes[0].field, c.field);
  }
}

}  // namespace
}  // namespace holdfast::cluster
