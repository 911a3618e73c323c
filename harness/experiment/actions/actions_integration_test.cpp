#include <cstdlib>
#include <fstream>

#include "experiment/actions/experiment_world_test_support.hpp"

namespace holdfast::experiment {
namespace {

using namespace std::chrono_literals;
using namespace cluster;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Actions = experiment_world;

fault_action latency_of_book() {
  fault_action action{.service = "book"};
  action.request.kind = "latency";
  action.request.parameters = {{"delay", "30ms"}};
  return action;
}

TEST_F(Actions, WhatTheyDoIsSeenInTheWrittenTimelineInItsOrder) {
  auto const path = folder_.path("timeline.ndjson");
  timeline_writer writer{context_.get_executor(), *report::output_file::create(path),
                         [](std::string const& problem) { ADD_FAILURE() << problem; }};
  timeline_.listen([&](timeline_event const& event) { writer.add(event); });

  does("to-v2", rollout_action{"book", "main", "shop/book:v2"});
  ASSERT_TRUE(comes("rollout book started"));
  EXPECT_EQ(detail(last(), "images").dump(), R"({"main":"shop/book:v2"})");
  ASSERT_TRUE(comes("pod terminating"));
  ASSERT_TRUE(comes("rollout book complete"));
  EXPECT_EQ(detail(last(), "revision"), 2);

  does("more", scale_action{"book", 3});
  ASSERT_TRUE(comes("replicas book changed"));
  EXPECT_EQ(detail(last(), "desired"), 3);
  ASSERT_TRUE(comes("pod started"));
  ASSERT_TRUE(comes("pod ready"));

  does("shot", kill_action{.pods = {.deployment = "book"}});
  ASSERT_TRUE(comes("pod exited", [](timeline_event const& event) { return detail(event, "exit_code") == 137; }))
      << "those of the rollout end with 143";
  EXPECT_EQ(detail(last(), "owner"), "book");
  auto const killed = last().subject;
  ASSERT_TRUE(comes("pod restarted", [&](timeline_event const& event) { return event.subject == killed; }));

  auto const take_off = does("slow-book", latency_of_book());
  ASSERT_TRUE(comes("fault slow-book wanted"));
  ASSERT_TRUE(comes("fault slow-book confirmed"));
  EXPECT_THAT(detail(last(), "evidence").get<std::string>(), HasSubstr("latency"));
  EXPECT_LE(detail(last(), "since_s").get<double>(), in_seconds(last().at));
  take_off();
  EXPECT_FALSE(by_->has_settled());
  ASSERT_TRUE(comes("fault slow-book removed"));
  EXPECT_TRUE(by_->has_settled());
  EXPECT_THAT(connections_.counts(), IsEmpty()) << "those of probes do not count";

  writer.flush();
  auto const written = read_timeline_file(path);
  ASSERT_TRUE(written) << to_string(written.error());
  std::vector<std::string> const in_order{"rollout book started",         "rollout book complete",
                                          "replicas book changed",        "pod " + killed + " exited",
                                          "pod " + killed + " restarted", "fault slow-book wanted",
                                          "fault slow-book confirmed",    "fault slow-book removed"};
  auto next = in_order.begin();
  for (auto const& event : written->events) {
    if (next != in_order.end() && short_text(event) == *next) ++next;
  }
  EXPECT_EQ(next, in_order.end()) << *next << " is missing";
  nanoseconds before{};
  for (auto const& event : written->events) {
    EXPECT_GE(event.at, before - 1ms);
    before = event.at;
  }
}

TEST_F(Actions, APausedPodIsStoppedUntilItsEnd) {
  ASSERT_TRUE(runs_until([&] { return process_states() == "SS"; })) << process_states();
  auto const go_on = does("pause", pause_action{.pods = {.deployment = "book"}});
  EXPECT_TRUE(runs_until([&] { return process_states() == "TS" || process_states() == "ST"; })) << process_states();
  go_on();
  EXPECT_TRUE(runs_until([&] { return process_states() == "SS"; })) << process_states();
  does("pause", pause_action{.pods = {.deployment = "book", .count = {}}});
  EXPECT_TRUE(runs_until([&] { return process_states() == "TT"; })) << process_states();
  does("continue", continue_action{.pods = {.deployment = "book", .count = {}}});
  EXPECT_TRUE(runs_until([&] { return process_states() == "SS"; })) << process_states();
  does("pause", pause_action{.pods = {.deployment = "book", .count = {}}});
  by_ = nullptr;
  EXPECT_TRUE(runs_until([&] { return process_states() == "SS"; })) << "whoever leaves lets them go on";
  by_ = std::make_unique<action_executor>(*cluster_, timeline_, [](object_key const&) { return std::string{}; });
}

TEST_F(Actions, ObjectsAreMadeChangedAndDeleted) {
  does("make",
       create_action{manifests("{apiVersion: v1, kind: ConfigMap, metadata: {name: colours}, data: {sky: blue}}")});
  object_name const colours{&kinds::config_map, "colours"};
  does("change", patch_action{colours, patch_type::merge, {{"data", {{"sky", "grey"}}}}});
  EXPECT_EQ(text_at(*cluster_->store().find(kinds::config_map, {"default", "colours"}), "data", "sky"), "grey");
  does("more", patch_action{colours, patch_type::json_patch,
                            json::parse(R"([{"op":"add","path":"/data/sea","value":"green"}])")});
  EXPECT_EQ(text_at(*cluster_->store().find(kinds::config_map, {"default", "colours"}), "data", "sea"), "green");
  does("delete", delete_action{colours});
  EXPECT_FALSE(cluster_->store().find(kinds::config_map, {"default", "colours"}));
  does("evict", delete_action{pod_choice{.deployment = "book"}});
  EXPECT_TRUE(comes("pod terminating"));
  EXPECT_TRUE(comes("pod removed"));
}

TEST_F(Actions, WhatIsNotThereIsNamedWithTheNearest) {
  EXPECT_EQ(refusal(rollout_action{"bok", "main", "x"}),
            "there is no Deployment \"bok\", but: book. Nearest is \"book\"");
  EXPECT_THAT(refusal(rollout_action{"book", "man", "x"}), HasSubstr("Nearest is \"main\""));
  EXPECT_THAT(refusal(rollout_action{"book", "main", " x"}), HasSubstr("image"));
  EXPECT_THAT(refusal(scale_action{"books", 3}), HasSubstr("Nearest is \"book\""));
  EXPECT_THAT(refusal(kill_action{.pods = {.deployment = "boook"}}), HasSubstr("Nearest is \"book\""));
  EXPECT_EQ(refusal(kill_action{.pods = {.deployment = "book", .count = 7}}),
            "of the 7 asked for there are 2 pods of deployment/book");
  auto fault = latency_of_book();
  fault.service = "bookk";
  EXPECT_EQ(refusal(fault), "there is no Service \"bookk\", but: book. Nearest is \"book\"");
  EXPECT_THAT(refusal(delete_action{object_name{&kinds::config_map, "x"}}), HasSubstr("no ConfigMap \"x\""));
  EXPECT_EQ(refusal(patch_action{{&kinds::deployment, "book"}, patch_type::merge, {{"spec", {{"replicas", 2}}}}}),
            "the patch changes nothing");
  EXPECT_THAT(refusal(patch_action{{&kinds::deployment, "book"}, patch_type::merge, {{"spec", {{"replicas", -2}}}}}),
              HasSubstr("replicas"));
}

TEST_F(Actions, AFaultOfAPortThatIsNotThereIsRefused) {
  auto fault = latency_of_book();
  fault.port = "https";
  auto const take_off = does("wrong", fault);
  ASSERT_TRUE(comes("fault wrong refused"));
  EXPECT_THAT(detail(last(), "evidence").get<std::string>(), HasSubstr("no port \"https\""));
  take_off();
  EXPECT_TRUE(by_->has_settled());
}

class Schedule : public experiment_world {
 protected:
  void begin(std::vector<action> const& actions) { schedule().begin(actions, clock_seam::now()); }
  void end() {
    bool has_ended = false;
    boost::asio::co_spawn(context_, schedule().end(), [&](std::exception_ptr const& failure) {
      EXPECT_FALSE(failure);
      has_ended = true;
    });
    EXPECT_TRUE(runs_until([&] { return has_ended; }));
  }
  action_schedule& schedule() {
    if (!schedule_) {
      schedule_.emplace(context_.get_executor(), *cluster_, timeline_, conditions_, *by_,
                        command_place{folder_.root(), folder_.root(), {"PATH=/usr/bin:/bin", "KUBECONFIG=/k"}}, 1);
    }
    return *schedule_;
  }
  /// "begin", "done", ... of an action.
  std::vector<std::string> words(std::string const& action) const {
    std::vector<std::string> found;
    for (auto const& each : told_of(timeline_kinds::action, action)) found.push_back(each.what);
    return found;
  }
  std::string reason(std::string const& action) const {
    auto const events = told_of(timeline_kinds::action, action);
    auto const found = events.empty() ? nlohmann::ordered_json{} : detail(events.back(), "reason");
    return found.is_string() ? found.get<std::string>() : "";
  }
  static on_condition when(std::string const& text) { return {.when = *parse_condition(text)}; }

  std::optional<action_schedule> schedule_;
};

TEST_F(Schedule, ActionsFollowTheirTimesAndConditions) {
  action rollout{.name = "to-v2", .trigger = at_time{50ms}, .kind = rollout_action{"book", "main", "shop/book:v2"}};
  action shot{
      .name = "shot", .trigger = when("deployment/book complete"), .kind = kill_action{.pods = {.deployment = "book"}}};
  action slow{.name = "slow-book", .trigger = when("action/shot done"), .kind = latency_of_book()};
  slow.end.until = *parse_condition("fault/slow-book confirmed");
  action more{.name = "more", .trigger = when("fault/slow-book removed"), .kind = scale_action{"book", 3}};
  action already{.name = "already", .trigger = when("deployment/book ready >= 2"), .kind = command_action{{"true"}}};
  begin({rollout, shot, slow, more, already});
  for (auto const* const text :
       {"action to-v2 begin", "action to-v2 done", "rollout book complete", "action shot begin", "action shot done",
        "action slow-book begin", "fault slow-book wanted", "fault slow-book confirmed", "action slow-book done",
        "fault slow-book removed", "action more done"}) {
    ASSERT_TRUE(comes(text));
  }
  end();
  EXPECT_EQ(schedule().failed(), 0U);
  EXPECT_THAT(words("already"), ElementsAre("begin", "done")) << "it was so when the waiting began";
  auto const events = told_of("action", "shot");
  EXPECT_EQ(detail(events.at(0), "type"), "kill");
  EXPECT_EQ(detail(events.at(0), "target"), "pods of deployment/book");
}

TEST_F(Schedule, TheEndOfTheLoadEndsWhatGoesOnAndGivesUpWhatWaits) {
  action slow{.name = "slow-book", .trigger = at_time{}, .kind = latency_of_book()};
  action stopped{
      .name = "stopped", .trigger = at_time{}, .kind = pause_action{.pods = {.deployment = "book", .count = {}}}};
  action late{.name = "late", .trigger = at_time{1h}, .kind = scale_action{"book", 1}};
  action never{.name = "never", .trigger = when("deployment/book stuck"), .kind = scale_action{"book", 1}};
  action soon{.name = "soon", .trigger = when("deployment/book stuck"), .kind = scale_action{"book", 1}};
  std::get<on_condition>(soon.trigger).within = 50ms;
  action again{.name = "again", .trigger = at_time{}, .times = 3, .every = 1h, .kind = scale_action{"book", 2}};
  action hangs{.name = "hangs", .trigger = at_time{}, .kind = command_action{{"sleep", "1000"}, 1h}};
  begin({slow, stopped, late, never, soon, again, hangs});
  ASSERT_TRUE(comes("fault slow-book confirmed"));
  ASSERT_TRUE(runs_until([&] { return process_states() == "TT" && !words("soon").empty(); }));
  end();
  EXPECT_THAT(words("slow-book"), ElementsAre("begin", "done"));
  EXPECT_THAT(words("stopped"), ElementsAre("begin", "done"));
  EXPECT_TRUE(runs_until([&] { return process_states() == "SS"; })) << process_states();
  EXPECT_TRUE(runs_until([&] { return by_->has_settled(); }));
  EXPECT_THAT(words("late"), ElementsAre("failed"));
  EXPECT_EQ(reason("late"), "the load ended before its time came");
  EXPECT_EQ(reason("never"), "\"deployment/book stuck\" did not come true before the load ended");
  EXPECT_EQ(reason("soon"), "\"deployment/book stuck\" did not come true within 50.0 ms");
  EXPECT_THAT(words("again"), ElementsAre("begin", "failed", "failed"));
  EXPECT_THAT(words("hangs"), ElementsAre("begin", "failed"));
  EXPECT_EQ(schedule().failed(), 6U);
}

TEST_F(Schedule, CommandsAreRunWithALimitAndTheirOutputIsKept) {
  auto const command = [](std::string const& name, std::vector<std::string> words, nanoseconds limit = 20s) {
    return action{.name = name, .trigger = at_time{}, .kind = command_action{std::move(words), limit}};
  };
  begin({command("good", {"sh", "-c", "pwd; echo $KUBECONFIG"}),
         command("bad", {"sh", "-c", "echo no such luck; exit 3"}), command("none", {"no-such-program"}),
         command("long", {"sh", "-c", "sleep 1000 & sleep 1000"}, 100ms)});
  ASSERT_TRUE(runs_until([&] {
    return words("good").size() == 2 && words("bad").size() == 2 && words("none").size() == 2 &&
           words("long").size() == 2;
  }));
  end();
  EXPECT_THAT(words("good"), ElementsAre("begin", "done"));
  EXPECT_EQ(cluster::testing::text_of_file(folder_.path("good.log")), folder_.root().string() + "\n/k\n");
  EXPECT_EQ(reason("bad"), "it ended with code 3: no such luck");
  EXPECT_THAT(reason("none"), HasSubstr("no-such-program"));
  EXPECT_EQ(reason("long"), "it was ended after 100 ms");
  EXPECT_EQ(schedule().failed(), 3U);
}

}  // namespace
}  // namespace holdfast::experiment
