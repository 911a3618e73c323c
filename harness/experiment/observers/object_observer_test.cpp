#include "experiment/observers/object_observer.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/controllers/rollout_test_support.hpp"
#include "experiment/timeline_test_support.hpp"

namespace holdfast::experiment {
namespace {

using namespace std::chrono_literals;
using namespace cluster;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// Feeds hand-made objects.
class ObjectObserver : public ::testing::Test {
 protected:
  std::vector<timeline_event> sees(resource_kind const& kind, json const& object,
                                   change_type type = change_type::modified) {
    auto const now = std::make_shared<json const>(object);
    auto& last = last_[text_at(object, "metadata", "name")];
    auto const before = std::exchange(last, now);
    return observer_.seen({++version_, type, &kind, now, before});
  }
  std::vector<std::string> told(resource_kind const& kind, json const& object,
                                change_type type = change_type::modified) {
    return short_texts(sees(kind, object, type));
  }

  json set() const {
    return {{"metadata",
             {{"name", "book-7d4"},
              {"uid", "set-1"},
              {"ownerReferences", {{{"kind", "Deployment"}, {"name", "book"}, {"controller", true}}}}}}};
  }
  json pod() const {
    return {{"metadata",
             {{"name", "book-7d4-x2"},
              {"namespace", "default"},
              {"uid", "pod-1"},
              {"ownerReferences",
               {{{"kind", "ReplicaSet"}, {"name", "book-7d4"}, {"uid", "set-1"}, {"controller", true}}}}}},
            {"spec", {{"containers", {{{"name", "main"}}}}}},
            {"status", json::object()}};
  }
  /// @param state, last  of the one container
  json pod_with(json const& state, json const& last = json::object(), std::int64_t restarts = 0,
                std::string const& id = "c/0") const {
    auto made = pod();
    made["status"]["podIP"] = "127.3.1.2";
    made["status"]["containerStatuses"] = {{{"name", "main"},
                                            {"image", "shop/book:v1"},
                                            {"containerID", id},
                                            {"restartCount", restarts},
                                            {"state", state},
                                            {"lastState", last}}};
    return made;
  }
  static json running() { return {{"running", {{"startedAt", "2026-01-31T12:00:00Z"}}}}; }
  static json ended(std::string const& id, int code) {
    return {{"terminated", {{"containerID", id}, {"exitCode", code}, {"reason", "Error"}}}};
  }
  static json waiting(std::string const& reason) { return {{"waiting", {{"reason", reason}}}}; }
  static void set_ready(json& pod, bool is_ready) {
    pod["status"]["conditions"] = {{{"type", "Ready"}, {"status", is_ready ? "True" : "False"}}};
  }

  object_observer observer_;
  std::map<std::string, object_ptr> last_;
  std::uint64_t version_ = 0;
};

TEST_F(ObjectObserver, TellsAPodsLifeWithItsDeployment) {
  sees(kinds::replica_set, set(), change_type::added);
  auto const created = sees(kinds::pod, pod(), change_type::added);
  EXPECT_THAT(short_texts(created), ElementsAre("pod book-7d4-x2 created"));
  EXPECT_EQ(detail(created[0], "owner"), "book");
  EXPECT_EQ(observer_.owner_of({"default", "book-7d4-x2"}), "book");
  EXPECT_THAT(told(kinds::pod, pod_with(waiting("ContainerCreating"))), IsEmpty());
  auto const started = sees(kinds::pod, pod_with(running()));
  EXPECT_THAT(short_texts(started), ElementsAre("pod book-7d4-x2 started"));
  EXPECT_EQ(detail(started[0], "ip"), "127.3.1.2");
  EXPECT_EQ(detail(started[0], "container"), "main");
  EXPECT_EQ(detail(started[0], "image"), "shop/book:v1");
  auto ready = pod_with(running());
  set_ready(ready, true);
  EXPECT_THAT(told(kinds::pod, ready), ElementsAre("pod book-7d4-x2 ready"));
  EXPECT_THAT(told(kinds::pod, ready), IsEmpty()) << "a change of something else";
  auto ending = ready;
  ending["metadata"]["deletionTimestamp"] = "2026-01-31T12:01:00Z";
  EXPECT_THAT(told(kinds::pod, ending), ElementsAre("pod book-7d4-x2 terminating"));
  ending["status"] = pod_with(ended("c/0", 0))["status"];
  set_ready(ending, false);
  EXPECT_THAT(told(kinds::pod, ending), ElementsAre("pod book-7d4-x2 exited", "pod book-7d4-x2 not-ready"));
  EXPECT_THAT(told(kinds::pod, ending, change_type::deleted), ElementsAre("pod book-7d4-x2 removed"));
  EXPECT_EQ(observer_.owner_of({"default", "book-7d4-x2"}), "");
}

TEST_F(ObjectObserver, TellsEndsAndStartsThatOneStatusHidesInTheirOrder) {
  sees(kinds::pod, pod(), change_type::added);
  sees(kinds::pod, pod_with(running()));
  auto const events = sees(kinds::pod, pod_with(running(), ended("c/0", 137), 1, "c/1"));
  EXPECT_THAT(short_texts(events), ElementsAre("pod book-7d4-x2 exited", "pod book-7d4-x2 restarted"));
  EXPECT_EQ(detail(events[0], "exit_code"), 137);
  EXPECT_EQ(detail(events[0], "reason"), "Error");
  EXPECT_EQ(detail(events[1], "restarts"), 1);
  EXPECT_THAT(told(kinds::pod, pod_with(waiting("CrashLoopBackOff"), ended("c/1", 1), 1, "c/1")),
              ElementsAre("pod book-7d4-x2 exited", "pod book-7d4-x2 back-off"));
  EXPECT_THAT(told(kinds::pod, pod_with(waiting("CrashLoopBackOff"), ended("c/1", 1), 1, "c/1")), IsEmpty());
  EXPECT_THAT(told(kinds::pod, pod_with(running(), ended("c/1", 1), 2, "c/2")),
              ElementsAre("pod book-7d4-x2 restarted"));
  EXPECT_THAT(told(kinds::pod, pod_with(ended("c/2", 1), ended("c/1", 1), 2, "c/2")),
              ElementsAre("pod book-7d4-x2 exited"));
}

TEST_F(ObjectObserver, APodOfTheSameNameIsAnother) {
  sees(kinds::pod, pod(), change_type::added);
  auto other = pod();
  other["metadata"]["uid"] = "pod-2";
  EXPECT_THAT(told(kinds::pod, other), ElementsAre("pod book-7d4-x2 created"));
}

TEST_F(ObjectObserver, APodOfNobodyHasNoOwnerAndAnotherNamespaceIsNamed) {
  auto lone = pod();
  lone["metadata"].erase("ownerReferences");
  lone["metadata"]["namespace"] = "shop";
  auto const events = sees(kinds::pod, lone, change_type::added);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_FALSE(events[0].detail.contains("owner"));
  EXPECT_EQ(detail(events[0], "namespace"), "shop");
}

json slice(std::string const& name, json const& endpoints) {
  return {
      {"metadata", {{"name", name}, {"namespace", "default"}, {"labels", {{"kubernetes.io/service-name", "book"}}}}},
      {"endpoints", endpoints}};
}

json endpoint(std::string const& pod, std::string const& address, bool ready, bool terminating = false) {
  return {{"addresses", {address}},
          {"conditions", {{"ready", ready}, {"serving", true}, {"terminating", terminating}}},
          {"targetRef", {{"kind", "Pod"}, {"name", pod}}}};
}

TEST_F(ObjectObserver, JoinsTheSlicesOfAService) {
  auto const first = sees(kinds::endpoint_slice, slice("book-1", json::array({endpoint("b", "127.0.0.2", false)})),
                          change_type::added);
  ASSERT_THAT(short_texts(first), ElementsAre("endpoints book changed"));
  auto const second =
      sees(kinds::endpoint_slice,
           slice("book-2", json::array({endpoint("c", "127.0.0.3", false, true), endpoint("a", "127.0.0.1", true)})),
           change_type::added);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].detail.dump(), R"({"ready":[{"ip":"127.0.0.1","pod":"a"}],)"
                                     R"("not_ready":[{"ip":"127.0.0.2","pod":"b"}],)"
                                     R"("terminating":[{"ip":"127.0.0.3","pod":"c"}]})");
  auto const same = slice("book-1", json::array({endpoint("b", "127.0.0.2", false)}));
  EXPECT_THAT(told(kinds::endpoint_slice, same), IsEmpty());
  auto const third = sees(kinds::endpoint_slice, same, change_type::deleted);
  ASSERT_EQ(third.size(), 1U);
  EXPECT_TRUE(detail(third[0], "not_ready").empty());
}

json event(std::string const& name, std::string const& reason, std::string const& message, int count = 1,
           std::string const& type = "Warning") {
  return {{"metadata", {{"name", name}, {"namespace", "default"}}},
          {"involvedObject", {{"kind", "Pod"}, {"name", "book-7d4-x2"}, {"namespace", "default"}}},
          {"reason", reason},
          {"message", message},
          {"type", type},
          {"count", count}};
}

TEST_F(ObjectObserver, TellsFailedProbesEachTime) {
  sees(kinds::pod, pod(), change_type::added);
  auto const text = "Readiness probe failed: connect: connection refused";
  auto const events = sees(kinds::event, event("e1", "Unhealthy", text), change_type::added);
  ASSERT_THAT(short_texts(events), ElementsAre("probe book-7d4-x2 failed"));
  EXPECT_EQ(detail(events[0], "probe"), "readiness");
  EXPECT_EQ(detail(events[0], "container"), "main");
  EXPECT_EQ(detail(events[0], "reason"), "connect: connection refused");
  EXPECT_THAT(told(kinds::event, event("e1", "Unhealthy", text, 2)), ElementsAre("probe book-7d4-x2 failed"));
  EXPECT_THAT(told(kinds::event, event("e1", "Unhealthy", text, 2)), IsEmpty());
}

TEST_F(ObjectObserver, TellsOtherWarningsInTheirOwnWords) {
  auto const events = sees(kinds::event, event("e1", "FailedMount", "no such claim"), change_type::added);
  ASSERT_THAT(short_texts(events), ElementsAre("cluster book-7d4-x2 FailedMount"));
  EXPECT_EQ(detail(events[0], "message"), "no such claim");
  EXPECT_THAT(told(kinds::event, event("e2", "BackOff", "x")), IsEmpty()) << "the pod's status tells it";
  EXPECT_THAT(told(kinds::event, event("e3", "Pulled", "x", 1, "Normal")), IsEmpty());
}

/// Follows the real control loops over virtual time.
class ObservedControlLoops : public ::testing::Test {
 protected:
  /// What was told since the last call, of these kinds.
  std::vector<timeline_event> told(std::vector<std::string> const& kinds_wanted) {
    std::vector<timeline_event> found;
    for (;;) {
      auto const changes = world_.store.changes_after(version_);
      EXPECT_TRUE(changes);
      if (!changes || changes->empty()) return found;
      for (auto const& change : *changes) {
        version_ = change.version;
        for (auto& event : observer_.seen(change)) {
          if (std::ranges::find(kinds_wanted, event.kind) != kinds_wanted.end()) found.push_back(std::move(event));
        }
      }
    }
  }

  rollout_world world_;
  object_observer observer_;
  std::uint64_t version_ = 0;
};

TEST_F(ObservedControlLoops, ARolloutStartsAndIsComplete) {
  world_.begin(2);
  EXPECT_THAT(short_texts(told({"rollout"})), ElementsAre("rollout book started", "rollout book complete"));
  world_.set_image("v2");
  world_.run_for(1min);
  auto const events = told({"rollout"});
  ASSERT_THAT(short_texts(events), ElementsAre("rollout book started", "rollout book complete"));
  EXPECT_EQ(detail(events[0], "images").dump(), R"({"book":"shop/book:v2"})");
  EXPECT_EQ(detail(events[1], "revision"), 2);
}

TEST_F(ObservedControlLoops, ARolloutThatComesToNothingIsStuckOnceAndCanBeUndone) {
  world_.begin(2, {{"progressDeadlineSeconds", 30}});
  (void)told({});
  world_.break_new_pods();
  world_.set_image("v2");
  world_.run_for(5min);
  auto const events = told({"rollout"});
  ASSERT_THAT(short_texts(events), ElementsAre("rollout book started", "rollout book stuck"));
  EXPECT_THAT(detail(events[1], "reason").get<std::string>(), ::testing::HasSubstr("timed out progressing"));
  world_.undo("1");
  world_.run_for(1min);
  EXPECT_THAT(short_texts(told({"rollout"})), ElementsAre("rollout book started", "rollout book complete"));
}

TEST_F(ObservedControlLoops, AChangeOfSizeIsNoRollout) {
  world_.begin(1);
  (void)told({});
  world_.patch(kinds::deployment, "book", {{"spec", {{"replicas", 3}}}});
  world_.run_for(1min);
  auto const events = told({"rollout", "replicas"});
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(std::ranges::count(events, "rollout", &timeline_event::kind), 0);
  EXPECT_EQ(detail(events.front(), "desired"), 3);
  EXPECT_EQ(detail(events.front(), "current"), 1);
  EXPECT_EQ(events.back().detail.dump(), R"({"namespace":"shop","desired":3,"current":3,"ready":3,"available":3,)"
                                         R"("updated":3,"unavailable":0})");
}

TEST_F(ObservedControlLoops, PodsOfARolloutAreTheDeployments) {
  world_.begin(1);
  auto const events = told({"pod"});
  ASSERT_EQ(events.size(), 2U) << "the played node tells nothing of containers";
  EXPECT_EQ(events[0].what, "created");
  EXPECT_EQ(events[1].what, "ready");
  for (auto const& each : events) EXPECT_EQ(detail(each, "owner"), "book");
}

TEST_F(ObservedControlLoops, AnAutoscalerScalesAndSaysWhyAndWhatHeldIt) {
  world_.begin(2);
  world_.run_for(10min);
  (void)told({});
  auto scaler = samples::autoscaler();
  scaler["metadata"] = {{"name", "book"}};
  scaler["spec"]["scaleTargetRef"]["name"] = "book";
  scaler["spec"]["maxReplicas"] = 3;
  scaler["spec"]["metrics"] = json::parse(
      R"([{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}])");
  world_.metrics.cpu_milli = 100;
  world_.create(kinds::horizontal_pod_autoscaler, scaler);
  world_.run_for(2min);
  auto const events = told({"autoscaler"});
  ASSERT_THAT(short_texts(events), ElementsAre("autoscaler book scaled", "autoscaler book limited"));
  EXPECT_EQ(detail(events[0], "target"), "book");
  EXPECT_EQ(detail(events[0], "from"), 2);
  EXPECT_EQ(detail(events[0], "to"), 3);
  EXPECT_THAT(detail(events[0], "reason").get<std::string>(), StartsWith("New size: 3; reason: cpu resource"));
  EXPECT_THAT(detail(events[1], "reason").get<std::string>(), StartsWith("TooManyReplicas: "));
}

}  // namespace
}  // namespace holdfast::experiment
