#include "cluster/objects/api_error.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

TEST(ApiError, NamesWhatItIsAbout) {
  auto const status = status_object(not_found(kinds::deployment, "book"));
  EXPECT_EQ(status["code"], 404);
  EXPECT_EQ(status["reason"], "NotFound");
  EXPECT_EQ(status["message"], "deployments.apps \"book\" not found");
  EXPECT_EQ(status["details"]["name"], "book");
  EXPECT_EQ(status["details"]["kind"], "deployments");
}

TEST(ApiError, TellsEveryFieldThatIsWrong) {
  auto const error = invalid(
      kinds::pod, "p",
      {{"spec.a", "FieldValueRequired", "Required value"}, {"spec.b", "FieldValueInvalid", "Invalid value: 0"}});
  EXPECT_EQ(error.message, "Pod \"p\" is invalid: [spec.a: Required value, spec.b: Invalid value: 0]");
  EXPECT_EQ(status_object(error)["details"]["causes"].size(), 2U);
}

TEST(ResourceKind, IsFoundByManifestAndByPath) {
  for (auto const* const kind : all_kinds()) {
    EXPECT_EQ(find_kind(api_version_of(*kind), kind->name), kind);
    EXPECT_EQ(find_resource(kind->group, kind->version, kind->plural), kind);
  }
  EXPECT_EQ(find_kind("apps/v1", "StatefulSet"), nullptr);
  EXPECT_EQ(find_kind("v2", "Pod"), nullptr);
}

}  // namespace
}  // namespace holdfast::cluster
