#include "cluster/api/discovery.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "cluster/api/kubeconfig.hpp"
#include "cluster/objects/resource_kind.hpp"

namespace holdfast::cluster {
namespace {

bool lists(json const& resources, std::string_view name) {
  return std::ranges::any_of(resources["resources"], [&](json const& each) { return each["name"] == name; });
}

TEST(Discovery, ListsEveryKindUnderItsGroup) {
  for (auto const* const kind : all_kinds()) {
    auto const resources = api_resources(kind->group, kind->version);
    ASSERT_TRUE(resources) << kind->name;
    EXPECT_TRUE(lists(*resources, kind->plural)) << kind->name;
  }
}

TEST(Discovery, EveryGroupThatIsListedCanBeAskedFor) {
  auto const all = api_groups();
  for (auto const& group : all["groups"]) {
    auto const name = group["name"].get<std::string>();
    EXPECT_EQ((*api_group(name))["kind"], "APIGroup");
    for (auto const& version : group["versions"]) {
      EXPECT_TRUE(api_resources(name, version["version"].get<std::string>())) << version;
    }
  }
  EXPECT_FALSE(api_group("batch"));
  EXPECT_FALSE(api_resources("apps", "v1beta1"));
}

TEST(Discovery, ScalesAndLogsAreSubresources) {
  EXPECT_TRUE(lists(*api_resources("apps", "v1"), "deployments/scale"));
  EXPECT_TRUE(lists(*api_resources("", "v1"), "pods/log"));
  EXPECT_TRUE(lists(*api_resources("autoscaling", "v1"), "horizontalpodautoscalers"));
  EXPECT_TRUE(lists(*api_resources("metrics.k8s.io", "v1beta1"), "pods"));
}

TEST(Discovery, TheOpenApiDocumentIsAProtobufMessage) {
  auto const bytes = openapi_v2_protobuf();
  ASSERT_GT(bytes.size(), 5U);
  EXPECT_EQ(bytes.substr(0, 5), (std::string{'\x0A', '\x03'} + "2.0"));  // field 1, three bytes
  EXPECT_EQ(bytes[5], '\x12');                                           // field 2, the info
  EXPECT_EQ(bytes[6] + 7 + 2, static_cast<int>(bytes.size()));           // and behind it empty paths
}

TEST(Kubeconfig, NamesServerTokenAndNamespace) {
  auto const text = kubeconfig_text("https://127.0.0.1:6443", "PEM", "secret", "shop");
  for (auto const* const part : {"server: \"https://127.0.0.1:6443\"", "certificate-authority-data: UEVN",
                                 "token: \"secret\"", "namespace: \"shop\"", "current-context: holdfast"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace holdfast::cluster
