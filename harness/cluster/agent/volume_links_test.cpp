#include "cluster/agent/volume_links.hpp"

#include <gtest/gtest.h>

#include "cluster/node/node_test_support.hpp"

namespace holdfast::cluster {
namespace {

namespace fs = std::filesystem;

TEST(VolumeLinks, ALinkGoesWithTheLastPodThatUsesIt) {
  testing::temporary_folder const folder;
  fs::path const link{folder.path("link")};
  fs::create_symlink(folder.root(), link);
  volume_links links;
  links.made(link, "first");
  links.found(link, "second");
  links.found(link, "first");  // its container was started again
  links.release("first");
  EXPECT_TRUE(fs::is_symlink(link));
  links.release("second");
  EXPECT_FALSE(fs::is_symlink(link));
  fs::create_symlink(folder.root(), link);
  links.release("second");
  EXPECT_TRUE(fs::is_symlink(link)) << "it is somebody else's by now";
}

TEST(VolumeLinks, WhatWasThereBeforeStays) {
  testing::temporary_folder const folder;
  fs::path const link{folder.path("link")};
  fs::create_symlink(folder.root(), link);
  volume_links links;
  links.found(link, "pod");
  links.release("pod");
  EXPECT_TRUE(fs::is_symlink(link));
}

}  // namespace
}  // namespace holdfast::cluster
