#include "cluster/protobuf/message_form.hpp"

#include <set>

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using named_fields = std::map<std::string_view, message_field const*>;

/// Fields by name, those of inline messages among them.
named_fields fields_of(message_form const& form) {
  named_fields all;
  for (auto const& field : form.fields) {
    if (field.is_inline) {
      all.merge(fields_of(*field.form));
    } else {
      EXPECT_TRUE(all.emplace(field.name, &field).second) << form.name << '.' << field.name;
    }
  }
  return all;
}

bool is_same(value_type type, wire_meaning meaning) {
  switch (type) {
    case value_type::text:
      return meaning == wire_meaning::text;
    case value_type::int32:
      return meaning == wire_meaning::int32;
    case value_type::int64:
      return meaning == wire_meaning::int64;
    case value_type::boolean:
      return meaning == wire_meaning::boolean;
    case value_type::quantity:
      return meaning == wire_meaning::quantity;
    case value_type::int_or_text:
      return meaning == wire_meaning::int_or_text;
    case value_type::time:
      return meaning == wire_meaning::time;
    case value_type::bytes:
      return meaning == wire_meaning::bytes;
    case value_type::object:
      return meaning == wire_meaning::message;
    default:
      return true;
  }
}

/// Walks what a kind may hold and what can be read from protobuf together.
class comparison {
 public:
  void compare(object_schema const& schema, message_form const& form, std::string const& path) {
    if (!seen_.insert({&schema, &form}).second) return;
    auto const fields = fields_of(form);
    for (auto const& wanted : schema.fields) {
      auto const place = path + '.' + std::string{wanted.name};
      if (wanted.name == "apiVersion" || wanted.name == "kind") {
        if (schema.find("metadata") != nullptr) continue;  // the envelope says it
      }
      auto const found = fields.find(wanted.name);
      if (found == fields.end()) {
        missing.push_back(place);
        continue;
      }
      auto const& field = *found->second;
      EXPECT_TRUE(is_same(wanted.type, field.meaning)) << place;
      // Where any value goes, it may be a list or a map just as well.
      EXPECT_TRUE(wanted.type == value_type::any || wanted.shape == field.shape) << place;
      EXPECT_TRUE(field.meaning != wire_meaning::opaque || wanted.support == field_support::refused) << place;
      if (wanted.type == value_type::object) compare(*wanted.object, *field.form, place);
    }
    for (auto const& [name, field] : fields) {
      if (schema.find(name) == nullptr) unknown.insert(std::string{schema.name} + '.' + std::string{name});
    }
  }

  std::vector<std::string> missing;
  std::set<std::string> unknown;

 private:
  std::set<std::pair<object_schema const*, message_form const*>> seen_;
};

/// Conditions of all kinds are of one schema that has each kind's fields, and so are the statuses of workloads.
bool is_shared(std::string_view place) {
  return place.find(".conditions.") != std::string_view::npos || place.find(".status.") != std::string_view::npos;
}

TEST(MessageForm, EveryFieldOfEveryKindHasItsNumber) {
  // The schema of a claim's resources is that of a container's.
  std::string const no_such_field = "PersistentVolumeClaim.spec.resources.claims";
  for (auto const* const kind : all_kinds()) {
    if (kind == &kinds::node) continue;
    auto const* const form = find_message_form(api_version_of(*kind), kind->name);
    ASSERT_TRUE(form) << kind->name;
    comparison both;
    both.compare(schema_of(*kind), *form, std::string{kind->name});
    std::erase_if(both.missing, [&](auto const& place) { return is_shared(place) || place == no_such_field; });
    EXPECT_EQ(both.missing, std::vector<std::string>{});
  }
}

/// Those of Kubernetes after 1.34. They are read, so that admission can refuse them by name.
TEST(MessageForm, FieldsThatNoKindHasAreTheNewOnes) {
  comparison both;
  for (auto const* const kind : all_kinds()) {
    auto const* const form = find_message_form(api_version_of(*kind), kind->name);
    if (form != nullptr) both.compare(schema_of(*kind), *form, std::string{kind->name});
  }
  std::erase_if(both.unknown, [](std::string const& name) { return name.starts_with("Condition."); });
  EXPECT_EQ(both.unknown,
            (std::set<std::string>{
                "ConfigMapVolume.defaultUser", "DownwardFile.user", "DownwardVolume.defaultUser", "EmptyDir.mode",
                "HttpGetAction.protocol", "KeyToPath.user", "PodSpec.evictionResponders", "PodSpec.schedulingGroup",
                "ProjectedVolume.defaultUser", "SecretVolume.defaultUser", "VolumeMount.bindMountOptions"}));
}

TEST(MessageForm, BodiesOfOtherVersionsAndRequestsAreKnown) {
  EXPECT_EQ(find_message_form("autoscaling/v1", "HorizontalPodAutoscaler")->name, "AutoscalerV1");
  EXPECT_EQ(find_message_form("autoscaling/v2", "HorizontalPodAutoscaler")->name, "HorizontalPodAutoscaler");
  EXPECT_EQ(find_message_form("events.k8s.io/v1", "Event")->name, "EventV1");
  EXPECT_EQ(find_message_form("autoscaling/v1", "Scale")->name, "Scale");
  EXPECT_EQ(find_message_form("policy/v1", "Eviction")->name, "Eviction");
  EXPECT_EQ(find_message_form("v1", "DeleteOptions")->name, "DeleteOptions");
  EXPECT_EQ(find_message_form("apps/v1", "DeleteOptions")->name, "DeleteOptions");
}

TEST(MessageForm, NothingElseIsABody) {
  EXPECT_FALSE(find_message_form("v1", "Node"));
  EXPECT_FALSE(find_message_form("v1", "PodSpec"));
  EXPECT_FALSE(find_message_form("v1", "Deployment"));
  EXPECT_FALSE(find_message_form("batch/v1", "Job"));
  EXPECT_FALSE(find_message_form("v1", "TypeMeta"));
  EXPECT_FALSE(find_message_form("", ""));
}

}  // namespace
}  // namespace holdfast::cluster
