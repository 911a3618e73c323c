#include "experiment/actions/action_decisions.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/local/fault_text.hpp"
#include "cluster/objects/admission.hpp"
#include "cluster/objects/object_samples.hpp"

namespace holdfast::experiment {
namespace {

using namespace std::chrono_literals;
using namespace cluster;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

wall_time const some_day{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

json order_deployment() {
  auto made = samples::deployment();
  made["spec"]["replicas"] = 2;
  return made;
}

template <class T>
std::string refusal(decided<T> const& of) {
  return of ? "it was done" : of.error();
}

TEST(ActionDecisions, ARolloutSetsTheImage) {
  auto const changed = rolled_out(order_deployment(), {"order", "main", "shop/order:v2"}, some_day);
  ASSERT_TRUE(changed);
  EXPECT_EQ((*changed)["spec"]["template"]["spec"]["containers"][0]["image"], "shop/order:v2");
  EXPECT_TRUE(rolled_out(order_deployment(), {"order", "", "shop/order:v2"}, some_day)) << "there is one container";
}

TEST(ActionDecisions, ARestartStampsTheTemplate) {
  auto const changed = rolled_out(order_deployment(), {"order", "", ""}, some_day);
  ASSERT_TRUE(changed);
  EXPECT_EQ(text_at(*changed, "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"),
            "2026-01-31T00:00:00Z");
}

TEST(ActionDecisions, ARolloutThatCanDoNothingSaysWhy) {
  EXPECT_EQ(refusal(rolled_out(order_deployment(), {"order", "mian", "x"}, some_day)),
            "there is no container \"mian\", but: main. Nearest is \"main\"");
  EXPECT_THAT(refusal(rolled_out(order_deployment(), {"order", "main", "shop/order:v1"}, some_day)),
              HasSubstr("has the image \"shop/order:v1\" already"));
}

TEST(ActionDecisions, AScaleChangesTheReplicas) {
  EXPECT_EQ((*resized(order_deployment(), 5))["spec"]["replicas"], 5);
  EXPECT_EQ(refusal(resized(order_deployment(), 2)), "it has 2 replicas already");
}

owned_pod pod_of(std::string const& owner, std::string const& name, int age, std::string const& phase = "Running") {
  auto made = samples::pod();
  made["metadata"]["name"] = name;
  made["metadata"]["labels"] = {{"app", owner}, {"tier", "back"}};
  made["metadata"]["creationTimestamp"] = "2026-01-31T12:00:0" + std::to_string(age) + "Z";
  made["status"]["phase"] = phase;
  return {std::make_shared<json const>(made), owner};
}

std::vector<std::string> names(decided<std::vector<object_ptr>> const& pods) {
  std::vector<std::string> found;
  if (pods) {
    for (auto const& each : *pods) found.push_back(cluster::name_of(*each));
  }
  return found;
}

class ChosenPods : public ::testing::Test {
 protected:
  std::vector<owned_pod> const pods{pod_of("book", "c", 1), pod_of("book", "a", 3), pod_of("book", "b", 2),
                                    pod_of("order", "o", 0), pod_of("book", "done", 0, "Succeeded")};
};

TEST_F(ChosenPods, AreTheDeploymentsOrThoseWithAllLabels) {
  EXPECT_THAT(names(chosen_pods({.deployment = "order"}, pods, 1)), ElementsAre("o"));
  EXPECT_THAT(names(chosen_pods({.labels = {{"tier", "back"}, {"app", "order"}}}, pods, 1)), ElementsAre("o"));
  EXPECT_THAT(names(chosen_pods({.deployment = "book", .count = {}, .order = pod_order::oldest}, pods, 1)),
              ElementsAre("c", "b", "a"));
  EXPECT_THAT(names(chosen_pods({.deployment = "book", .count = 2, .order = pod_order::newest}, pods, 1)),
              ElementsAre("a", "b"));
}

TEST_F(ChosenPods, AreChosenBySeed) {
  std::vector<owned_pod> many;
  for (char name = 'a'; name <= 'z'; ++name) many.push_back(pod_of("book", std::string(1, name), 0));
  pod_choice const choice{.deployment = "book", .count = 5};
  auto const first = names(chosen_pods(choice, many, 7));
  EXPECT_EQ(first.size(), 5U);
  EXPECT_EQ(names(chosen_pods(choice, many, 7)), first);
  EXPECT_NE(names(chosen_pods(choice, many, 8)), first);
  std::ranges::reverse(many);
  EXPECT_EQ(names(chosen_pods(choice, many, 7)), first) << "whatever order they come in";
}

TEST_F(ChosenPods, WhoAreTooFewAreNone) {
  EXPECT_EQ(refusal(chosen_pods({.deployment = "review"}, pods, 1)), "there are no pods of deployment/review");
  EXPECT_EQ(refusal(chosen_pods({.labels = {{"app", "x"}}}, pods, 1)), "there are no pods with app=x");
  EXPECT_EQ(refusal(chosen_pods({.deployment = "book", .count = 4}, pods, 1)),
            "of the 4 asked for there are 3 pods of deployment/book");
}

TEST(FaultTexts, AreWhatTheAnnotationReads) {
  fault_action action{.service = "book", .port = "http"};
  action.request.kind = "latency";
  action.request.parameters = {{"delay", "20ms"}, {"jitter", "5ms"}};
  action.request.direction = path_direction::to_pod;
  auto const read = read_fault_text(fault_text_of(action), "book");
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_EQ(read.faults.size(), 1U);
  EXPECT_EQ(read.faults[0].text, fault_text_of(action));
  EXPECT_EQ(read.faults[0].port, "http");
  EXPECT_EQ(read.faults[0].request.parameters, action.request.parameters);
  EXPECT_EQ(read.faults[0].request.direction, path_direction::to_pod);
}

TEST(FaultTexts, StandBesideThoseOfOthers) {
  EXPECT_EQ(with_fault("", "refuse"), "refuse");
  EXPECT_EQ(with_fault(" latency delay=1ms ;; ", "refuse"), "latency delay=1ms; refuse");
  EXPECT_EQ(with_fault("refuse", "refuse"), "refuse");
  EXPECT_EQ(without_fault("latency delay=1ms; refuse", "refuse"), "latency delay=1ms");
  EXPECT_EQ(without_fault("refuse", "refuse"), "");
}

TEST(FindWorkload, NamesTheNearestOfThoseThatAreThere) {
  object_store store{{.now = [] { return some_day; }, .admit = admit}};
  for (auto const* const home : {"default", "shop", "other"}) {
    ASSERT_TRUE(store.create(kinds::name_space, {{"metadata", {{"name", home}}}}));
  }
  EXPECT_EQ(refusal(find_workload(store, kinds::deployment, "order")),
            "there is no Deployment \"order\", and no other");
  auto const create = [&](char const* home, char const* name) {
    auto made = samples::deployment();
    made["metadata"] = {{"name", name}, {"namespace", home}};
    ASSERT_TRUE(store.create(kinds::deployment, made));
  };
  create("shop", "order");
  EXPECT_EQ(refusal(find_workload(store, kinds::deployment, "odrer")),
            "there is no Deployment \"odrer\", but: order. Nearest is \"order\"");
  EXPECT_EQ(namespace_of(**find_workload(store, kinds::deployment, "order")), "shop");
  create("other", "order");
  EXPECT_EQ(refusal(find_workload(store, kinds::deployment, "order")),
            "several namespaces have a Deployment \"order\"");
  create("default", "order");
  EXPECT_EQ(namespace_of(**find_workload(store, kinds::deployment, "order")), "default");
  EXPECT_TRUE(find_object(store, {&kinds::deployment, "order", "shop"}));
  EXPECT_THAT(refusal(find_object(store, {&kinds::service, "order", "shop"})), HasSubstr("no Service \"order\""));
}

TEST(ActionNames, AreThoseOfProfiles) {
  EXPECT_EQ(type_of(rollout_action{"book", "main", "x"}), "rollout");
  EXPECT_EQ(target_of(rollout_action{"book", "main", "x"}), "deployment/book");
  EXPECT_EQ(type_of(command_action{{"true"}}), "run");
  EXPECT_EQ(target_of(command_action{{"sh", "-c", "true"}}), "sh -c true");
  EXPECT_EQ(type_of(continue_action{}), "continue");
  EXPECT_EQ(target_of(kill_action{{.labels = {{"app", "book"}}}}), "pods with app=book");
  EXPECT_EQ(target_of(delete_action{object_name{&kinds::config_map, "orderst"}}), "configmap/orderst");
  EXPECT_EQ(type_of(fault_action{"book"}), "fault");
  EXPECT_EQ(target_of(fault_action{"book"}), "service/book");
}

}  // namespace
}  // namespace holdfast::experiment
