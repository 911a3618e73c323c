#include "cluster/api/api_path.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

TEST(ApiPath, NamesObjectsOfTheCoreGroupAndOfOthers) {
  auto const pod = parse_api_path("/api/v1/namespaces/shop/pods/p/log");
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->group, "");
  EXPECT_EQ(pod->version, "v1");
  EXPECT_EQ(pod->name_space, "shop");
  EXPECT_EQ(pod->resource, "pods");
  EXPECT_EQ(pod->name, "p");
  EXPECT_EQ(pod->subresource, "log");
  auto const all = parse_api_path("/apis/apps/v1/deployments");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->group, "apps");
  EXPECT_EQ(all->name_space, "");
  EXPECT_EQ(all->resource, "deployments");
}

TEST(ApiPath, ANamespaceIsAnObjectToo) {
  auto const shop = parse_api_path("/api/v1/namespaces/shop");
  ASSERT_TRUE(shop);
  EXPECT_EQ(shop->resource, "namespaces");
  EXPECT_EQ(shop->name, "shop");
  EXPECT_EQ(shop->name_space, "");
  EXPECT_EQ(parse_api_path("/api/v1/namespaces/shop/status")->subresource, "status");
  EXPECT_EQ(parse_api_path("/api/v1/namespaces/shop/pods")->name_space, "shop");
}

TEST(ApiPath, AGroupVersionHasNoResource) {
  EXPECT_EQ(parse_api_path("/apis/apps/v1")->resource, "");
  EXPECT_EQ(parse_api_path("/api/v1/")->version, "v1");
}

TEST(ApiPath, RefusesWhatIsNoPathOfAnObject) {
  for (auto const* const path : {"", "/", "/api", "/apis/apps", "/healthz", "api/v1", "/api//pods", "/api/v1/%zz",
                                 "/api/v1/pods/%00", "/api/v1/namespaces/a/pods/b/log/more"}) {
    EXPECT_FALSE(parse_api_path(path)) << path;
  }
}

TEST(RequestTarget, DecodesItsParameters) {
  auto const target = parse_target("/api/v1/pods?labelSelector=app%3Dbook%2Ctier+in+%28a%29&watch=1&watch=2&x&=y");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/v1/pods");
  EXPECT_EQ(target->query.at("labelSelector"), "app=book,tier in (a)");
  EXPECT_EQ(target->query.at("watch"), "1");
  EXPECT_EQ(target->query.at("x"), "");
  EXPECT_EQ(target->query.size(), 3U);
  EXPECT_FALSE(parse_target("/a?b=%f"));
  EXPECT_FALSE(parse_target("/a?b=%00"));
}

}  // namespace
}  // namespace holdfast::cluster
