#include "cluster/agent/pod_volumes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/agent/agent_test_support.hpp"
#include "cluster/node/node_test_support.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::text_of_file;
namespace fs = std::filesystem;

class PodVolumes : public ::testing::Test {
 protected:
  PodVolumes() {
    cluster_.create(kinds::config_map, R"({"metadata": {"name": "shop"}, "data": {"mode": "fast", "other": "x"},
                                           "binaryData": {"blob": "AAEC"}})");
    cluster_.create(kinds::secret, R"({"metadata": {"name": "keys"}, "data": {"token": "czNjcmV0"}})");
  }

  /// Volumes named v, w, ..., mounted at /v, /w, ... as told.
  pod_volumes volumes_of(std::string const& volumes, std::string const& mounts = "[]") {
    pod_ = cluster_.create_pod(R"({"containers": [{"name": "main", "image": "a", "volumeMounts": )" + mounts +
                                   R"(, "resources": {"limits": {"cpu": "2"}}}], "volumes": )" + volumes + "}",
                               R"({"labels": {"app": "order", "tier": "back"}})");
    return {pod_, "127.5.16.1", cluster_.store, folders_};
  }
  fs::path folder(std::string const& volume) const { return *folders_.of_pod(uid_of(*pod_), volume); }
  std::string text(std::string const& file) const { return text_of_file(folder("v") / file); }
  fs::perms mode(std::string const& file) const { return fs::status(folder("v") / file).permissions(); }
  json const& container() const { return (*pod_)["spec"]["containers"][0]; }

  admitting_store cluster_;
  testing::temporary_folder temporary_;
  volume_folders folders_{temporary_.root() / "pods", temporary_.root() / "claims"};
  object_ptr pod_;
};

TEST_F(PodVolumes, AMapIsAFolderOfFiles) {
  auto const volumes = volumes_of(R"([{"name": "v", "configMap": {"name": "shop"}}])");
  ASSERT_TRUE(volumes.prepare());
  EXPECT_EQ(text("mode"), "fast");
  EXPECT_EQ(text("other"), "x");
  EXPECT_EQ(text("blob"), std::string("\0\1\2", 3));
  EXPECT_EQ(mode("mode"), fs::perms{0644});
}

TEST_F(PodVolumes, ItemsAndModesAreChosen) {
  auto const volumes = volumes_of(R"([{"name": "v", "secret": {"secretName": "keys", "defaultMode": 256}},
      {"name": "w", "configMap": {"name": "shop", "items": [{"key": "mode", "path": "deep/file", "mode": 384}]}}])");
  ASSERT_TRUE(volumes.prepare());
  EXPECT_EQ(text("token"), "s3cret");
  EXPECT_EQ(mode("token"), fs::perms{0400});
  EXPECT_EQ(text_of_file(folder("w") / "deep/file"), "fast");
  EXPECT_EQ(fs::status(folder("w") / "deep/file").permissions(), fs::perms{0600});
  EXPECT_FALSE(fs::exists(folder("w") / "other"));
}

TEST_F(PodVolumes, FilesFollowTheirSource) {
  auto const volumes = volumes_of(R"([{"name": "v", "configMap": {"name": "shop"}},
                                      {"name": "w", "secret": {"secretName": "keys"}}])");
  ASSERT_TRUE(volumes.prepare());
  cluster_.patch(kinds::config_map, "shop", R"({"data": {"mode": "slow", "other": null}})");
  cluster_.remove(kinds::secret, "keys");
  auto const again = volumes.prepare();
  EXPECT_EQ(text("mode"), "slow");
  EXPECT_FALSE(fs::exists(folder("v") / "other"));
  ASSERT_FALSE(again) << "the secret is gone";
  EXPECT_EQ(text_of_file(folder("w") / "token"), "s3cret") << "its files stay for those who read them";
}

TEST_F(PodVolumes, OneThatFailsDoesNotKeepTheOthersBack) {
  auto const volumes = volumes_of(R"([{"name": "u", "configMap": {"name": "none"}},
                                      {"name": "v", "configMap": {"name": "shop"}}])");
  EXPECT_FALSE(volumes.prepare());
  EXPECT_EQ(text("mode"), "fast");
}

struct obstacle_case {
  char const* claim;
  char const* volume;
  char const* statement;
};

TEST_F(PodVolumes, WhatIsMissingIsAnObstacleInKubernetesWords) {
  for (auto const& c :
       {obstacle_case{"a map", R"({"configMap": {"name": "none"}})",
                      R"(MountVolume.SetUp failed for volume "v" : configmap "none" not found)"},
        obstacle_case{"a secret", R"({"secret": {"secretName": "none"}})",
                      R"(MountVolume.SetUp failed for volume "v" : secret "none" not found)"},
        obstacle_case{"a key of a map", R"({"configMap": {"name": "shop", "items": [{"key": "nokey", "path": "a"}]}})",
                      R"(MountVolume.SetUp failed for volume "v" : references non-existent config key: nokey)"},
        obstacle_case{"a key of a secret",
                      R"({"secret": {"secretName": "keys", "items": [{"key": "nokey", "path": "a"}]}})",
                      R"(MountVolume.SetUp failed for volume "v" : references non-existent secret key: nokey)"},
        obstacle_case{"a part", R"({"projected": {"sources": [{"configMap": {"name": "shop"}},
                                                              {"secret": {"name": "none"}}]}})",
                      R"(MountVolume.SetUp failed for volume "v" : secret "none" not found)"},
        obstacle_case{"a claim", R"({"persistentVolumeClaim": {"claimName": "none"}})",
                      "Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to "
                      "process volumes=[v]: error processing PVC shop/none: failed to fetch PVC from API server: "
                      "persistentvolumeclaims \"none\" not found"}}) {
    SCOPED_TRACE(c.claim);
    auto volume = json::parse(c.volume);
    volume["name"] = "v";
    auto const prepared = volumes_of(json::array({volume}).dump()).prepare();
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().why.statement, c.statement);
    EXPECT_EQ(prepared.error().waiting_reason, "ContainerCreating");
    EXPECT_EQ(prepared.error().event_reason, "FailedMount");
    EXPECT_TRUE(cluster_.store.remove(kinds::pod, key_of(*pod_), {.grace_seconds = 0}));
  }
}

TEST_F(PodVolumes, WhatIsOptionalIsLeftOut) {
  auto const volumes = volumes_of(R"([
      {"name": "u", "secret": {"secretName": "none", "optional": true}},
      {"name": "v", "configMap": {"name": "shop", "optional": true,
                                  "items": [{"key": "nokey", "path": "a"}, {"key": "mode", "path": "b"}]}}])");
  ASSERT_TRUE(volumes.prepare());
  EXPECT_TRUE(fs::is_directory(folder("u")));
  EXPECT_FALSE(fs::exists(folder("v") / "a"));
  EXPECT_EQ(text("b"), "fast");
}

TEST_F(PodVolumes, ThePodCanReadOfItself) {
  auto const volumes = volumes_of(R"([{"name": "v", "downwardAPI": {"defaultMode": 288, "items": [
      {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}},
      {"path": "of/name", "mode": 256, "fieldRef": {"fieldPath": "metadata.name"}},
      {"path": "cpu", "resourceFieldRef": {"containerName": "main", "resource": "limits.cpu"}}]}}])");
  ASSERT_TRUE(volumes.prepare());
  EXPECT_EQ(text("labels"), "app=\"order\"\ntier=\"back\"");
  EXPECT_EQ(text("of/name"), "order-1");
  EXPECT_EQ(text("cpu"), "2");
  EXPECT_EQ(mode("labels"), fs::perms{0440});
  EXPECT_EQ(mode("of/name"), fs::perms{0400});
  auto const changed = cluster_.patch(kinds::pod, "order-1", R"({"metadata": {"labels": {"tier": null}}})");
  ASSERT_TRUE(pod_volumes(changed, "127.5.16.1", cluster_.store, folders_).prepare());
  EXPECT_EQ(text("labels"), "app=\"order\"");
}

TEST_F(PodVolumes, PartsAreProjectedIntoOneFolder) {
  auto const volumes = volumes_of(R"([{"name": "v", "projected": {"defaultMode": 256, "sources": [
      {"configMap": {"name": "shop", "items": [{"key": "mode", "path": "a"}, {"key": "other", "path": "b"}]}},
      {"secret": {"name": "keys", "items": [{"key": "token", "path": "b"}]}},
      {"secret": {"name": "none", "optional": true}},
      {"downwardAPI": {"items": [{"path": "name", "fieldRef": {"fieldPath": "metadata.name"}}]}}]}}])");
  ASSERT_TRUE(volumes.prepare());
  EXPECT_EQ(text("a"), "fast");
  EXPECT_EQ(text("b"), "s3cret") << "the later one wins";
  EXPECT_EQ(text("name"), "order-1");
  EXPECT_EQ(mode("a"), fs::perms{0400});
}

TEST_F(PodVolumes, AnEmptyFolderKeepsWhatProgramsWrite) {
  auto const volumes = volumes_of(R"([{"name": "v"}])");
  ASSERT_TRUE(volumes.prepare());
  testing::write_file(folder("v") / "data", "kept");
  ASSERT_TRUE(volumes.prepare());
  EXPECT_EQ(text("data"), "kept");
}

TEST_F(PodVolumes, AClaimIsAFolderOfItsOwnOnceItIsBound) {
  cluster_.create(kinds::persistent_volume_claim,
                  R"({"metadata": {"name": "state"}, "spec": {"accessModes": ["ReadWriteOnce"],
                      "resources": {"requests": {"storage": "1Gi"}}}})");
  auto const volumes = volumes_of(R"([{"name": "v", "persistentVolumeClaim": {"claimName": "state"}}])",
                                  R"([{"name": "v", "mountPath": "/v"}])");
  EXPECT_THAT(volumes.prepare().error().why.statement, HasSubstr("error processing PVC shop/state: PVC is not bound"));
  EXPECT_FALSE(fs::exists(temporary_.root() / "claims"));
  cluster_.patch(kinds::persistent_volume_claim, "state", R"({"status": {"phase": "Bound"}})", update_scope::status);
  ASSERT_TRUE(volumes.prepare());
  EXPECT_EQ(volumes.mounts_of(container())->at(0).source, *folders_.of_claim("shop", "state"));
  cluster_.patch(kinds::persistent_volume_claim, "state", R"({"metadata": {"finalizers": ["shop.example/keep"]}})");
  cluster_.remove(kinds::persistent_volume_claim, "state");
  EXPECT_THAT(volumes.prepare().error().why.statement, HasSubstr("PVC is being deleted"));
}

TEST_F(PodVolumes, AFolderThatCannotBeMadeIsAnObstacle) {
  testing::write_file(temporary_.root() / "pods", "in the way");
  auto const prepared = volumes_of(R"([{"name": "v"}])").prepare();
  ASSERT_FALSE(prepared);
  EXPECT_THAT(prepared.error().why.statement, HasSubstr(R"(MountVolume.SetUp failed for volume "v" : )"));
  EXPECT_THAT(prepared.error().why.statement, HasSubstr(temporary_.path("pods")));
}

TEST_F(PodVolumes, KnowsItsSources) {
  auto const volumes = volumes_of(R"([
      {"name": "u", "configMap": {"name": "shop"}},
      {"name": "v", "secret": {"secretName": "keys"}},
      {"name": "w", "projected": {"sources": [{"configMap": {"name": "inner"}}, {"secret": {"name": "deep"}}]}}])");
  for (auto const* const name : {"shop", "inner"}) {
    EXPECT_TRUE(volumes.uses(kinds::config_map, name)) << name;
    EXPECT_FALSE(volumes.uses(kinds::secret, name)) << name;
  }
  for (auto const* const name : {"keys", "deep"}) {
    EXPECT_TRUE(volumes.uses(kinds::secret, name)) << name;
    EXPECT_FALSE(volumes.uses(kinds::config_map, name)) << name;
  }
  EXPECT_FALSE(volumes.uses(kinds::config_map, "another"));
  EXPECT_FALSE(volumes.uses(kinds::pod, "shop"));
}

TEST_F(PodVolumes, MountsShowFoldersAndSubPaths) {
  auto const volumes = volumes_of(R"([{"name": "u"}, {"name": "v", "configMap": {"name": "shop"}}])",
                                  R"([{"name": "u", "mountPath": "/u"},
                                      {"name": "u", "mountPath": "/ro", "subPath": "a/b", "readOnly": true},
                                      {"name": "v", "mountPath": "/v"},
                                      {"name": "v", "mountPath": "/mode", "subPath": "mode"}])");
  ASSERT_TRUE(volumes.prepare());
  auto const mounts = volumes.mounts_of(container());
  ASSERT_TRUE(mounts);
  ASSERT_EQ(mounts->size(), 4U);
  EXPECT_EQ(mounts->at(0).volume, "u");
  EXPECT_EQ(mounts->at(0).source, folder("u"));
  EXPECT_EQ(mounts->at(0).mount_path, "/u");
  EXPECT_EQ(mounts->at(0).access, mount_access::read_write);
  EXPECT_EQ(mounts->at(1).source, folder("u") / "a/b");
  EXPECT_TRUE(fs::is_directory(folder("u") / "a/b"));
  EXPECT_EQ(mounts->at(1).access, mount_access::read_only);
  EXPECT_EQ(mounts->at(2).source, folder("v"));
  EXPECT_EQ(mounts->at(2).access, mount_access::read_only) << "what the cluster fills nobody writes";
  EXPECT_EQ(text_of_file(mounts->at(3).source), "fast") << "one file of it";
}

TEST_F(PodVolumes, ASubPathMayNotLeadOut) {
  auto const volumes = volumes_of(R"([{"name": "v"}])", R"([{"name": "v", "mountPath": "/v", "subPath": "out"}])");
  ASSERT_TRUE(volumes.prepare());
  fs::create_symlink("/etc", folder("v") / "out");
  auto const mounts = volumes.mounts_of(container());
  ASSERT_FALSE(mounts);
  EXPECT_EQ(mounts.error().waiting_reason, "CreateContainerConfigError");
  EXPECT_EQ(mounts.error().event_reason, "Failed");
  EXPECT_EQ(mounts.error().why.statement,
            "Error: failed to prepare subPath for volumeMount \"v\" of container \"main\": subPath \"out\" leads out "
            "of the volume");
}

TEST_F(PodVolumes, APodWithoutVolumesNeedsNothing) {
  auto const volumes = volumes_of("[]");
  EXPECT_TRUE(volumes.prepare());
  EXPECT_THAT(*volumes.mounts_of(container()), IsEmpty());
  EXPECT_TRUE(fs::is_empty(temporary_.root()));
}

}  // namespace
}  // namespace holdfast::cluster
