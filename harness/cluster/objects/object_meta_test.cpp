#include "cluster/objects/object_meta.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

wall_time const noon = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h;

TEST(ObjectStamp, ShowsWholeSecondsWithoutAFraction) {
  EXPECT_EQ(stamp_of(noon), "2026-01-31T12:00:00Z");
  EXPECT_EQ(stamp_of(noon + 250ms), "2026-01-31T12:00:00.250000Z");
}

TEST(ObjectStamp, ReadsWhatItWrites) {
  for (auto const at : {noon, noon + 1us, noon + 59s + 999999us}) EXPECT_EQ(parse_stamp(stamp_of(at)), at);
}

TEST(ObjectStamp, ReadsOffsetsAndFinerFractions) {
  EXPECT_EQ(parse_stamp("2026-01-31T13:30:00+01:30"), noon);
  EXPECT_EQ(parse_stamp("2026-01-31T11:00:00-01:00"), noon);
  EXPECT_EQ(parse_stamp("2026-01-31T12:00:00.1234567891Z"), noon + 123456789ns);
}

TEST(ObjectStamp, RefusesWhatIsNoStamp) {
  for (auto const* const text :
       {"", "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:00:00",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00Zx", "2026-01-31T12:61:00Z", "x026-01-31T12:00:00Z"}) {
    EXPECT_FALSE(parse_stamp(text)) << text;
  }
}

TEST(ObjectMeta, MissingFieldsAreEmpty) {
  auto const object = json::parse(R"({"metadata": {"name": "book", "labels": {"app": "book"}}})");
  EXPECT_EQ(key_of(object), (object_key{"", "book"}));
  EXPECT_EQ(labels_of(object).at("app"), "book");
  EXPECT_TRUE(annotations_of(object).empty());
  EXPECT_FALSE(is_terminating(object));
  EXPECT_EQ(controller_uid_of(object), "");
  EXPECT_EQ(text_at(object, "status", "podIP", "deeper"), "");
  EXPECT_EQ(integer_at(object, 7, "spec", "replicas"), 7);
}

TEST(ObjectMeta, TheControllerIsOneOfTheOwners) {
  auto const object = json::parse(R"({"metadata": {"ownerReferences": [
      {"apiVersion": "v1", "kind": "X", "name": "x", "uid": "1"},
      {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "2", "controller": true}]}})");
  EXPECT_EQ(owners_of(object).size(), 2U);
  EXPECT_EQ(controller_uid_of(object), "2");
}

}  // namespace
}  // namespace holdfast::cluster
