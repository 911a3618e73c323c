#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/node/mount_plan.hpp"
#include "cluster/node/node_test_support.hpp"
#include "cluster/node/payload_folder.hpp"
#include "cluster/node/volume_folders.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::text_of_file;
namespace fs = std::filesystem;

TEST(PayloadFolder, FilesAppearAllAtOnceAndFollowChanges) {
  testing::temporary_folder const folder;
  auto const volume = folder.root() / "volume";
  EXPECT_EQ(*write_payload(volume, {{"a.txt", {"one"}}, {"sub/b.txt", {"two", 0400}}}), payload_change::written);
  EXPECT_EQ(text_of_file(volume / "a.txt"), "one");
  EXPECT_EQ(text_of_file(volume / "sub/b.txt"), "two");
  EXPECT_EQ(fs::status(volume / "sub/b.txt").permissions(), fs::perms::owner_read);
  EXPECT_EQ(fs::read_symlink(volume / "a.txt"), "..data/a.txt");
  auto const before = fs::read_symlink(volume / "..data");
  EXPECT_EQ(*write_payload(volume, {{"a.txt", {"one"}}, {"sub/b.txt", {"two", 0400}}}), payload_change::none);
  EXPECT_EQ(fs::read_symlink(volume / "..data"), before);
  EXPECT_EQ(*write_payload(volume, {{"a.txt", {"changed"}}, {"c.txt", {""}}}), payload_change::written);
  EXPECT_NE(fs::read_symlink(volume / "..data"), before);
  EXPECT_EQ(text_of_file(volume / "a.txt"), "changed");
  EXPECT_TRUE(fs::exists(volume / "c.txt"));
  EXPECT_FALSE(fs::is_symlink(volume / "sub")) << "what is gone has no name any more";
  EXPECT_FALSE(fs::exists(volume / before)) << "and no files";
}

TEST(PayloadFolder, NoPathLeadsOutOfIt) {
  testing::temporary_folder const folder;
  for (auto const* const path : {"../x", "/etc/x", "a/../../x", "..data", "", "..x"}) {
    EXPECT_FALSE(write_payload(folder.root(), {{path, {"x"}}}).has_value()) << path;
  }
  EXPECT_THAT(write_payload("/proc/no", {{"a", {"x"}}}).error(), HasSubstr("/proc/no"));
}

TEST(PayloadFolder, ItemsChooseKeysPathsAndModes) {
  std::map<std::string, std::string, std::less<>> const data{{"k1", "one"}, {"k2", "two"}};
  std::vector<volume_item> const items{{.key = "k2", .path = "conf/second", .mode = 0600},
                                       {.key = "k3", .path = "third"}};
  EXPECT_EQ(*project(data, {}, 0444, missing_keys::are_errors),
            (payload{{"k1", {"one", 0444}}, {"k2", {"two", 0444}}}));
  EXPECT_EQ(*project(data, items, 0444, missing_keys::are_left_out), (payload{{"conf/second", {"two", 0600}}}));
  EXPECT_EQ(project(data, items, 0444, missing_keys::are_errors).error(), "references non-existent config key: k3");
  EXPECT_EQ(project(data, items, 0444, missing_keys::are_errors, "secret").error(),
            "references non-existent secret key: k3");
}

TEST(VolumeFolders, ClaimsOutlivePodsAndNamesLeadNowhereElse) {
  testing::temporary_folder const folder;
  volume_folders const volumes{folder.root() / "pods", folder.root() / "claims"};
  auto const scratch = volumes.of_pod("uid-1", "scratch");
  auto const claim = volumes.of_claim("default", "book-state");
  ASSERT_TRUE(scratch && claim && volumes.staging("uid-1", "book"));
  testing::write_file(*claim / "data", "kept");
  EXPECT_EQ(*volumes.of_claim("default", "book-state"), *claim) << "the next pod gets the same";
  ASSERT_TRUE(volumes.remove_pod("uid-1").has_value());
  EXPECT_FALSE(fs::exists(*scratch));
  EXPECT_EQ(text_of_file(*claim / "data"), "kept");
  EXPECT_TRUE(volumes.remove_claim("default", "book-state").has_value());
  EXPECT_FALSE(fs::exists(*claim));
  for (auto const* const name : {"", ".", "..", "a/b"}) EXPECT_FALSE(volumes.of_pod("uid-1", name).has_value()) << name;
  EXPECT_THAT(volumes.remove_pod("..").error().message(), HasSubstr("\"..\" cannot be the name of a folder"));
}

TEST(VolumeFolders, ASubPathStaysInItsVolume) {
  testing::temporary_folder const folder;
  fs::create_directories(folder.root() / "volume");
  EXPECT_EQ(*with_sub_path(folder.root() / "volume", ""), folder.root() / "volume");
  EXPECT_EQ(*with_sub_path(folder.root() / "volume", "a/b"), folder.root() / "volume/a/b");
  EXPECT_TRUE(fs::is_directory(folder.root() / "volume/a/b"));
  EXPECT_THAT(with_sub_path(folder.root() / "volume", "../x").error().message(), HasSubstr("must not contain '..'"));
  EXPECT_FALSE(with_sub_path(folder.root() / "volume", "/etc").has_value());
  fs::create_symlink("/etc", folder.root() / "volume/out");
  EXPECT_THAT(with_sub_path(folder.root() / "volume", "out").error().message(), HasSubstr("leads out of the volume"));
}

/// A machine with a few files; folders end in '/'.
file_view machine(std::map<std::string, std::vector<std::string>> folders) {
  auto const kind_of = [folders](fs::path const& path) {
    if (folders.contains(path.string())) return file_view::kind::folder;
    auto const above = folders.find(path.parent_path().string());
    bool const named =
        above != folders.end() && std::count(above->second.begin(), above->second.end(), path.filename()) > 0;
    if (!named) return file_view::kind::nothing;
    return path.filename() == "link" ? file_view::kind::link : file_view::kind::file;
  };
  return {.kind_of = kind_of,
          .names_in = [folders](fs::path const& path) { return folders.at(path.string()); },
          .link_target = [](fs::path const&) { return std::string{"target"}; }};
}

TEST(MountPlan, AFolderThatExistsIsCovered) {
  auto const files = machine({{"/", {"srv"}}, {"/srv", {"data"}}, {"/srv/data", {}}, {"/run/v", {}}});
  auto const steps =
      plan_mounts(std::vector<volume_mount>{{"v", "/run/v", "/srv/data", mount_access::read_only}}, "/stage", files);
  using a = mount_action;
  EXPECT_THAT(
      steps,
      ElementsAre(mount_step{a::keep_apart, "", ""}, mount_step{a::empty_folder, "", "/stage"},
                  mount_step{a::make_folder, "", "/stage/volume-0"}, mount_step{a::show, "/run/v", "/stage/volume-0"},
                  mount_step{a::show, "/stage/volume-0", "/srv/data"}, mount_step{a::protect, "", "/srv/data"}));
}

TEST(MountPlan, WhatIsMissingAppearsInACopyOfTheFolderAbove) {
  auto const files = machine({{"/", {"srv"}}, {"/srv", {"data", "file", "link"}}, {"/srv/data", {}}, {"/run/v", {}}});
  auto const steps = plan_mounts(std::vector<volume_mount>{{"v", "/run/v", "/srv/new/deep"}}, "/stage", files);
  using a = mount_action;
  EXPECT_THAT(
      std::vector(steps.begin() + 4, steps.end()),
      ElementsAre(mount_step{a::make_folder, "", "/stage/original-0"}, mount_step{a::show, "/srv", "/stage/original-0"},
                  mount_step{a::empty_folder, "", "/srv"}, mount_step{a::make_folder, "", "/srv/data"},
                  mount_step{a::show, "/stage/original-0/data", "/srv/data"}, mount_step{a::make_file, "", "/srv/file"},
                  mount_step{a::show, "/stage/original-0/file", "/srv/file"},
                  mount_step{a::make_link, "target", "/srv/link"}, mount_step{a::make_folder, "", "/srv/new"},
                  mount_step{a::make_folder, "", "/srv/new/deep"},
                  mount_step{a::show, "/stage/volume-0", "/srv/new/deep"}));
}

TEST(MountPlan, NoVolumeNoStep) { EXPECT_THAT(plan_mounts({}, "/stage", machine({})), IsEmpty()); }

TEST(LinkedVolumes, AreMadeWhereTheyCanBeAndToldWhereNot) {
  testing::temporary_folder const folder;
  fs::create_directories(folder.root() / "volume");
  fs::create_directories(folder.root() / "taken");
  std::vector<fs::path> noted;
  std::vector<volume_mount> const mounts{{"state", folder.root() / "volume", folder.root() / "mount"},
                                         {"my-state", folder.root() / "volume", folder.root() / "taken"}};
  auto const linked = link_volumes(mounts, [&](fs::path const& path) { noted.push_back(path); });
  EXPECT_THAT(linked.made, ElementsAre(folder.root() / "mount"));
  EXPECT_THAT(noted, ElementsAre(folder.root() / "mount"));
  EXPECT_EQ(fs::read_symlink(folder.root() / "mount"), folder.root() / "volume");
  ASSERT_EQ(linked.warnings.size(), 1U);
  EXPECT_THAT(linked.warnings[0], HasSubstr("volume \"my-state\" cannot be shown at " + folder.path("taken")));
  EXPECT_THAT(linked.warnings[0], HasSubstr("which HOLDFAST_VOLUME_MY_STATE names"));
  auto const shared = link_volumes(std::vector{mounts[0]}, [](fs::path const&) {});
  EXPECT_TRUE(shared.warnings.empty()) << "a second pod shares it";
  EXPECT_TRUE(shared.made.empty());
  EXPECT_THAT(shared.found, ElementsAre(folder.root() / "mount"));
  EXPECT_THAT(volume_variables(mounts), ElementsAre("HOLDFAST_VOLUME_MY_STATE=" + folder.path("volume"),
                                                    "HOLDFAST_VOLUME_STATE=" + folder.path("volume")));
}

}  // namespace
}  // namespace holdfast::cluster
