#include "cluster/local/route_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ipv4_endpoint at(std::string_view text) { return *parse_ipv4_endpoint(text); }
object_ptr object(char const* text) { return std::make_shared<json const>(json::parse(text)); }

json shop_service(char const* spec, char const* annotations = "{}") {
  json made{{"metadata", {{"name", "order"}, {"namespace", "shop"}}}};
  made["metadata"]["annotations"] = json::parse(annotations);
  made["spec"] = json::parse(spec);
  return made;
}

json const plain = shop_service(R"({"clusterIP": "127.9.0.1", "selector": {"app": "order"}, "ports": [{"port": 80}]})");

object_ptr two_pods() {
  return object(R"({"ports": [{"name": "", "port": 8080, "protocol": "TCP"}], "endpoints": [
    {"addresses": ["127.9.16.1"], "conditions": {"ready": true, "serving": true, "terminating": false},
     "targetRef": {"kind": "Pod", "name": "order-a"}},
    {"addresses": ["127.9.16.2"], "conditions": {"ready": false, "serving": true, "terminating": true},
     "targetRef": {"kind": "Pod", "name": "order-b"}}]})");
}

TEST(RoutePlan, APortOfAServiceIsARouteToItsPods) {
  auto const routes = routes_of(plain, {.slices = {two_pods()}});
  EXPECT_THAT(routes, ElementsAre(planned_route{.name = "shop/order:80",
                                                .at = at("127.9.0.1:80"),
                                                .endpoints = {{"order-a", at("127.9.16.1:8080"), true, true, false},
                                                              {"order-b", at("127.9.16.2:8080"), false, true, true}}}));
}

TEST(RoutePlan, EachPortHasItsOwnTargetsByName) {
  auto const service = shop_service(R"({"clusterIP": "127.9.0.1", "selector": {"app": "order"}, "ports": [
      {"name": "web", "port": 80, "targetPort": "web"}, {"name": "admin", "port": 81, "targetPort": 9000}]})");
  auto const slice = object(R"({"ports": [{"name": "web", "port": 8080, "protocol": "TCP"},
                                          {"name": "admin", "port": 9000, "protocol": "TCP"}],
                                "endpoints": [{"addresses": ["127.9.16.1"]}]})");
  // A pod that calls its port otherwise is in a slice of its own.
  auto const other = object(R"({"ports": [{"name": "web", "port": 8081, "protocol": "TCP"}],
                                "endpoints": [{"addresses": ["127.9.16.2"]}]})");
  auto const routes = routes_of(service, {.slices = {slice, other}});
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].name, "shop/order:web");
  ASSERT_EQ(routes[0].endpoints.size(), 2U);
  EXPECT_EQ(routes[0].endpoints[1].at, at("127.9.16.2:8081"));
  EXPECT_EQ(routes[1].name, "shop/order:admin");
  EXPECT_EQ(routes[1].at, at("127.9.0.1:81"));
  ASSERT_EQ(routes[1].endpoints.size(), 1U);
  EXPECT_EQ(routes[1].endpoints[0].at, at("127.9.16.1:9000"));
}

TEST(RoutePlan, ConditionsThatAreNotToldAreThoseOfAReadyPod) {
  auto const slice = object(R"({"ports": [{"name": "", "port": 1}], "endpoints": [{"addresses": ["127.0.0.9", "x"]},
      {"addresses": ["127.0.0.8"], "conditions": {"ready": false}}, {"addresses": []}, {}]})");
  auto const routes = routes_of(plain, {.slices = {slice}});
  ASSERT_EQ(routes.size(), 1U);
  EXPECT_THAT(routes[0].endpoints, ElementsAre(proxy_endpoint{"127.0.0.9", at("127.0.0.9:1"), true, true, false},
                                               proxy_endpoint{"127.0.0.8", at("127.0.0.8:1"), false, false, false}));
}

TEST(RoutePlan, SomeServicesHaveNoRoute) {
  for (auto const* const spec : {R"({"ports": [{"port": 80}]})", R"({"clusterIP": "", "ports": [{"port": 80}]})",
                                 R"({"clusterIP": "None", "ports": [{"port": 80}]})", R"({"clusterIP": "127.9.0.1"})",
                                 R"({"type": "ExternalName", "externalName": "a.b"})",
                                 R"({"clusterIP": "127.9.0.1", "ports": [{"port": 53, "protocol": "UDP"}]})"}) {
    EXPECT_THAT(routes_of(shop_service(spec), {}), IsEmpty()) << spec;
  }
}

TEST(RoutePlan, WithoutASelectorTheWrittenEndpointsCountOnceEach) {
  auto const written = object(R"({"subsets": [{"ports": [{"port": 5432}],
      "addresses": [{"ip": "127.0.0.7"}, {"ip": "10.0.0.300"}], "notReadyAddresses": [{"ip": "127.0.0.6"}]}]})");
  auto const slice = object(R"({"ports": [{"name": "", "port": 5432}], "endpoints": [{"addresses": ["127.0.0.7"]}]})");
  auto const service = shop_service(R"({"clusterIP": "127.9.0.1", "ports": [{"port": 80}]})");
  auto const routes = routes_of(service, {.slices = {slice}, .endpoints = written});
  ASSERT_EQ(routes.size(), 1U);
  EXPECT_THAT(routes[0].endpoints, ElementsAre(proxy_endpoint{"127.0.0.7", at("127.0.0.7:5432"), true, true, false},
                                               proxy_endpoint{"127.0.0.6", at("127.0.0.6:5432"), false, false, false}));
  EXPECT_THAT(routes_of(plain, {.endpoints = written})[0].endpoints, IsEmpty())
      << "with one, the object is a copy of the slices";
}

TEST(RoutePlan, AffinityPassesAsFastAsTheClock) {
  auto const sticky = [](char const* config) {
    auto service = plain;
    service["spec"]["sessionAffinity"] = "ClientIP";
    service["spec"]["sessionAffinityConfig"] = json::parse(config);
    return service;
  };
  EXPECT_EQ(routes_of(plain, {})[0].affinity, std::nullopt);
  EXPECT_EQ(routes_of(sticky("null"), {})[0].affinity, 10'800s);
  EXPECT_EQ(routes_of(sticky(R"({"clientIP": {"timeoutSeconds": 30}})"), {}, 10)[0].affinity, 3s);
}

TEST(RoutePlan, TheFirstPortOfALoadBalancerHasTheLocalOne) {
  auto const service = [](char const* type, char const* port) {
    auto made = shop_service(R"({"clusterIP": "127.9.0.1", "ports": [{"name": "a", "port": 80},
                                                                     {"name": "b", "port": 81}]})");
    made["spec"]["type"] = type;
    made["metadata"]["annotations"]["holdfast.io/local-port"] = port;
    return made;
  };
  auto const routes = routes_of(service("LoadBalancer", "8088"), {});
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].local, at("127.0.0.1:8088"));
  EXPECT_EQ(routes[1].local, std::nullopt);
  EXPECT_EQ(routes_of(service("ClusterIP", "8088"), {})[0].local, std::nullopt);
  for (auto const* const wrong : {"", "0", "65536", "80 ", "x"}) {
    EXPECT_EQ(routes_of(service("LoadBalancer", wrong), {})[0].local, std::nullopt) << wrong;
  }
}

class RouteChanges : public ::testing::Test {
 protected:
  static planned_route route(std::string name, ipv4_endpoint const& where = at("127.9.0.1:80")) {
    return {.name = std::move(name), .at = where};
  }
  static route_changes between(std::vector<planned_route> const& present, std::vector<planned_route> const& wanted) {
    return changes_between(present, wanted);
  }
  static planned_route with_local(std::optional<ipv4_endpoint> local) {
    auto made = route("a");
    made.local = local;
    return made;
  }
};

TEST_F(RouteChanges, WhatIsTheSameStays) {
  auto const all = std::vector{route("b"), with_local(at("127.0.0.1:8088"))};
  EXPECT_TRUE(between(all, all).is_empty());
  EXPECT_TRUE(between({}, {}).is_empty());
}

TEST_F(RouteChanges, RoutesComeAndGo) {
  auto const changes = between({route("a"), route("b")}, {route("b"), route("c")});
  EXPECT_THAT(changes.removals, ElementsAre("a"));
  EXPECT_THAT(changes.additions, ElementsAre(route("c")));
  EXPECT_THAT(changes.new_places, IsEmpty());
}

TEST_F(RouteChanges, AnotherAddressOrAffinityIsAnotherRoute) {
  auto sticky = route("a");
  sticky.affinity = 1s;
  for (auto const& other : {route("a", at("127.9.0.2:80")), route("a", at("127.9.0.1:81")), sticky}) {
    auto const changes = between({route("a")}, {other});
    EXPECT_THAT(changes.removals, ElementsAre("a"));
    EXPECT_THAT(changes.additions, ElementsAre(other));
  }
}

TEST_F(RouteChanges, EndpointsAndLocalPortsChangeInPlace) {
  auto moved = route("a");
  moved.endpoints = {{"pod", at("127.9.16.1:80"), true, true, false}};
  auto changes = between({route("a")}, {moved});
  EXPECT_THAT(changes.new_places, ElementsAre(moved));
  EXPECT_THAT(changes.removals, IsEmpty());
  EXPECT_THAT(changes.additions, IsEmpty());

  changes = between({with_local(at("127.0.0.1:1"))}, {with_local(at("127.0.0.1:2"))});
  EXPECT_THAT(changes.releases, ElementsAre(std::pair{std::string{"a"}, at("127.0.0.1:1")}));
  EXPECT_THAT(changes.holds, ElementsAre(std::pair{std::string{"a"}, at("127.0.0.1:2")}));
  changes = between({with_local(at("127.0.0.1:1"))}, {with_local(std::nullopt)});
  EXPECT_EQ(changes.releases.size(), 1U);
  EXPECT_THAT(changes.holds, IsEmpty());
}

}  // namespace
}  // namespace holdfast::cluster
