#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/local/service_routes.hpp"
#include "cluster/objects/admission.hpp"
#include "cluster/proxy/loopback_test_support.hpp"
#include "cluster/proxy/service_proxy.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class RoutesThroughTheProxy : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(proxy);
    ASSERT_TRUE(store.create(kinds::name_space, {{"metadata", {{"name", "shop"}}}}));
  }
  /// Addresses of this process alone: tests may run at the same time.
  static std::string own_address() {
    auto const pid = static_cast<unsigned>(::getpid());
    return ipv4_text(0x7FF00000U + pid % 0xFFFFU + 1);
  }
  static std::uint16_t free_port() { return test_pod{"nobody"}.at().port; }
  static int process_number() { return ::getpid(); }

  void make_service(std::uint16_t port, std::string const& local_port) {
    json service{{"metadata", {{"name", "gateway"}, {"namespace", "shop"}}}};
    service["metadata"]["annotations"]["holdfast.io/local-port"] = local_port;
    service["spec"] = {{"type", "LoadBalancer"}, {"clusterIP", own_address()}};
    service["spec"]["ports"] = json::array({{{"port", port}}});
    auto const made = store.create(kinds::service, service);
    ASSERT_TRUE(made) << made.error().message;
  }
  void send_it_to(test_pod const& pod) {
    json endpoints{{"metadata", {{"name", "gateway"}, {"namespace", "shop"}}}};
    endpoints["subsets"] = json::array({{{"addresses", json::array({{{"ip", ipv4_text(pod.at().address)}}})},
                                         {"ports", json::array({{{"port", pod.at().port}}})}}});
    auto const made = store.create(kinds::endpoints, endpoints);
    ASSERT_TRUE(made) << made.error().message;
  }
  std::string failure() const {
    for (auto const& event : store.list(kinds::event)) {
      if (text_at(*event, "reason") == "FailedToListen") return text_at(*event, "message");
    }
    return {};
  }
  static bool answers(ipv4_endpoint const& at, test_pod& pod) {
    auto client = connect_to(at);
    auto server = pod.accept();
    client.send("question");
    if (server.receive(8) != "question") return false;
    server.send("answer");
    return client.receive(6) == "answer";
  }

  time_point const now{1000h};
  cluster_clock clock;
  object_store store{{.now = [this] { return clock.wall_at(now); }, .admit = admit}};
  event_recorder events{store, clock};
  test_sink sink;
  test_pod pod{"gateway-1"};
  std::unique_ptr<service_proxy> proxy = *service_proxy::start({.sync_period = 0ns, .record_delay = 1ms}, sink);
  std::unique_ptr<route_proxy> through = routes_through(*proxy);
  service_routes routes{store, *through, events, clock};
};

TEST_F(RoutesThroughTheProxy, AServiceAnswersOnItsAddressAndItsLocalPort) {
  auto const port = free_port();
  auto const local_port = free_port();
  make_service(port, std::to_string(local_port));
  EXPECT_EQ(routes.observe(now), std::nullopt) << failure();
  ipv4_endpoint const own{*parse_ipv4_address(own_address()), port};
  EXPECT_EQ(connect_to(own).error(), ECONNREFUSED) << "it has no endpoint yet";
  send_it_to(pod);
  routes.observe(now);
  EXPECT_TRUE(answers(own, pod));
  EXPECT_TRUE(answers({loopback_address, local_port}, pod));
  EXPECT_EQ(*sink.records(1).at(0).service, "shop/gateway:" + std::to_string(port));
  ASSERT_TRUE(store.remove(kinds::service, {"shop", "gateway"}));
  routes.observe(now);
  EXPECT_EQ(connect_to(own).error(), ECONNREFUSED);
  EXPECT_EQ(connect_to({loopback_address, local_port}).error(), ECONNREFUSED);
}

TEST_F(RoutesThroughTheProxy, WhoHasTheLocalPortIsNamedAndTheServiceWorks) {
  auto other = std::make_unique<test_pod>("other");
  auto const port = free_port();
  make_service(port, std::to_string(other->at().port));
  send_it_to(pod);
  EXPECT_EQ(routes.observe(now), now + 1s);
  EXPECT_THAT(failure(), HasSubstr("127.0.0.1:" + std::to_string(other->at().port) + " is in use by "));
  EXPECT_THAT(failure(), HasSubstr("(process " + std::to_string(process_number()) + ")"));
  EXPECT_TRUE(answers({*parse_ipv4_address(own_address()), port}, pod));
  auto const local = other->at();
  other.reset();
  EXPECT_EQ(routes.observe(now + 1s), std::nullopt);
  EXPECT_TRUE(answers(local, pod));
}

}  // namespace
}  // namespace holdfast::cluster
