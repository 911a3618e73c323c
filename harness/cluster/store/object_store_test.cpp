#include "cluster/store/object_store.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

class ObjectStore : public testing::Test {
 protected:
  ObjectStore() { create(kinds::name_space, R"({"metadata": {"name": "shop"}})"); }
  object_ptr create(resource_kind const& kind, char const* text) {
    auto made = store_.create(kind, json::parse(text));
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : nullptr;
  }
  object_ptr create_book() {
    return create(kinds::deployment, R"({"metadata": {"namespace": "shop", "name": "book"}, "spec": {"replicas": 1}})");
  }
  json book() const { return **store_.get(kinds::deployment, book_key_); }

  wall_time now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
  object_store store_{{.now = [this] { return now_; }, .changes_kept = 8}};
  object_key const book_key_{"shop", "book"};
};

TEST_F(ObjectStore, GivesANewObjectItsIdentity) {
  auto const made = create_book();
  EXPECT_EQ((*made)["apiVersion"], "apps/v1");
  EXPECT_EQ((*made)["kind"], "Deployment");
  EXPECT_EQ((*made)["metadata"]["generation"], 1);
  EXPECT_EQ((*made)["metadata"]["creationTimestamp"], "2026-01-31T00:00:00Z");
  EXPECT_EQ((*made)["metadata"]["resourceVersion"], std::to_string(store_.version()));
  EXPECT_EQ(uid_of(*made).size(), 36U);
  EXPECT_EQ(uid_of(*made)[14], '4');
}

TEST_F(ObjectStore, RefusesASecondOfTheSameName) {
  create_book();
  auto const second =
      store_.create(kinds::deployment, json::parse(R"({"metadata": {"namespace": "shop", "name": "book"}})"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "AlreadyExists");
}

TEST_F(ObjectStore, RefusesWhatHasNoNamespaceToLiveIn) {
  auto const lost = store_.create(kinds::pod, json::parse(R"({"metadata": {"namespace": "nowhere", "name": "p"}})"));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().message, "namespaces \"nowhere\" not found");
}

TEST_F(ObjectStore, RefusesAnObjectWithoutAName) {
  auto const nameless = store_.create(kinds::pod, json::parse(R"({"metadata": {"namespace": "shop"}})"));
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().causes.at(0).field, "metadata.name");
}

TEST_F(ObjectStore, MakesNamesThatAreNotTakenYet) {
  auto const* const text = R"({"metadata": {"namespace": "shop", "generateName": "book-"}})";
  auto const a = name_of(*create(kinds::pod, text));
  auto const b = name_of(*create(kinds::pod, text));
  EXPECT_NE(a, b);
  EXPECT_EQ(a.size(), 10U);
  EXPECT_EQ(a.substr(0, 5), "book-");
}

TEST_F(ObjectStore, CountsGenerationsOfTheSpecAlone) {
  auto object = *create_book();
  object["spec"]["replicas"] = 3;
  ASSERT_TRUE(store_.update(kinds::deployment, object));
  EXPECT_EQ(book()["metadata"]["generation"], 2);
  object = book();
  object["metadata"]["labels"]["a"] = "b";
  ASSERT_TRUE(store_.update(kinds::deployment, object));
  object = book();
  object["status"]["replicas"] = 3;
  ASSERT_TRUE(store_.update(kinds::deployment, object, update_scope::status));
  EXPECT_EQ(book()["metadata"]["generation"], 2);
}

TEST_F(ObjectStore, AWriteChangesItsPartOfTheObjectOnly) {
  auto object = *create_book();
  object["status"]["replicas"] = 3;
  object["spec"]["replicas"] = 5;
  ASSERT_TRUE(store_.update(kinds::deployment, object));
  EXPECT_FALSE(book().contains("status"));
  object = book();
  object["status"]["replicas"] = 4;
  object["spec"]["replicas"] = 6;
  ASSERT_TRUE(store_.update(kinds::deployment, object, update_scope::status));
  EXPECT_EQ(book()["status"]["replicas"], 4);
  EXPECT_EQ(book()["spec"]["replicas"], 5);
}

TEST_F(ObjectStore, TheSecondOfTwoWritersIsRefused) {
  auto const read = *create_book();
  auto one = read;
  auto other = read;
  one["spec"]["replicas"] = 2;
  other["spec"]["replicas"] = 3;
  ASSERT_TRUE(store_.update(kinds::deployment, one));
  auto const refused = store_.update(kinds::deployment, other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "Conflict");
  other["metadata"].erase("resourceVersion");
  EXPECT_TRUE(store_.update(kinds::deployment, other)) << "without a version the last one wins";
}

TEST_F(ObjectStore, IdentityCannotBeChanged) {
  auto object = *create_book();
  object["metadata"]["creationTimestamp"] = "1999-01-01T00:00:00Z";
  object["metadata"]["generation"] = 99;
  object["spec"]["replicas"] = 2;
  ASSERT_TRUE(store_.update(kinds::deployment, object));
  EXPECT_EQ(book()["metadata"]["generation"], 2);
  EXPECT_EQ(book()["metadata"]["creationTimestamp"], "2026-01-31T00:00:00Z");
  object["metadata"]["uid"] = "another";
  EXPECT_EQ(store_.update(kinds::deployment, object).error().reason, "Conflict");
}

TEST_F(ObjectStore, AWriteThatChangesNothingHasNoVersion) {
  auto const made = create_book();
  auto const version = store_.version();
  ASSERT_TRUE(store_.update(kinds::deployment, *made));
  EXPECT_EQ(store_.version(), version);
}

TEST_F(ObjectStore, FollowersGetEachChangeOnce) {
  auto const from = store_.version();
  auto object = *create_book();
  object["spec"]["replicas"] = 2;
  ASSERT_TRUE(store_.update(kinds::deployment, object));
  ASSERT_TRUE(store_.remove(kinds::deployment, book_key_));
  auto const changes = *store_.changes_after(from);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].type, change_type::added);
  EXPECT_EQ(changes[1].type, change_type::modified);
  EXPECT_EQ((*changes[1].before)["spec"]["replicas"], 1);
  EXPECT_EQ(changes[2].type, change_type::deleted);
  EXPECT_EQ(changes[2].version, store_.version());
  EXPECT_TRUE(store_.changes_after(store_.version())->empty());
  EXPECT_EQ(store_.changes_after(from, 2)->size(), 2U);
}

TEST_F(ObjectStore, AFollowerThatIsTooSlowHasToListAgain) {
  auto const from = store_.version();
  for (int i = 0; i < 9; ++i) create(kinds::pod, R"({"metadata": {"namespace": "shop", "generateName": "p-"}})");
  auto const lost = store_.changes_after(from);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, 410);
  EXPECT_EQ(store_.changes_after(from + 1)->size(), 8U);
  EXPECT_EQ(store_.changes_after(store_.version() + 1).error().code, 410) << "of a store that began anew";
}

TEST_F(ObjectStore, TellsSubscribersOfEachWriteUntilTheyLeave) {
  int told = 0;
  auto const mine = store_.subscribe([&] { ++told; });
  create_book();
  EXPECT_EQ(told, 1);
  store_.unsubscribe(mine);
  ASSERT_TRUE(store_.remove(kinds::deployment, book_key_));
  EXPECT_EQ(told, 1);
}

TEST_F(ObjectStore, ListsOneNamespaceOrAll) {
  create(kinds::name_space, R"({"metadata": {"name": "other"}})");
  create_book();
  create(kinds::deployment, R"({"metadata": {"namespace": "other", "name": "a"}})");
  EXPECT_EQ(store_.list(kinds::deployment).size(), 2U);
  EXPECT_EQ(store_.list(kinds::deployment, "shop").size(), 1U);
  EXPECT_EQ(store_.list(kinds::deployment, "none").size(), 0U);
}

TEST_F(ObjectStore, AskTheAdmissionBeforeAnythingIsKept) {
  object_store strict{{.now = [this] { return now_; },
                       .admit = [](resource_kind const& kind, json& object, json const*) -> api_result<void> {
                         if (name_of(object) == "bad") return invalid(kind, "bad", {});
                         object["spec"]["filled"] = true;
                         return boost::system::in_place_value;
                       }}};
  EXPECT_FALSE(strict.create(kinds::name_space, json::parse(R"({"metadata": {"name": "bad"}})")));
  EXPECT_EQ(strict.count(kinds::name_space), 0U);
  auto const good = strict.create(kinds::name_space, json::parse(R"({"metadata": {"name": "good"}})"));
  EXPECT_EQ((**good)["spec"]["filled"], true);
}

}  // namespace
}  // namespace holdfast::cluster
