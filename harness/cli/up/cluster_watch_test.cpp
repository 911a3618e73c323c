#include "cli/up/cluster_watch.hpp"

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

using namespace cluster;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr time_point start{std::chrono::seconds{100}};

class ClusterWatch : public ::testing::Test {
 protected:
  std::vector<std::string> told(resource_kind const& kind, json object, change_type type = change_type::modified) {
    return watch_.lines_of({1, type, &kind, std::make_shared<json const>(std::move(object)), nullptr},
                           start + std::chrono::milliseconds{1500});
  }
  static json pod(json const& status, json const& meta = json::object()) {
    json object{{"metadata", {{"namespace", "default"}, {"name", "book-1"}}}, {"status", status}};
    object["metadata"].merge_patch(meta);
    return object;
  }
  static json ready_pod() {
    return pod({{"phase", "Running"},
                {"podIP", "127.3.16.1"},
                {"conditions", json::array({{{"type", "Ready"}, {"status", "True"}}})}});
  }
  static json deployment(int wanted, int ready) {
    return {{"metadata", {{"namespace", "default"}, {"name", "book"}}},
            {"spec", {{"replicas", wanted}}},
            {"status", {{"readyReplicas", ready}}}};
  }
  cluster_watch watch_{start};
};

TEST_F(ClusterWatch, TellsAServiceOnceItHasAnAddress) {
  json service{{"metadata", {{"namespace", "default"}, {"name", "book"}}},
               {"spec", {{"ports", json::array({{{"port", 8080}}, {{"port", 9090}}})}}}};
  EXPECT_THAT(told(kinds::service, service), IsEmpty());
  service["spec"]["clusterIP"] = "127.3.0.1";
  EXPECT_THAT(told(kinds::service, service), ElementsAre("    1.50 s  service/book  127.3.0.1:8080, 127.3.0.1:9090"));
  EXPECT_THAT(told(kinds::service, service), IsEmpty());
}

TEST_F(ClusterWatch, TellsTheLocalPortOfALoadBalancer) {
  json const service{
      {"metadata", {{"namespace", "shop"}, {"name", "gateway"}, {"annotations", {{"holdfast.io/local-port", "8088"}}}}},
      {"spec", {{"clusterIP", "127.3.0.1"}, {"ports", json::array({{{"port", 8080}}})}}},
      {"status", {{"loadBalancer", {{"ingress", json::array({{{"ip", "127.0.0.1"}}})}}}}}};
  EXPECT_THAT(told(kinds::service, service),
              ElementsAre("    1.50 s  service/gateway (shop)  127.3.0.1:8080, 127.0.0.1:8088"));
}

TEST_F(ClusterWatch, TellsEachStateOfAPodOnce) {
  EXPECT_THAT(told(kinds::pod, pod({{"phase", "Pending"}})), IsEmpty());
  EXPECT_THAT(told(kinds::pod, pod({{"phase", "Running"}})), ElementsAre(HasSubstr("pod/book-1  running")));
  EXPECT_THAT(told(kinds::pod, ready_pod()), ElementsAre(HasSubstr("pod/book-1  ready at 127.3.16.1")));
  EXPECT_THAT(told(kinds::pod, ready_pod()), IsEmpty());
  EXPECT_THAT(told(kinds::pod, pod({}, {{"deletionTimestamp", "2026-01-31T12:00:00Z"}})),
              ElementsAre(HasSubstr("pod/book-1  ending")));
  EXPECT_THAT(told(kinds::pod, pod({}), change_type::deleted), ElementsAre(HasSubstr("pod/book-1  gone")));
}

TEST_F(ClusterWatch, TellsWhyAContainerDoesNotRun) {
  json const waiting{{"state", {{"waiting", {{"reason", "CrashLoopBackOff"}, {"message", "back-off 10s"}}}}}};
  EXPECT_THAT(told(kinds::pod, pod({{"phase", "Running"}, {"containerStatuses", json::array({waiting})}})),
              ElementsAre(HasSubstr("pod/book-1  CrashLoopBackOff: back-off 10s")));
}

TEST_F(ClusterWatch, TellsWarningsWhenTheyAreNew) {
  json const event{{"metadata", {{"namespace", "default"}, {"name", "e"}}},
                   {"type", "Warning"},
                   {"reason", "Failed"},
                   {"message", "no such program"},
                   {"involvedObject", {{"kind", "Pod"}, {"name", "book-1"}}}};
  EXPECT_THAT(told(kinds::event, event, change_type::added),
              ElementsAre(HasSubstr("pod/book-1  warning: Failed: no such program")));
  EXPECT_THAT(told(kinds::event, event, change_type::modified), IsEmpty());
  auto normal = event;
  normal["type"] = "Normal";
  EXPECT_THAT(told(kinds::event, normal, change_type::added), IsEmpty());
}

TEST_F(ClusterWatch, SaysOnceThatAllIsReady) {
  auto const now = start + std::chrono::seconds{2};
  EXPECT_EQ(watch_.readiness(now), std::nullopt) << "nothing is there yet";
  told(kinds::deployment, deployment(3, 2));
  EXPECT_EQ(watch_.readiness(now), std::nullopt);
  told(kinds::deployment, deployment(3, 3));
  EXPECT_EQ(watch_.readiness(now), "    2.00 s  all ready: 3 pods");
  EXPECT_EQ(watch_.readiness(now), std::nullopt);
  told(kinds::deployment, deployment(4, 3));
  EXPECT_EQ(watch_.readiness(now), std::nullopt);
  told(kinds::deployment, deployment(4, 4));
  EXPECT_EQ(watch_.readiness(now), "    2.00 s  all ready: 4 pods");
}

TEST_F(ClusterWatch, PodsOfNobodyCountToo) {
  auto const now = start + std::chrono::seconds{1};
  told(kinds::pod, pod({{"phase", "Running"}}));
  EXPECT_EQ(watch_.readiness(now), std::nullopt);
  told(kinds::pod, ready_pod());
  EXPECT_EQ(watch_.readiness(now), "    1.00 s  all ready: 1 pod");
}

}  // namespace
}  // namespace holdfast::cli
