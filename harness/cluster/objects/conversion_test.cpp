#include "cluster/objects/conversion.hpp"

namespace holdfast::cluster {
namespace {

TEST(Conversion, TurnsTheCpuTargetIntoAMetricAndBack) {
  auto const& v1 = *find_served_version("autoscaling/v1", "HorizontalPodAutoscaler");
  auto const old = json::parse(R"({"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler",
    "metadata":{"name":"order"},"spec":{"maxReplicas":3,"targetCPUUtilizationPercentage":20},
    "status":{"currentReplicas":1,"desiredReplicas":1,"currentCPUUtilizationPercentage":7}})");
  auto const stored = to_stored(v1, old);
  EXPECT_EQ(stored["apiVersion"], "autoscaling/v2");
  EXPECT_EQ(stored["spec"], json::parse(R"({"maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"cpu",
    "target":{"type":"Utilization","averageUtilization":20}}}]})"));
  EXPECT_EQ(stored["status"]["currentMetrics"][0]["resource"]["current"]["averageUtilization"], 7);
  EXPECT_EQ(from_stored(v1, stored), old);
}

TEST(Conversion, LosesNothingOnTheWayThereAndBack) {
  auto const& v1 = *find_served_version("autoscaling/v1", "HorizontalPodAutoscaler");
  auto const stored = json::parse(R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler",
    "metadata":{"name":"order","annotations":{"a":"b"}},
    "spec":{"maxReplicas":3,"behavior":{"scaleUp":{"selectPolicy":"Max"}},"metrics":[
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":20}}},
      {"type":"Pods","pods":{"metric":{"name":"x"},"target":{"type":"AverageValue","averageValue":"1"}}}]},
    "status":{"conditions":[{"type":"AbleToScale","status":"True"}],"currentReplicas":1}})");
  auto const old = from_stored(v1, stored);
  EXPECT_EQ(old["spec"], json::parse(R"({"maxReplicas":3,"targetCPUUtilizationPercentage":20})"));
  EXPECT_EQ(to_stored(v1, old), stored);
}

TEST(Conversion, DoesNotTripOverWhatAnnotationsSay) {
  auto const& v1 = *find_served_version("autoscaling/v1", "HorizontalPodAutoscaler");
  for (auto const& text : {std::string{"{"}, std::string{"3"}, std::string(100'000, '[')}) {
    json object{{"metadata", {{"annotations", {{"autoscaling.alpha.kubernetes.io/metrics", text}}}}},
                {"spec", json::object()}};
    EXPECT_EQ(to_stored(v1, object)["spec"], json::object());
  }
  EXPECT_EQ(to_stored(v1, json(3)), json(3));
}

TEST(Conversion, RenamesTheFieldsOfEvents) {
  auto const& v1 = *find_served_resource("events.k8s.io", "v1", "events");
  auto const stored = json::parse(R"({"apiVersion":"v1","kind":"Event","involvedObject":{"kind":"Pod"},
    "message":"m","reason":"r","count":3,"source":{"component":"kubelet"}})");
  auto const served = from_stored(v1, stored);
  EXPECT_EQ(served, json::parse(R"({"apiVersion":"events.k8s.io/v1","kind":"Event","regarding":{"kind":"Pod"},
    "note":"m","reason":"r","deprecatedCount":3,"deprecatedSource":{"component":"kubelet"}})"));
  EXPECT_EQ(to_stored(v1, served), stored);
  EXPECT_EQ(find_served_version("apps/v1", "Deployment"), nullptr);
}

}  // namespace
}  // namespace holdfast::cluster
