#include "cluster/controllers/endpoints_controller.hpp"

#include "cluster/controllers/rollout_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

json book_service(json const& spec = json::object()) {
  json made{{"metadata", {{"name", "book"}, {"labels", {{"team", "shelf"}}}}}};
  made["spec"] = {{"selector", {{"app", "book"}}}, {"ports", json::array({{{"port", 80}, {"targetPort", "http"}}})}};
  made["spec"].merge_patch(spec);
  return made;
}

class EndpointsController : public testing::Test {
 protected:
  std::vector<json> slices() const {
    std::vector<json> found;
    for (auto const& slice : world.store.list(kinds::endpoint_slice, "shop")) found.push_back(*slice);
    return found;
  }
  std::size_t listed(char const* field) const {
    auto const endpoints = world.get(kinds::endpoints, "book");
    std::size_t count = 0;
    for (auto const& subset : member(endpoints, "subsets")) count += member(subset, field).size();
    return count;
  }

  rollout_world world;
};

TEST_F(EndpointsController, FollowsReadiness) {
  world.create(kinds::service, book_service());
  world.create(kinds::deployment, book_deployment(2));
  world.run_for(2s);  // they run, and are not ready before the third second
  EXPECT_EQ(listed("addresses"), 0U);
  EXPECT_EQ(listed("notReadyAddresses"), 2U);
  world.run_for(1min);
  EXPECT_EQ(listed("addresses"), 2U);
  auto const endpoints = world.get(kinds::endpoints, "book");
  EXPECT_EQ(endpoints["subsets"][0]["ports"], json::parse(R"([{"port":8080,"protocol":"TCP"}])"));
  EXPECT_EQ(endpoints["metadata"]["labels"]["team"], "shelf");
  world.kubelet.set_ready(key_of(*world.pods()[0]), false, world.now);
  world.settle();
  EXPECT_EQ(listed("addresses"), 1U);
  ASSERT_EQ(slices().size(), 1U);
  EXPECT_EQ(slices()[0]["endpoints"][0]["conditions"],
            json::parse(R"({"ready":false,"serving":false,"terminating":false})"));
  EXPECT_FALSE(world.events("book", "EndpointsChanged").empty());
}

TEST_F(EndpointsController, ADeletedPodServesUntilItIsGone) {
  world.create(kinds::service, book_service());
  world.create(kinds::deployment, book_deployment(1));
  world.run_for(1min);
  auto const victim = name_of(*world.pods()[0]);
  world.remove(kinds::pod, victim);
  world.settle();
  EXPECT_EQ(listed("addresses"), 0U);
  auto const first = slices()[0]["endpoints"][0];
  EXPECT_EQ(first["targetRef"]["name"], victim);
  EXPECT_EQ(first["conditions"], json::parse(R"({"ready":false,"serving":true,"terminating":true})"));
  world.run_for(1min);
  ASSERT_EQ(slices()[0]["endpoints"].size(), 1U);
  EXPECT_NE(slices()[0]["endpoints"][0]["targetRef"]["name"], victim);
}

TEST_F(EndpointsController, WithoutPodsOneSliceWithoutEndpointsStays) {
  world.create(kinds::service, book_service());
  world.settle();
  ASSERT_EQ(slices().size(), 1U);
  EXPECT_TRUE(member(slices()[0], "endpoints").empty());
  world.create(kinds::deployment, book_deployment(2));
  world.run_for(1min);
  world.patch(kinds::deployment, "book", {{"spec", {{"replicas", 0}}}});
  world.run_for(1min);
  ASSERT_EQ(slices().size(), 1U);
  EXPECT_TRUE(member(slices()[0], "endpoints").empty()) << "nobody is sent to a pod that is gone";
}

TEST_F(EndpointsController, PublishesUnreadyAddressesWhenAsked) {
  world.kubelet.behaves = [](json const&) { return fake_kubelet::behaviour{.ready = std::nullopt}; };
  world.create(kinds::service, book_service({{"publishNotReadyAddresses", true}}));
  world.create(kinds::deployment, book_deployment(2));
  world.run_for(1min);
  EXPECT_EQ(listed("addresses"), 2U);
}

TEST_F(EndpointsController, NamedPortsMayBeOthersOnOtherPods) {
  world.create(kinds::service, book_service());
  world.begin(1);
  world.kubelet.behaves = [](json const&) { return fake_kubelet::behaviour{.ready = std::nullopt}; };
  world.edit(
      [](json& object) { object["spec"]["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = 9090; });
  world.run_for(10s);
  EXPECT_EQ(world.get(kinds::endpoints, "book")["subsets"].size(), 2U);
  EXPECT_EQ(slices().size(), 2U);
}

TEST_F(EndpointsController, SlicesHoldAtMostAHundred) {
  world.create(kinds::service, book_service());
  world.create(kinds::deployment, book_deployment(120));
  world.run_for(1min);
  std::size_t sum = 0;
  for (auto const& slice : slices()) {
    EXPECT_LE(slice["endpoints"].size(), 100U);
    sum += slice["endpoints"].size();
  }
  EXPECT_EQ(sum, 120U);
  EXPECT_EQ(listed("addresses"), 120U);
}

TEST_F(EndpointsController, GoWithTheirService) {
  world.create(kinds::service, book_service());
  world.create(kinds::deployment, book_deployment(1));
  world.run_for(1min);
  world.remove(kinds::service, "book");
  world.settle();
  EXPECT_TRUE(slices().empty());
  EXPECT_TRUE(world.get(kinds::endpoints, "book").is_null());
}

TEST_F(EndpointsController, MendsWhatSomebodyElseChanged) {
  world.create(kinds::service, book_service());
  world.create(kinds::deployment, book_deployment(1));
  world.run_for(1min);
  world.patch(kinds::endpoints, "book", {{"subsets", nullptr}});
  world.remove(kinds::endpoint_slice, name_of(slices()[0]));
  world.settle();
  EXPECT_EQ(listed("addresses"), 1U);
  EXPECT_EQ(slices()[0]["endpoints"].size(), 1U);
}

TEST_F(EndpointsController, LeavesServicesWithoutASelectorAlone) {
  world.create(kinds::service, book_service({{"selector", nullptr}}));
  world.settle();
  EXPECT_TRUE(world.get(kinds::endpoints, "book").is_null());
}

}  // namespace
}  // namespace holdfast::cluster
