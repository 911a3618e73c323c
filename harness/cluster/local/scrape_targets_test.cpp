#include "cluster/local/scrape_targets.hpp"

#include <gmock/gmock.h>

#include "cluster/controllers/cluster_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

json pod_with_ports(char const* ports, char const* annotations = "{}") {
  json pod{{"metadata", {{"name", "book-1"}}}, {"status", {{"podIP", "127.9.16.1"}}}};
  pod["metadata"]["annotations"] = json::parse(annotations);
  pod["spec"]["containers"] = json::array({{{"name", "main"}}, {{"name", "side"}, {"ports", json::parse(ports)}}});
  return pod;
}

struct page_case {
  char const* claim;
  char const* ports;
  char const* annotations;
  char const* expected;  ///< port and path, or the problem
};

TEST(MetricsPage, IsFoundByAnnotationsElseByPorts) {
  for (auto const& each : {
           page_case{"the first port", R"([{"containerPort": 8080}, {"containerPort": 9090}])", "{}", "8080/metrics"},
           page_case{"a port called http", R"([{"containerPort": 1}, {"name": "http", "containerPort": 2}])", "{}",
                     "2/metrics"},
           page_case{"a port called metrics goes before",
                     R"([{"name": "http", "containerPort": 1}, {"name": "metrics", "containerPort": 2}])", "{}",
                     "2/metrics"},
           page_case{"annotations go before ports", R"([{"name": "metrics", "containerPort": 1}])",
                     R"({"prometheus.io/port": "9102", "prometheus.io/path": "/stats"})", "9102/stats"},
           page_case{"an annotation alone", "[]", R"({"prometheus.io/port": "9102"})", "9102/metrics"},
           page_case{"no port", "[]", "{}", "it has neither a container port nor the annotation prometheus.io/port"},
           page_case{"a port that is none", R"([{"containerPort": 1}])", R"({"prometheus.io/port": "http"})",
                     "its annotation prometheus.io/port is no port (\"http\")"},
           page_case{"a port that is too large", R"([{"containerPort": 1}])", R"({"prometheus.io/port": "65536"})",
                     "its annotation prometheus.io/port is no port (\"65536\")"},
       }) {
    SCOPED_TRACE(each.claim);
    auto const page = metrics_page_of(pod_with_ports(each.ports, each.annotations));
    EXPECT_EQ(page ? std::to_string(page->port) + page->path : page.error(), each.expected);
    EXPECT_EQ(page ? page->host : "127.9.16.1", "127.9.16.1");
  }
  EXPECT_EQ(
      metrics_page_of(pod_with_ports("[]", R"({"prometheus.io/port": "1", "prometheus.io/scheme": "https"})"))->scheme,
      http_get_action::protocol::https);
}

class ScrapeTargets : public ::testing::Test {
 protected:
  void scale(std::string const& name, std::string const& target, char const* metrics) {
    json scaler{{"metadata", {{"name", name}}}};
    scaler["spec"] = {{"maxReplicas", 3}, {"metrics", json::parse(metrics)}};
    scaler["spec"]["scaleTargetRef"] = {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", target}};
    world.create(kinds::horizontal_pod_autoscaler, scaler);
    world.settle();
  }
  std::vector<scrape_target> targets() const { return scrape_targets(world.plane.cache()); }

  virtual_cluster world;
};

constexpr char const* by_own_metric = R"([
    {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}},
    {"type": "Pods", "pods": {"metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "5"}}}])";
constexpr char const* by_cpu = R"([
    {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}])";

TEST_F(ScrapeTargets, ThereAreNoneUnlessAnAutoscalerWantsThem) {
  world.create(kinds::deployment, book_deployment(2));
  world.run_for(1min);
  EXPECT_THAT(targets(), IsEmpty());
  scale("book", "book", by_cpu);
  EXPECT_THAT(targets(), IsEmpty());
  scale("missing", "nothing", by_own_metric);
  EXPECT_THAT(targets(), IsEmpty());
}

TEST_F(ScrapeTargets, ArePodsOfTheAutoscalersTargetThatHaveAnAddress) {
  world.create(kinds::deployment, book_deployment(2));
  scale("book", "book", by_own_metric);
  EXPECT_THAT(targets(), IsEmpty()) << "they have no address yet";
  world.run_for(10s);
  auto const found = targets();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].names, ElementsAre("queue"));
  EXPECT_EQ(found[0].page.port, 8080);
  EXPECT_EQ(found[0].page.host, text_at(*world.pods()[0], "status", "podIP"));
  EXPECT_EQ(found[0].uid, uid_of(*world.pods()[0]));
  EXPECT_EQ(found[0].pod, key_of(*world.pods()[0]));
  world.remove(kinds::horizontal_pod_autoscaler, "book");
  world.settle();
  EXPECT_THAT(targets(), IsEmpty());
}

TEST_F(ScrapeTargets, EachPodIsAskedOnceForAllThatIsWanted) {
  world.create(kinds::deployment, book_deployment(1));
  world.run_for(10s);
  scale("book", "book", by_own_metric);
  scale("again", "book", R"([{"type": "Pods", "pods": {"metric": {"name": "load"},
                                                      "target": {"type": "AverageValue", "averageValue": "5"}}}])");
  auto const found = targets();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].names, UnorderedElementsAre("queue", "load"));
}

}  // namespace
}  // namespace holdfast::cluster
