#include "cluster/local/service_routes.hpp"

#include <gmock/gmock.h>

#include "cluster/controllers/cluster_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// Notes what it is told; others have some addresses.
class noting_proxy final : public route_proxy {
 public:
  outcome add_service(service_settings const& settings) override {
    EXPECT_FALSE(services.contains(settings.name)) << settings.name;
    calls.push_back("add " + settings.name);
    return hold(settings.name, settings.listen.front());
  }
  void remove_service(std::string const& name) override {
    EXPECT_TRUE(services.contains(name)) << name;
    calls.push_back("remove " + name);
    services.erase(name);
  }
  outcome add_address(std::string const& name, ipv4_endpoint const& at) override {
    EXPECT_TRUE(services.contains(name)) << name;
    return hold(name, at);
  }
  void remove_address(std::string const& name, ipv4_endpoint const& at) override {
    EXPECT_EQ(services[name].erase(at), 1U);
  }
  void set_endpoints(std::string const& name, std::vector<proxy_endpoint> endpoints) override {
    EXPECT_TRUE(services.contains(name)) << name;
    calls.push_back("endpoints " + name);
    places[name] = std::move(endpoints);
  }

  std::vector<std::string> calls;
  std::map<std::string, std::set<ipv4_endpoint>> services;
  std::map<std::string, std::vector<proxy_endpoint>> places;
  std::set<ipv4_endpoint> taken;

 private:
  outcome hold(std::string const& name, ipv4_endpoint const& at) {
    bool const is_held = std::ranges::any_of(services, [&](auto const& each) { return each.second.contains(at); });
    if (is_held || taken.contains(at)) return to_string(at) + " is in use by nginx (process 4711)";
    services[name].insert(at);
    return {};
  }
};

class ServiceRoutes : public ::testing::Test {
 protected:
  static ipv4_endpoint at(std::string_view text) { return *parse_ipv4_endpoint(text); }
  explicit ServiceRoutes(std::size_t changes_kept = 16 * 1024) : world{{}, changes_kept} {}

  /// Until nobody has anything to do.
  std::optional<time_point> settle() {
    for (;;) {
      world.settle();
      auto const due = routes.observe(world.now);
      if (world.store.version() == std::exchange(seen, world.store.version())) return due;
    }
  }
  void run_for(nanoseconds span) {
    world.run_for(span);
    settle();
  }
  void make_service(std::string const& name, json const& change = json::object()) {
    json service{{"metadata", {{"name", name}}}};
    service["spec"]["selector"]["app"] = "book";
    service["spec"]["ports"] = json::array({{{"name", "http"}, {"port", 80}, {"targetPort", "http"}}});
    service.merge_patch(change);
    world.create(kinds::service, service);
    settle();
  }
  void make_gateway() {
    make_service("gateway", json::parse(R"({"metadata": {"annotations": {"holdfast.io/local-port": "8088"}},
                                            "spec": {"type": "LoadBalancer"}})"));
  }
  void write_endpoints(std::string const& name) {
    json endpoints{{"metadata", {{"name", name}}}};
    endpoints["subsets"] = json::parse(R"([{"addresses": [{"ip": "127.0.0.7"}],
                                            "ports": [{"name": "http", "port": 5432}]}])");
    world.create(kinds::endpoints, endpoints);
  }
  std::set<ipv4_endpoint> addresses(std::string const& service) {
    auto const found = proxy.services.find("shop/" + service + ":http");
    return found == proxy.services.end() ? std::set<ipv4_endpoint>{} : found->second;
  }

  virtual_cluster world;
  noting_proxy proxy;
  service_routes routes{world.store, proxy, world.plane.events(), world.clock};
  std::uint64_t seen = 0;
};

TEST_F(ServiceRoutes, AServiceIsRoutedToItsPodsAsTheyComeAndGo) {
  make_service("book");
  EXPECT_EQ(addresses("book"), (std::set{at("127.9.0.1:80")}));
  world.create(kinds::deployment, book_deployment(2));
  run_for(1min);
  auto const& places = proxy.places["shop/book:http"];
  ASSERT_THAT(places, SizeIs(2));
  EXPECT_EQ(places[0].at.port, 8080);
  EXPECT_THAT(places[0].pod, StartsWith("book-"));
  EXPECT_TRUE(places[0].ready && places[1].ready);
  world.patch(kinds::deployment, "book", {{"spec", {{"replicas", 0}}}});
  settle();
  ASSERT_THAT(places, SizeIs(2));
  EXPECT_TRUE(places[0].terminating && places[0].serving && !places[0].ready);
  run_for(1min);
  EXPECT_THAT(places, IsEmpty());
}

TEST_F(ServiceRoutes, EndpointsAreSetOnlyWhenTheyChange) {
  make_service("book");
  world.create(kinds::deployment, book_deployment(1));
  run_for(1min);
  proxy.calls.clear();
  world.patch(kinds::service, "book", {{"metadata", {{"labels", {{"tier", "back"}}}}}});
  world.create(kinds::config_map, {{"metadata", {{"name", "other"}}}});
  settle();
  EXPECT_THAT(proxy.calls, IsEmpty());
}

TEST_F(ServiceRoutes, PortsMayChange) {
  make_service("book");
  world.patch(kinds::service, "book", json::parse(R"({"spec": {"ports": [{"name": "http", "port": 81},
                                                                         {"name": "admin", "port": 82}]}})"));
  settle();
  EXPECT_EQ(addresses("book"), (std::set{at("127.9.0.1:81")}));
  EXPECT_EQ(proxy.services["shop/book:admin"], (std::set{at("127.9.0.1:82")}));
}

TEST_F(ServiceRoutes, ADeletedServiceGivesItsAddressUpAndMayComeAgain) {
  make_service("book");
  world.remove(kinds::service, "book");
  settle();
  EXPECT_THAT(proxy.services, IsEmpty());
  EXPECT_THAT(routes.routes(), IsEmpty());
  make_service("book");
  EXPECT_THAT(addresses("book"), SizeIs(1));
  routes.withdraw();
  EXPECT_THAT(addresses("book"), IsEmpty());
}

TEST_F(ServiceRoutes, AnAddressMayMoveToAnotherServiceInOneStep) {
  make_service("book", json::parse(R"({"spec": {"clusterIP": "127.9.1.1"}})"));
  world.remove(kinds::service, "book");
  // The other comes before it in the order of names.
  json other{{"metadata", {{"name", "a-book"}}}};
  other["spec"] = {{"clusterIP", "127.9.1.1"}, {"ports", json::array({{{"name", "http"}, {"port", 80}}})}};
  world.create(kinds::service, other);
  settle();
  EXPECT_EQ(addresses("a-book"), (std::set{at("127.9.1.1:80")}));
  EXPECT_THAT(world.events("a-book", "FailedToListen"), IsEmpty());
}

TEST_F(ServiceRoutes, ALoadBalancerIsAlsoOnItsLocalPort) {
  make_gateway();
  EXPECT_EQ(addresses("gateway"), (std::set{at("127.0.0.1:8088"), at("127.9.0.1:80")}));
  EXPECT_EQ(world.get(kinds::service, "gateway")["status"]["loadBalancer"]["ingress"][0]["ip"], "127.0.0.1");
  world.patch(kinds::service, "gateway",
              json::parse(R"({"metadata": {"annotations": {"holdfast.io/local-port": "8089"}}})"));
  proxy.calls.clear();
  settle();
  EXPECT_EQ(addresses("gateway"), (std::set{at("127.0.0.1:8089"), at("127.9.0.1:80")}));
  EXPECT_THAT(proxy.calls, IsEmpty()) << "nobody who uses its clusterIP is disturbed";
}

TEST_F(ServiceRoutes, ALocalPortThatIsTakenIsToldAndTriedAgainWhileTheServiceWorks) {
  proxy.taken = {at("127.0.0.1:8088")};
  make_gateway();
  auto const due = settle();
  EXPECT_EQ(due, world.now + 1s);
  EXPECT_EQ(addresses("gateway"), (std::set{at("127.9.0.1:80")}));
  EXPECT_THAT(world.events("gateway", "FailedToListen"),
              ElementsAre("The Service cannot be reached at 127.0.0.1:8088: 127.0.0.1:8088 is in use by nginx (process "
                          "4711). It is tried again every second"));
  EXPECT_THAT(routes.problems_of({"shop", "gateway"}), SizeIs(1));
  for (int i = 0; i < 5; ++i) run_for(1s);
  EXPECT_THAT(world.events("gateway", "FailedToListen"), SizeIs(1)) << "told once";
  EXPECT_EQ(world.store.list(kinds::event, "shop").size(), 1U);
  proxy.taken.clear();
  run_for(1s);
  EXPECT_EQ(addresses("gateway"), (std::set{at("127.0.0.1:8088"), at("127.9.0.1:80")}));
  EXPECT_THAT(world.events("gateway", "Listening"), ElementsAre("The Service can be reached at 127.0.0.1:8088 now"));
  EXPECT_EQ(settle(), std::nullopt);
}

TEST_F(ServiceRoutes, AnOwnAddressThatIsTakenIsTriedAgain) {
  proxy.taken = {at("127.9.0.1:80")};
  make_service("book");
  EXPECT_THAT(world.events("book", "FailedToListen"), ElementsAre(HasSubstr("cannot be reached at 127.9.0.1:80")));
  proxy.taken.clear();
  run_for(1s);
  EXPECT_THAT(addresses("book"), SizeIs(1));
}

TEST_F(ServiceRoutes, ADeletedServiceIsNotTriedAgain) {
  proxy.taken = {at("127.9.0.1:80")};
  make_service("book");
  world.remove(kinds::service, "book");
  EXPECT_EQ(settle(), std::nullopt);
}

TEST_F(ServiceRoutes, AServiceThatDoesNotHoldItsAddressWaitsForIt) {
  bool is_its_own = false;
  service_routes careful{world.store, proxy, world.plane.events(), world.clock, {.holds_address = [&](json const&) {
                           return is_its_own;
                         }}};
  world.create(kinds::service, {{"metadata", {{"name", "twin"}}},
                                {"spec", {{"ports", json::array({{{"name", "http"}, {"port", 80}}})}}}});
  world.settle();
  EXPECT_EQ(careful.observe(world.now), world.now + 1s);
  EXPECT_THAT(addresses("twin"), IsEmpty());
  is_its_own = true;
  EXPECT_EQ(careful.observe(world.now + 1s), std::nullopt);
  EXPECT_THAT(addresses("twin"), SizeIs(1));
}

TEST_F(ServiceRoutes, WithoutASelectorItFollowsWhatSomebodyWrites) {
  make_service("db", json::parse(R"({"spec": {"selector": null}})"));
  write_endpoints("db");
  settle();
  EXPECT_THAT(proxy.places["shop/db:http"], ElementsAre(proxy_endpoint{"127.0.0.7", at("127.0.0.7:5432"), true, true}));
  world.remove(kinds::endpoints, "db");
  settle();
  EXPECT_THAT(proxy.places["shop/db:http"], IsEmpty());
}

class SlowServiceRoutes : public ServiceRoutes {
 protected:
  SlowServiceRoutes() : ServiceRoutes{8} {}
};

TEST_F(SlowServiceRoutes, WhoFallsBehindTheStoreListsAnew) {
  make_service("gone");
  make_service("stays", json::parse(R"({"spec": {"selector": null}})"));
  write_endpoints("stays");
  world.remove(kinds::service, "gone");
  world.settle();
  for (int i = 0; i < 20; ++i) {
    world.create(kinds::config_map, {{"metadata", {{"name", "c" + std::to_string(i)}}}});
  }
  ASSERT_FALSE(world.store.changes_after(seen).has_value());
  settle();
  EXPECT_THAT(addresses("gone"), IsEmpty());
  EXPECT_THAT(proxy.places["shop/stays:http"], SizeIs(1));
  EXPECT_THAT(proxy.calls, Not(Contains("remove shop/stays:http")));
}

}  // namespace
}  // namespace holdfast::cluster
