#include "cluster/controllers/event_recorder.hpp"

#include "cluster/controllers/cluster_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

class EventRecorder : public testing::Test {
 protected:
  EventRecorder() { (void)store.create(kinds::name_space, {{"metadata", {{"name", "shop"}}}}); }
  void say(std::string text) {
    now += 1s;
    recorder.record(kinds::pod, pod, "kubelet", {event_type::warning, "Unhealthy", {std::move(text)}}, now);
  }
  std::map<std::string, json> by_message() const {
    std::map<std::string, json> found;
    for (auto const& event : store.list(kinds::event, "shop")) found[text_at(*event, "message")] = *event;
    return found;
  }

  time_point now{1000h};
  cluster_clock clock{{now, wall_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}}}};
  object_store store{{.now = [this] { return clock.wall_at(now); }, .admit = admit}};
  event_recorder recorder{store, clock, 2};
  json const pod{{"metadata", {{"name", "book-1"}, {"namespace", "shop"}, {"uid", "u"}}}};
};

TEST_F(EventRecorder, WritesWhatTheDecisionWasMadeFrom) {
  recorder.record(kinds::pod, pod, "kubelet",
                  {event_type::normal, "Killing", {"Stopping", "deleted", {{"grace", "30 s"}}, ""}}, now);
  auto const event = by_message().begin()->second;
  EXPECT_EQ(event["message"], "Stopping (rule: deleted; inputs: grace=30 s)");
  EXPECT_EQ(event["involvedObject"],
            json::parse(R"({"apiVersion":"v1","kind":"Pod","name":"book-1","namespace":"shop","uid":"u"})"));
  EXPECT_EQ(event["type"], "Normal");
  EXPECT_EQ(event["source"]["component"], "kubelet");
  EXPECT_EQ(event["firstTimestamp"], "2026-01-31T00:00:00Z");
}

TEST_F(EventRecorder, CountsWhatIsSaidAgain) {
  say("probe failed");
  say("probe failed");
  say("probe failed");
  ASSERT_EQ(by_message().size(), 1U);
  auto const event = by_message()["probe failed"];
  EXPECT_EQ(event["count"], 3);
  EXPECT_EQ(event["firstTimestamp"], "2026-01-31T00:00:01Z");
  EXPECT_EQ(event["lastTimestamp"], "2026-01-31T00:00:03Z");
}

TEST_F(EventRecorder, WhatHappenedLongestAgoLeavesFirst) {
  say("a");
  say("b");
  say("a");
  say("c");
  EXPECT_EQ(by_message().count("b"), 0U);
  EXPECT_EQ(by_message()["a"]["count"], 2);
  EXPECT_EQ(by_message().count("c"), 1U);
}

TEST_F(EventRecorder, SaysItAnewWhenSomebodyRemovedTheEvent) {
  say("a");
  ASSERT_TRUE(store.remove(kinds::event, key_of(by_message()["a"])));
  say("a");
  EXPECT_EQ(by_message()["a"]["count"], 1);
}

TEST_F(EventRecorder, DropsWhatNobodyTakes) {
  json const lost{{"metadata", {{"name", "x"}, {"namespace", "nowhere"}, {"uid", "v"}}}};
  recorder.record(kinds::pod, lost, "kubelet", {event_type::normal, "Killing", {"x"}}, now);
  EXPECT_TRUE(store.list(kinds::event).empty());
}

}  // namespace
}  // namespace holdfast::cluster
