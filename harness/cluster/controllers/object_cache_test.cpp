#include "cluster/controllers/object_cache.hpp"

#include "cluster/controllers/cluster_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

class ObjectCache : public testing::Test {
 protected:
  ObjectCache() { (void)store.create(kinds::name_space, {{"metadata", {{"name", "shop"}}}}); }
  object_ptr pod(std::string const& name, std::string const& owner) {
    auto object = samples::pod();
    object["metadata"] = {{"namespace", "shop"}, {"name", name}, {"labels", {{"app", "book"}}}};
    object["metadata"]["ownerReferences"] = json::array(
        {{{"apiVersion", "apps/v1"}, {"kind", "ReplicaSet"}, {"name", owner}, {"uid", owner}, {"controller", true}}});
    auto made = store.create(kinds::pod, object);
    EXPECT_TRUE(made);
    return *made;
  }
  std::vector<std::string> catch_up() {
    std::vector<std::string> noted;
    auto const progress = cache.catch_up([&](cached_change const& change) { noted.push_back(change.key.name); });
    if (progress == object_cache::progress::listed_anew) noted.push_back("listed anew");
    return noted;
  }

  cluster_clock clock;
  object_store store{{.now = [] { return wall_time{}; }, .admit = admit, .changes_kept = 4}};
  object_cache cache{store, clock, 5min};
};

TEST_F(ObjectCache, FindsPodsByTheirOwner) {
  pod("a", "set-1");
  pod("b", "set-2");
  EXPECT_EQ(catch_up(), (std::vector<std::string>{"shop", "a", "b"}));
  EXPECT_EQ(cache.pods_of("set-1").size(), 1U);
  EXPECT_EQ(cache.pods_of("set-3").size(), 0U);
  EXPECT_EQ(cache.pods_matching("shop", {{{"app", "book"}}, {}}).size(), 2U);
  EXPECT_EQ(cache.pods_matching("other", {{{"app", "book"}}, {}}).size(), 0U);
}

TEST_F(ObjectCache, ReadsAnObjectAgainOnlyWhenItChanged) {
  pod("a", "set-1");
  catch_up();
  auto const before = cache.pod({"shop", "a"});
  pod("b", "set-1");
  catch_up();
  EXPECT_EQ(cache.pod({"shop", "a"}), before);
}

TEST_F(ObjectCache, ForgetsWhatIsDeleted) {
  pod("a", "set-1");
  catch_up();
  ASSERT_TRUE(store.remove(kinds::pod, {"shop", "a"}));
  catch_up();
  EXPECT_FALSE(cache.pod({"shop", "a"}));
  EXPECT_TRUE(cache.pods_of("set-1").empty());
}

TEST_F(ObjectCache, ListsAnewWhenItHasFallenBehind) {
  pod("a", "set-1");
  catch_up();
  ASSERT_TRUE(store.remove(kinds::pod, {"shop", "a"}));
  for (auto const* const name : {"b", "c", "d", "e"}) pod(name, "set-2");
  EXPECT_EQ(catch_up(), std::vector<std::string>{"listed anew"});
  EXPECT_TRUE(cache.pods_of("set-1").empty());
  EXPECT_EQ(cache.pods_of("set-2").size(), 4U);
  EXPECT_TRUE(catch_up().empty());
}

}  // namespace
}  // namespace holdfast::cluster
