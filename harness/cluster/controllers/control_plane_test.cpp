#include "cluster/controllers/control_plane.hpp"

#include "cluster/controllers/rollout_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

std::string service_address(virtual_cluster const& world, std::string const& name) {
  auto const service = world.get(kinds::service, name);
  return text_at(service, "spec", "clusterIP");
}

TEST(ControlPlane, MakesTheDefaultNamespaceAndAnAccountInEach) {
  virtual_cluster const world;
  EXPECT_TRUE(world.store.find(kinds::name_space, {"", "default"}));
  EXPECT_TRUE(world.store.find(kinds::service_account, {"default", "default"}));
  EXPECT_TRUE(world.store.find(kinds::service_account, {"shop", "default"}));
}

TEST(ControlPlane, RestsWhenNothingChanges) {
  rollout_world world;
  world.begin(3);
  auto const version = world.store.version();
  world.plane.step(world.now + 1h);
  EXPECT_EQ(world.store.version(), version);
}

TEST(ControlPlane, AssignsPodsToTheNode) {
  virtual_cluster world;
  auto pod = samples::pod();
  pod["metadata"] = {{"name", "alone"}};
  world.create(kinds::pod, pod);
  world.plane.step(world.now);
  auto const assigned = world.get(kinds::pod, "alone");
  EXPECT_EQ(assigned["spec"]["nodeName"], "local");
  EXPECT_EQ(assigned["status"]["conditions"][0]["type"], "PodScheduled");
  EXPECT_EQ(world.events("alone", "Scheduled").size(), 1U);
}

TEST(ControlPlane, RemovesADeletedPodOfANodeThatIsNotThere) {
  virtual_cluster world;
  auto pod = samples::pod();
  pod["metadata"] = {{"name", "astray"}};
  pod["spec"]["nodeName"] = "elsewhere";
  world.create(kinds::pod, pod);
  world.settle();
  EXPECT_EQ(world.get(kinds::pod, "astray")["spec"]["nodeName"], "elsewhere");
  ASSERT_TRUE(world.store.remove(kinds::pod, {"shop", "astray"}).has_value());
  world.settle();
  EXPECT_FALSE(world.store.find(kinds::pod, {"shop", "astray"}));
}

TEST(ControlPlane, BindsClaimsAtOnce) {
  virtual_cluster world;
  auto claim = samples::claim();
  claim["metadata"] = {{"name", "state"}};
  world.create(kinds::persistent_volume_claim, claim);
  world.settle();
  auto const bound = world.get(kinds::persistent_volume_claim, "state");
  EXPECT_EQ(bound["status"]["phase"], "Bound");
  EXPECT_EQ(bound["status"]["capacity"]["storage"], "1Gi");
  EXPECT_EQ(bound["spec"]["volumeName"], "pvc-" + uid_of(bound));
}

TEST(ControlPlane, GivesServicesAddressesAndTakesThemBack) {
  virtual_cluster world;
  auto service = samples::service();
  service["metadata"] = {{"name", "order"}};
  world.create(kinds::service, service);
  world.settle();
  EXPECT_EQ(service_address(world, "order"), "127.9.0.1");
  EXPECT_TRUE(world.addresses.taken["127.9.0.1"]);
  world.remove(kinds::service, "order");
  world.settle();
  EXPECT_FALSE(world.addresses.taken["127.9.0.1"]);
}

TEST(ControlPlane, AnAddressThatIsTakenIsToldAndTriedAgain) {
  virtual_cluster world;
  auto service = samples::service();
  service["metadata"] = {{"name", "order"}};
  service["spec"]["clusterIP"] = "127.9.0.7";
  world.addresses.taken["127.9.0.7"] = true;
  world.create(kinds::service, service);
  world.run_for(1s);
  EXPECT_FALSE(world.events("order", "FailedAllocation").empty());
  EXPECT_FALSE(world.plane.holds_address(uid_of(world.get(kinds::service, "order"))));
  world.addresses.taken["127.9.0.7"] = false;
  world.run_for(10s);
  EXPECT_TRUE(world.addresses.taken["127.9.0.7"]);
  EXPECT_TRUE(world.plane.holds_address(uid_of(world.get(kinds::service, "order"))));
}

TEST(ControlPlane, TellsWhereALoadBalancerIs) {
  virtual_cluster world;
  auto service = samples::service();
  service["spec"]["type"] = "LoadBalancer";
  service["metadata"] = {{"name", "inner"}};
  world.create(kinds::service, service);
  service["metadata"] = {{"name", "gateway"}, {"annotations", {{"holdfast.io/local-port", "8088"}}}};
  world.create(kinds::service, service);
  world.settle();
  auto const ingress = [&](char const* name) {
    return world.get(kinds::service, name)["status"]["loadBalancer"]["ingress"][0]["ip"].get<std::string>();
  };
  EXPECT_EQ(ingress("inner"), service_address(world, "inner"));
  EXPECT_EQ(ingress("gateway"), "127.0.0.1");
}

TEST(ControlPlane, DeletingADeploymentDeletesWhatItMade) {
  rollout_world world;
  world.begin(3);
  world.remove(kinds::deployment, "book");
  world.settle();
  EXPECT_EQ(world.store.count(kinds::replica_set), 0U);
  EXPECT_EQ(world.pods().size(), 3U);
  for (auto const& pod : world.pods()) EXPECT_TRUE(is_terminating(*pod));
  world.run_for(1min);
  EXPECT_TRUE(world.pods().empty());
}

TEST(ControlPlane, InTheForegroundTheOwnerGoesLast) {
  rollout_world world;
  world.begin(2);
  world.remove(kinds::deployment, "book", {.dependents = propagation::foreground});
  world.settle();
  EXPECT_FALSE(world.get(kinds::deployment, "book").is_null());
  EXPECT_EQ(world.store.count(kinds::replica_set), 1U);
  EXPECT_EQ(world.pods().size(), 2U);
  world.run_for(1min);
  EXPECT_TRUE(world.pods().empty());
  EXPECT_EQ(world.store.count(kinds::replica_set), 0U);
  EXPECT_TRUE(world.get(kinds::deployment, "book").is_null());
}

TEST(ControlPlane, WhatHasAnotherOwnerStaysWithoutTheOneThatGoes) {
  for (auto const how : {propagation::background, propagation::foreground}) {
    virtual_cluster world;
    auto map = samples::config_map();
    for (auto const* const name : {"first", "second"}) {
      map["metadata"] = {{"name", name}};
      world.create(kinds::config_map, map);
    }
    map["metadata"] = {{"name", "owned"}};
    for (auto const* const name : {"first", "second"}) {
      map["metadata"]["ownerReferences"].push_back({{"apiVersion", "v1"},
                                                    {"kind", "ConfigMap"},
                                                    {"name", name},
                                                    {"uid", uid_of(world.get(kinds::config_map, name))},
                                                    {"blockOwnerDeletion", true}});
    }
    world.create(kinds::config_map, map);
    world.settle();
    world.remove(kinds::config_map, "first", {.dependents = how});
    world.settle();
    EXPECT_TRUE(world.get(kinds::config_map, "first").is_null());
    ASSERT_EQ(world.get(kinds::config_map, "owned")["metadata"]["ownerReferences"].size(), 1U);
    world.remove(kinds::config_map, "second", {.dependents = how});
    world.settle();
    EXPECT_EQ(world.store.count(kinds::config_map), 0U);
  }
}

TEST(ControlPlane, OrphansStayAndAreAdoptedByTheNextOwner) {
  rollout_world world;
  world.begin(2);
  auto const pod = name_of(*world.pods()[0]);
  world.remove(kinds::deployment, "book", {.dependents = propagation::orphan});
  world.run_for(1min);
  EXPECT_TRUE(world.get(kinds::deployment, "book").is_null());
  ASSERT_EQ(world.store.count(kinds::replica_set), 1U);
  EXPECT_EQ(controller_uid_of(*world.store.list(kinds::replica_set)[0]), "");
  auto const next = world.create(kinds::deployment, book_deployment(2));
  world.run_for(1min);
  ASSERT_EQ(world.store.count(kinds::replica_set), 1U);
  EXPECT_EQ(controller_uid_of(*world.store.list(kinds::replica_set)[0]), uid_of(*next));
  EXPECT_FALSE(world.get(kinds::pod, pod).is_null());
}

TEST(ControlPlane, ANamespaceGoesWhenItIsEmpty) {
  rollout_world world;
  world.begin(2);
  world.create(kinds::config_map, {{"metadata", {{"name", "shop"}}}});
  world.remove(kinds::name_space, "shop");
  world.settle();
  EXPECT_EQ(world.get(kinds::name_space, "shop")["status"]["phase"], "Terminating");
  EXPECT_EQ(world.pods().size(), 2U);
  EXPECT_EQ(world.store.count(kinds::config_map), 0U);
  world.run_for(1min);
  EXPECT_TRUE(world.get(kinds::name_space, "shop").is_null());
  EXPECT_TRUE(world.pods().empty());
  EXPECT_TRUE(world.store.list(kinds::event, "shop").empty());
}

TEST(ControlPlane, FindsItsFeetAfterItHasFallenBehind) {
  virtual_cluster world{{}, 8};  // the store forgets changes faster than they are followed
  world.create(kinds::deployment, book_deployment(20));
  world.plane.step(world.now);
  EXPECT_EQ(world.pods().size(), 20U);
  world.remove(kinds::deployment, "book");
  world.plane.step(world.now);
  for (auto const& pod : world.pods()) EXPECT_TRUE(is_terminating(*pod));
}

TEST(ControlPlane, ComesBackWhenThereIsMoreThanOneStepDoes) {
  virtual_cluster world{{.most_syncs = 5}};
  world.create(kinds::deployment, book_deployment(20));
  int steps = 1;
  while (world.plane.step(world.now) == world.now) ++steps;
  EXPECT_GT(steps, 1);
  EXPECT_EQ(world.pods().size(), 20U);
}

}  // namespace
}  // namespace holdfast::cluster
