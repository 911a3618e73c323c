#include "cluster/objects/field_selector.hpp"

namespace holdfast::cluster {
namespace {

TEST(FieldSelector, ChoosesByFields) {
  auto const pod = json::parse(R"({"metadata":{"name":"a","namespace":"shop"},"spec":{"nodeName":"local"},
                                   "status":{"phase":"Running"}})");
  for (auto const& [text, chosen] : std::map<std::string, bool>{{"", true},
                                                                {"metadata.name=a", true},
                                                                {"metadata.name==a", true},
                                                                {"metadata.name!=a", false},
                                                                {"metadata.name=a,status.phase!=Running", false},
                                                                {"status.phase!=Succeeded,status.phase!=Failed", true},
                                                                {"spec.nodeName=", false},
                                                                {"status.podIP=", true},
                                                                {"metadata.name=a\\,b", false}}) {
    auto const selector = parse_field_selector(kinds::pod, text);
    ASSERT_TRUE(selector) << text;
    EXPECT_EQ(matches(*selector, pod), chosen) << text;
  }
}

TEST(FieldSelector, ChoosesEventsByWhatTheyAreAbout) {
  auto const event = json::parse(R"({"involvedObject":{"kind":"Pod","name":"a"},"source":{"component":"kubelet"}})");
  EXPECT_TRUE(matches(*parse_field_selector(kinds::event, "involvedObject.name=a,involvedObject.kind=Pod"), event));
  EXPECT_TRUE(matches(*parse_field_selector(kinds::event, "source=kubelet"), event));
}

TEST(FieldSelector, RefusesOtherFieldsAndForms) {
  for (auto const* const text : {"spec.replicas=1", "metadata.name", "=a", "metadata.name=a,,", "!"}) {
    auto const selector = parse_field_selector(kinds::deployment, text);
    ASSERT_FALSE(selector) << text;
    EXPECT_EQ(selector.error().code, 400);
  }
  EXPECT_EQ(parse_field_selector(kinds::pod, "spec.x=1").error().message, "field label not supported: spec.x");
}

}  // namespace
}  // namespace holdfast::cluster
