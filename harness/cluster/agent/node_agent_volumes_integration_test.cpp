#include "cluster/agent/node_agent_test_support.hpp"

namespace holdfast::cluster {
namespace {

using NodeAgentVolumes = agent_fixture;

TEST_F(NodeAgentVolumes, AVolumeWithoutItsConfigMapHoldsThePodBack) {
  auto reads = sh("exec sleep 100");
  reads["volumeMounts"] = json::array({{{"name", "conf"}, {"mountPath", "/etc/holdfast-test"}}});
  create_pod("book", reads, {{"volumes", {{{"name", "conf"}, {"configMap", {{"name", "settings"}}}}}}});
  ASSERT_TRUE(comes([&] { return !events("FailedMount").empty(); }));
  EXPECT_EQ(waiting("book"), "ContainerCreating");
  EXPECT_EQ(phase("book"), "Pending");
  (void)store_.create(kinds::config_map, {{"metadata", {{"namespace", "shop"}, {"name", "settings"}}}});
  EXPECT_TRUE(comes([&] { return is_ready("book"); }));
}

TEST_F(NodeAgentVolumes, APodThatEndsLeavesTheOthersTheirLinkToASharedClaim) {
  auto claim = store_.create(kinds::persistent_volume_claim, {{"metadata", {{"namespace", "shop"}, {"name", "state"}}},
                                                              {"spec",
                                                               {{"accessModes", {"ReadWriteOnce"}},
                                                                {"volumeName", "any"},
                                                                {"resources", {{"requests", {{"storage", "1Gi"}}}}}}}});
  ASSERT_TRUE(claim.has_value()) << claim.error().message;
  auto bound = **claim;
  bound["status"]["phase"] = "Bound";
  ASSERT_TRUE(store_.update(kinds::persistent_volume_claim, bound, update_scope::status).has_value());
  auto const link = folder_.root() / "mounted";
  auto shares = sh("exec sleep 100");
  shares["volumeMounts"] = json::array({{{"name", "state"}, {"mountPath", link.string()}}});
  json const volumes{{"volumes", {{{"name", "state"}, {"persistentVolumeClaim", {{"claimName", "state"}}}}}}};
  for (auto const* const name : {"first", "second"}) {
    create_pod(name, shares, volumes);
    ASSERT_TRUE(comes([&] { return is_ready(name); }));
  }
  (void)store_.remove(kinds::pod, {"shop", "first"});
  ASSERT_TRUE(comes([&] { return is_gone("first"); }));
  EXPECT_TRUE(std::filesystem::is_directory(link));
  (void)store_.remove(kinds::pod, {"shop", "second"});
  ASSERT_TRUE(comes([&] { return agent_->is_idle(); }));
  EXPECT_FALSE(std::filesystem::is_symlink(link));
}

}  // namespace
}  // namespace holdfast::cluster
