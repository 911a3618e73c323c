#include "cluster/controllers/autoscaler_controller.hpp"

#include "cluster/controllers/rollout_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

json book_autoscaler(std::int32_t least, std::int32_t most) {
  auto made = samples::autoscaler();
  made["metadata"] = {{"name", "book"}};
  made["spec"]["scaleTargetRef"]["name"] = "book";
  made["spec"]["minReplicas"] = least;
  made["spec"]["maxReplicas"] = most;
  made["spec"]["metrics"] = json::parse(
      R"([{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}])");
  return made;
}

class AutoscalerController : public testing::Test {
 protected:
  AutoscalerController() {
    world.begin(2);
    world.run_for(10min);  // the pods are no young ones any more
  }
  std::int64_t replicas() const { return integer_at(world.get(kinds::deployment, "book"), 0, "spec", "replicas"); }
  json status() const { return world.get(kinds::horizontal_pod_autoscaler, "book")["status"]; }
  std::string reason_of(std::string const& type) const {
    auto const shown = status();
    for (auto const& each : member(shown, "conditions")) {
      if (text_at(each, "type") == type) return text_at(each, "reason");
    }
    return "";
  }

  rollout_world world;
};

TEST_F(AutoscalerController, ScalesUpAPeriodAfterItWasMadeAndExplainsIt) {
  world.metrics.cpu_milli = 100;  // all of the request, twice the target
  world.create(kinds::horizontal_pod_autoscaler, book_autoscaler(1, 10));
  world.run_for(14s);
  EXPECT_EQ(replicas(), 2);
  world.run_for(2s);
  EXPECT_EQ(replicas(), 4);
  EXPECT_EQ(status()["currentMetrics"][0]["resource"]["current"]["averageUtilization"], 100);
  EXPECT_EQ(status()["desiredReplicas"], 4);
  EXPECT_EQ(reason_of("AbleToScale"), "SucceededRescale");
  auto const texts = world.events("book", "SuccessfulRescale");
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(texts[0].find("New size: 4; reason: cpu resource utilization"), 0U) << texts[0];
}

TEST_F(AutoscalerController, ScalesDownWhenTheWindowHasPassed) {
  world.metrics.cpu_milli = 100;
  world.create(kinds::horizontal_pod_autoscaler, book_autoscaler(1, 4));
  world.run_for(16s);
  ASSERT_EQ(replicas(), 4);
  world.metrics.cpu_milli = 10;
  world.run_for(4min);
  EXPECT_EQ(replicas(), 4);
  EXPECT_EQ(reason_of("AbleToScale"), "ScaleDownStabilized");
  world.run_for(3min);
  EXPECT_EQ(replicas(), 1);
  world.run_for(1min);
  EXPECT_EQ(world.pods().size(), 1U);
}

TEST_F(AutoscalerController, BehaviourLimitsTheStep) {
  world.metrics.cpu_milli = 500;
  auto scaler = book_autoscaler(1, 20);
  scaler["spec"]["behavior"] =
      json::parse(R"({"scaleUp":{"policies":[{"type":"Pods","value":1,"periodSeconds":60}]}})");
  world.create(kinds::horizontal_pod_autoscaler, scaler);
  world.run_for(50s);
  EXPECT_EQ(replicas(), 3);
  EXPECT_EQ(reason_of("ScalingLimited"), "ScaleUpLimit");
  world.run_for(30s);
  EXPECT_EQ(replicas(), 4);
}

TEST_F(AutoscalerController, FollowsAMetricOfThePods) {
  world.metrics.own_milli = 30'000;
  auto scaler = book_autoscaler(1, 10);
  scaler["spec"]["metrics"] = json::parse(R"([{"type":"Pods","pods":{"metric":{"name":"requests_per_second"},
      "target":{"type":"AverageValue","averageValue":"10"}}}])");
  world.create(kinds::horizontal_pod_autoscaler, scaler);
  world.run_for(16s);
  EXPECT_EQ(replicas(), 4);  // six are asked for, twice as many are allowed
  EXPECT_EQ(status()["currentMetrics"][0]["pods"]["current"]["averageValue"], "30");
}

TEST_F(AutoscalerController, SaysWhyItDoesNothing) {
  world.create(kinds::horizontal_pod_autoscaler, book_autoscaler(1, 10));
  world.run_for(16s);
  EXPECT_EQ(replicas(), 2);
  EXPECT_EQ(reason_of("ScalingActive"), "FailedGetResourceMetric");
  EXPECT_FALSE(world.events("book", "FailedGetResourceMetric").empty());
}

TEST_F(AutoscalerController, MissesItsTarget) {
  auto scaler = book_autoscaler(1, 10);
  scaler["spec"]["scaleTargetRef"]["name"] = "shelf";
  world.create(kinds::horizontal_pod_autoscaler, scaler);
  world.run_for(16s);
  EXPECT_EQ(reason_of("AbleToScale"), "FailedGetScale");
  EXPECT_EQ(world.events("book", "FailedGetScale").front(), "Deployment \"shelf\" not found");
}

TEST_F(AutoscalerController, TwoOnTheSamePodsStop) {
  world.metrics.cpu_milli = 100;
  world.create(kinds::horizontal_pod_autoscaler, book_autoscaler(1, 10));
  auto second = book_autoscaler(1, 10);
  second["metadata"]["name"] = "rival";
  world.create(kinds::horizontal_pod_autoscaler, second);
  world.run_for(1min);
  EXPECT_EQ(replicas(), 2);
  EXPECT_EQ(reason_of("ScalingActive"), "AmbiguousSelector");
}

TEST_F(AutoscalerController, IdleDuringARolloutWithSurgeKeepsTheCount) {
  world.metrics.cpu_milli = 50;
  world.create(kinds::horizontal_pod_autoscaler, book_autoscaler(1, 10));
  world.run_for(20s);
  world.kubelet.behaves = [](json const&) { return fake_kubelet::behaviour{.ready = 40s}; };
  world.set_image("v2");
  for (int i = 0; i < 10; ++i) {
    world.run_for(15s);
    EXPECT_EQ(replicas(), 2);
  }
}

}  // namespace
}  // namespace holdfast::cluster
