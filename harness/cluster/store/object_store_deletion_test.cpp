#include <gtest/gtest.h>

#include "cluster/store/graceful_deletion.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

class GracefulDeletion : public testing::Test {
 protected:
  GracefulDeletion() { create(kinds::name_space, R"({"metadata": {"name": "shop"}})"); }
  void create(resource_kind const& kind, char const* text) {
    auto const made = store_.create(kind, json::parse(text));
    ASSERT_TRUE(made) << made.error().message;
  }
  void create_running_pod() {
    create(kinds::pod, R"({"metadata": {"namespace": "shop", "name": "p"},
                           "spec": {"nodeName": "local", "terminationGracePeriodSeconds": 20}})");
  }
  removal remove(deletion const& how = {}) {
    auto const removed = store_.remove(kinds::pod, pod_, how);
    EXPECT_TRUE(removed) << removed.error().message;
    return removed ? *removed : removal{};
  }
  json pod() const { return **store_.get(kinds::pod, pod_); }

  wall_time now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
  object_store store_{{.now = [this] { return now_; }}};
  object_key const pod_{"shop", "p"};
};

TEST_F(GracefulDeletion, ARunningPodGetsItsGracePeriod) {
  create_running_pod();
  EXPECT_FALSE(remove().is_gone);
  EXPECT_EQ(pod()["metadata"]["deletionTimestamp"], "2026-01-31T00:00:20Z");
  EXPECT_EQ(pod()["metadata"]["deletionGracePeriodSeconds"], 20);
}

TEST_F(GracefulDeletion, ASecondRequestShortensTheGraceButDoesNotLengthenIt) {
  create_running_pod();
  remove();
  now_ += 5s;
  remove({.grace_seconds = 60});
  EXPECT_EQ(pod()["metadata"]["deletionTimestamp"], "2026-01-31T00:00:20Z");
  remove({.grace_seconds = 1});
  EXPECT_EQ(pod()["metadata"]["deletionTimestamp"], "2026-01-31T00:00:06Z");
  EXPECT_TRUE(remove({.grace_seconds = 0}).is_gone);
  EXPECT_EQ(store_.find(kinds::pod, pod_), nullptr);
}

TEST_F(GracefulDeletion, APodThatNobodyRunsGoesAtOnce) {
  create(kinds::pod, R"({"metadata": {"namespace": "shop", "name": "p"}, "spec": {}})");
  EXPECT_TRUE(remove().is_gone);
}

TEST_F(GracefulDeletion, FinalizersHoldAnObjectUntilTheLastIsGone) {
  create(kinds::config_map, R"({"metadata": {"namespace": "shop", "name": "c", "finalizers": ["a", "b"]}})");
  EXPECT_FALSE(store_.remove(kinds::config_map, {"shop", "c"})->is_gone);
  auto held = **store_.get(kinds::config_map, {"shop", "c"});
  held["metadata"]["finalizers"] = json::array({"b"});
  ASSERT_TRUE(store_.update(kinds::config_map, held));
  held = **store_.get(kinds::config_map, {"shop", "c"});
  held["metadata"].erase("finalizers");
  ASSERT_TRUE(store_.update(kinds::config_map, held));
  EXPECT_EQ(store_.find(kinds::config_map, {"shop", "c"}), nullptr);
  EXPECT_EQ(store_.changes_after(store_.version() - 1)->at(0).type, change_type::deleted);
}

TEST_F(GracefulDeletion, TheDependentsPolicyIsAFinalizer) {
  create(kinds::config_map, R"({"metadata": {"namespace": "shop", "name": "c"}})");
  EXPECT_FALSE(store_.remove(kinds::config_map, {"shop", "c"}, {.dependents = propagation::foreground})->is_gone);
  EXPECT_EQ((**store_.get(kinds::config_map, {"shop", "c"}))["metadata"]["finalizers"],
            json::array({foreground_finalizer}));
}

TEST_F(GracefulDeletion, OnlyTheVeryObjectThatWasMeantIsRemoved) {
  create_running_pod();
  EXPECT_EQ(store_.remove(kinds::pod, pod_, {.uid = "another"}).error().reason, "Conflict");
  EXPECT_EQ(store_.remove(kinds::pod, pod_, {.version = "0"}).error().reason, "Conflict");
  EXPECT_EQ(store_.remove(kinds::pod, {"shop", "none"}).error().reason, "NotFound");
}

TEST_F(GracefulDeletion, NothingNewIsMadeInANamespaceThatEnds) {
  create(kinds::name_space, R"({"metadata": {"name": "old"}, "spec": {"finalizers": ["kubernetes"]}})");
  EXPECT_FALSE(store_.remove(kinds::name_space, {"", "old"})->is_gone);
  EXPECT_EQ((**store_.get(kinds::name_space, {"", "old"}))["status"]["phase"], "Terminating");
  auto const late = store_.create(kinds::pod, json::parse(R"({"metadata": {"namespace": "old", "name": "p"}})"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, 403);
}

}  // namespace
}  // namespace holdfast::cluster
