#include "cluster/objects/object_schema.hpp"

namespace holdfast::cluster {
namespace {

TEST(ObjectSchema, KnowsTheFieldsOfEveryKind) {
  for (auto const* const kind : all_kinds()) {
    SCOPED_TRACE(kind->name);
    auto const& schema = schema_of(*kind);
    EXPECT_EQ(schema.name, kind->name);
    EXPECT_NE(schema.find("metadata"), nullptr);
    EXPECT_EQ(schema.find("status") != nullptr, kind->has_status);
  }
}

TEST(ObjectSchema, ReadsEveryWordOfTheTableLanguage) {
  auto const& deployment = *schema_of(kinds::deployment).find("spec")->object;
  EXPECT_EQ(deployment.find("replicas")->otherwise, json(1));
  EXPECT_EQ(deployment.find("replicas")->least, 0);
  EXPECT_TRUE(deployment.find("selector")->is_fixed);
  EXPECT_TRUE(deployment.find("selector")->is_required);
  auto const& pod = *deployment.find("template")->object->find("spec")->object;
  auto const& containers = *pod.find("containers");
  EXPECT_EQ(containers.shape, value_shape::list);
  EXPECT_TRUE(containers.merges);
  EXPECT_EQ(containers.merge_key, "name");
  EXPECT_EQ(containers.object->find("name")->form, text_form::dns_label);
  EXPECT_EQ(containers.object->find("ports")->object->find("containerPort")->most, 65535);
  EXPECT_EQ(pod.find("affinity")->support, field_support::ignored);
  EXPECT_EQ(pod.find("hostNetwork")->support, field_support::refused);
  EXPECT_EQ(pod.find("nodeSelector")->shape, value_shape::map);
  EXPECT_THAT(pod.find("restartPolicy")->allowed, testing::ElementsAre("Always", "OnFailure", "Never"));
  auto const& service = *schema_of(kinds::service).find("spec")->object;
  EXPECT_THAT(service.find("type")->refused_values, testing::ElementsAre("ExternalName"));
  EXPECT_TRUE(schema_of(kinds::pod).find("metadata")->object->find("finalizers")->merges);
  EXPECT_EQ(pod.find("nothing"), nullptr);
}

}  // namespace
}  // namespace holdfast::cluster
