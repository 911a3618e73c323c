#include "cluster/agent/pod_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

cluster_clock const status_clock{{time_point{}, wall_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}}}};

time_point at(nanoseconds since_start) { return time_point{since_start}; }

terminated_state ended(int exit_code) {
  return {.exit_code = exit_code,
          .reason = exit_code == 0 ? "Completed" : "Error",
          .started_at = at(1s),
          .finished_at = at(2s),
          .container_id = "holdfast://a/0"};
}

container_observation fresh() { return {.name = "a", .image = "shop/a:v1"}; }
container_observation waits(char const* reason) {
  auto container = fresh();
  container.state = waiting_state{.reason = reason};
  return container;
}
container_observation runs() {
  auto container = fresh();
  container.state = running_state{at(3s)};
  container.is_started = true;
  container.is_ready = true;
  container.container_id = "holdfast://a/1";
  return container;
}
container_observation exited(int code) {
  auto container = fresh();
  container.state = ended(code);
  container.container_id = "holdfast://a/0";
  return container;
}
container_observation backs_off(int code) {
  auto container = waits("CrashLoopBackOff");
  container.last = ended(code);
  container.restarts = 3;
  container.container_id = "holdfast://a/0";
  return container;
}
container_observation named(char const* name, container_observation container) {
  container.name = name;
  return container;
}

struct phase_case {
  char const* claim;
  std::vector<container_observation> init;
  std::vector<container_observation> main;
  // By restart policy.
  pod_phase always;
  pod_phase on_failure;
  pod_phase never;
};

constexpr auto pending = pod_phase::pending;
constexpr auto running = pod_phase::running;
constexpr auto succeeded = pod_phase::succeeded;
constexpr auto failed = pod_phase::failed;

void expect_phases(std::vector<phase_case> const& cases, bool is_deleted) {
  for (auto const& c : cases) {
    SCOPED_TRACE(c.claim);
    pod_observation pod{.is_deleted = is_deleted, .init_containers = c.init, .containers = c.main};
    EXPECT_EQ(phase_of(pod), c.always) << "Always";
    pod.policy = restart_policy::on_failure;
    EXPECT_EQ(phase_of(pod), c.on_failure) << "OnFailure";
    pod.policy = restart_policy::never;
    EXPECT_EQ(phase_of(pod), c.never) << "Never";
  }
}

TEST(PodPhase, IsThatOfKubernetesForEveryPolicy) {
  expect_phases({{"nothing is known", {}, {}, pending, pending, pending},
                 {"none was started", {}, {fresh()}, pending, pending, pending},
                 {"one runs", {}, {runs()}, running, running, running},
                 {"one of two was never started", {}, {runs(), fresh()}, pending, pending, pending},
                 {"one ended, the other was never started", {}, {exited(0), fresh()}, pending, pending, pending},
                 {"one cannot be started", {}, {waits("CreateContainerConfigError")}, pending, pending, pending},
                 {"one runs, one has ended", {}, {runs(), exited(1)}, running, running, running},
                 {"all ended well", {}, {exited(0), exited(0)}, running, succeeded, succeeded},
                 {"one ended badly", {}, {exited(0), exited(1)}, running, running, failed},
                 {"one waits to be started again", {}, {backs_off(1)}, running, running, failed},
                 {"it runs beside one that waits", {}, {runs(), backs_off(1)}, running, running, running}},
                false);
}

TEST(PodPhase, WaitsForInitContainers) {
  expect_phases({{"the first runs", {runs(), fresh()}, {fresh()}, pending, pending, pending},
                 {"the first is done", {exited(0), fresh()}, {fresh()}, pending, pending, pending},
                 {"all are done", {exited(0)}, {fresh()}, pending, pending, pending},
                 {"all are done, the rest runs", {exited(0)}, {runs()}, running, running, running},
                 {"one has failed", {exited(1)}, {fresh()}, pending, pending, failed},
                 {"one failed and waits", {backs_off(1)}, {fresh()}, pending, pending, failed}},
                false);
}

TEST(PodPhase, OfADeletedPodIsHowItsContainersEnded) {
  expect_phases({{"while one runs", {}, {runs(), exited(0)}, running, running, running},
                 {"all ended well", {}, {exited(0), exited(0)}, succeeded, succeeded, succeeded},
                 {"one was killed", {}, {exited(0), exited(137)}, failed, failed, failed},
                 {"it waited to be started again", {}, {backs_off(1)}, failed, failed, failed},
                 {"it was never started", {}, {fresh()}, pending, pending, pending}},
                true);
}

json status_of(pod_observation const& pod, json const& object = json::object(), time_point now = at(10s)) {
  return pod_status_of(pod, object, status_clock, now);
}

json condition_of(json const& status, std::string const& type) {
  for (auto const& each : status["conditions"]) {
    if (each["type"] == type) return each;
  }
  return {};
}

/// "Ready=False ContainersNotReady (message)", in their order.
std::vector<std::string> condition_texts(json const& status) {
  std::vector<std::string> texts;
  for (auto const& each : status["conditions"]) {
    auto text = text_at(each, "type") + "=" + text_at(each, "status");
    if (each.contains("reason")) text += " " + text_at(each, "reason");
    if (each.contains("message")) text += " (" + text_at(each, "message") + ")";
    texts.push_back(text);
  }
  return texts;
}

TEST(PodStatus, OfAPodThatRuns) {
  pod_observation const pod{
      .address = "127.5.16.1", .node_address = "127.5.0.254", .start_time = at(500ms), .containers = {runs()}};
  auto const status = status_of(pod);
  EXPECT_EQ(status["phase"], "Running");
  EXPECT_EQ(status["podIP"], "127.5.16.1");
  EXPECT_EQ(status["podIPs"], json::parse(R"([{"ip": "127.5.16.1"}])"));
  EXPECT_EQ(status["hostIP"], "127.5.0.254");
  EXPECT_EQ(status["hostIPs"], json::parse(R"([{"ip": "127.5.0.254"}])"));
  EXPECT_EQ(status["startTime"], "2026-01-31T00:00:00.500000Z");
  EXPECT_EQ(status["qosClass"], "BestEffort");
  EXPECT_THAT(condition_texts(status), ElementsAre("PodReadyToStartContainers=True", "Initialized=True", "Ready=True",
                                                   "ContainersReady=True", "PodScheduled=True"));
  EXPECT_FALSE(status.contains("initContainerStatuses"));
  EXPECT_EQ(status["containerStatuses"], json::parse(R"([{
    "name": "a", "image": "shop/a:v1", "imageID": "shop/a:v1", "containerID": "holdfast://a/1", "restartCount": 0,
    "ready": true, "started": true, "lastState": {}, "state": {"running": {"startedAt": "2026-01-31T00:00:03Z"}}}])"));
}

TEST(PodStatus, OfAPodThatNobodyHasBegun) {
  auto const status = status_of({.containers = {fresh()}});
  for (auto const* const field : {"podIP", "podIPs", "hostIP", "hostIPs", "startTime"}) {
    EXPECT_FALSE(status.contains(field)) << field;
  }
  EXPECT_EQ(status["phase"], "Pending");
  EXPECT_THAT(condition_texts(status),
              ElementsAre("PodReadyToStartContainers=False", "Initialized=True",
                          "Ready=False ContainersNotReady (containers with unready status: [a])",
                          "ContainersReady=False ContainersNotReady (containers with unready status: [a])",
                          "PodScheduled=True"));
  EXPECT_EQ(status["containerStatuses"], json::parse(R"([{
    "name": "a", "image": "shop/a:v1", "imageID": "", "restartCount": 0, "ready": false, "started": false,
    "lastState": {}, "state": {"waiting": {"reason": "ContainerCreating"}}}])"));
}

TEST(PodStatus, WhileInitContainersRunTheOthersWait) {
  auto const status = status_of({.address = "127.5.16.1",
                                 .init_containers = {named("z", exited(0)), named("b", runs()), named("a", fresh())},
                                 .containers = {named("main", fresh()), named("help", fresh())}});
  EXPECT_EQ(status["phase"], "Pending");
  EXPECT_THAT(condition_texts(status),
              ElementsAre("PodReadyToStartContainers=True",
                          "Initialized=False ContainersNotInitialized (containers with incomplete status: [b a])",
                          "Ready=False ContainersNotReady (containers with unready status: [main help])",
                          "ContainersReady=False ContainersNotReady (containers with unready status: [main help])",
                          "PodScheduled=True"));
  auto const& init = status["initContainerStatuses"];
  ASSERT_EQ(init.size(), 3U);
  EXPECT_EQ(init[0]["name"], "z") << "in the order in which they run";
  EXPECT_EQ(init[0]["ready"], true) << "it is done";
  EXPECT_EQ(init[0]["state"]["terminated"]["reason"], "Completed");
  EXPECT_EQ(init[1]["name"], "b");
  EXPECT_EQ(init[1]["ready"], false);
  EXPECT_EQ(init[1]["started"], true);
  EXPECT_EQ(init[2]["state"]["waiting"]["reason"], "PodInitializing");
  auto const& others = status["containerStatuses"];
  ASSERT_EQ(others.size(), 2U);
  EXPECT_EQ(others[0]["name"], "help") << "by name";
  EXPECT_EQ(others[0]["state"]["waiting"]["reason"], "PodInitializing");
  EXPECT_EQ(others[1]["state"]["waiting"]["reason"], "PodInitializing");
}

TEST(PodStatus, OtherReasonsToWaitAreNotThoseOfInitContainers) {
  auto const status = status_of({.init_containers = {exited(0)}, .containers = {waits("ErrImagePull")}});
  EXPECT_EQ(status["containerStatuses"][0]["state"]["waiting"]["reason"], "ErrImagePull");
  EXPECT_EQ(condition_of(status, "Initialized")["status"], "True");
}

TEST(PodStatus, AfterTheInitContainersThePodStaysInitialized) {
  auto const status = status_of({.init_containers = {fresh()}, .containers = {backs_off(1)}});
  EXPECT_EQ(condition_of(status, "Initialized")["status"], "True") << "its containers have run";
}

TEST(PodStatus, AFailedInitContainerEndsAPodThatDoesNotRestart) {
  auto const status = status_of(
      {.policy = restart_policy::never, .init_containers = {named("init", exited(3))}, .containers = {fresh()}});
  EXPECT_EQ(status["phase"], "Failed");
  EXPECT_EQ(status["initContainerStatuses"][0]["ready"], false);
  EXPECT_THAT(condition_texts(status),
              ElementsAre("PodReadyToStartContainers=False",
                          "Initialized=False ContainersNotInitialized (containers with incomplete status: [init])",
                          "Ready=False PodFailed", "ContainersReady=False PodFailed", "PodScheduled=True"));
}

TEST(PodStatus, OfAPodThatHasSucceeded) {
  auto const status = status_of({.address = "127.5.16.1",
                                 .policy = restart_policy::never,
                                 .init_containers = {exited(0)},
                                 .containers = {exited(0)}});
  EXPECT_EQ(status["phase"], "Succeeded");
  EXPECT_THAT(condition_texts(status),
              ElementsAre("PodReadyToStartContainers=False", "Initialized=True PodCompleted",
                          "Ready=False PodCompleted", "ContainersReady=False PodCompleted", "PodScheduled=True"));
  EXPECT_EQ(status["podIP"], "127.5.16.1");
}

TEST(PodStatus, TellsHowInstancesEnded) {
  auto crashed = backs_off(0);
  crashed.state = waiting_state{.reason = "CrashLoopBackOff", .message = "back-off 20s restarting failed container"};
  crashed.last = terminated_state{.exit_code = 137,
                                  .signal = 9,
                                  .reason = "OOMKilled",
                                  .message = "too much",
                                  .started_at = at(4s),
                                  .finished_at = at(5s + 1us),
                                  .container_id = "holdfast://a/2"};
  crashed.is_ready = crashed.is_started = true;
  auto const status = status_of({.containers = {crashed}});
  EXPECT_EQ(status["phase"], "Running");
  EXPECT_EQ(status["containerStatuses"], json::parse(R"([{
    "name": "a", "image": "shop/a:v1", "imageID": "shop/a:v1", "containerID": "holdfast://a/0", "restartCount": 3,
    "ready": false, "started": false,
    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 20s restarting failed container"}},
    "lastState": {"terminated": {"exitCode": 137, "signal": 9, "reason": "OOMKilled", "message": "too much",
                                 "startedAt": "2026-01-31T00:00:04Z", "finishedAt": "2026-01-31T00:00:05.000001Z",
                                 "containerID": "holdfast://a/2"}}}])"))
      << "what does not run is neither ready nor started";
}

TEST(PodStatus, ATransitionStaysWhereTheStatusStays) {
  pod_observation pod{.address = "127.5.16.1", .containers = {runs()}};
  json object;
  object["status"] = status_of(pod, object, at(10s));
  object["status"] = status_of(pod, object, at(20s));
  EXPECT_EQ(object["status"], status_of(pod, object, at(30s))) << "nothing happened, nothing changes";
  EXPECT_EQ(condition_of(object["status"], "Ready")["lastTransitionTime"], "2026-01-31T00:00:10Z");
  pod.containers[0].is_ready = false;
  object["status"] = status_of(pod, object, at(40s));
  for (auto const* const type : {"Ready", "ContainersReady"}) {
    EXPECT_EQ(condition_of(object["status"], type)["lastTransitionTime"], "2026-01-31T00:00:40Z") << type;
  }
  for (auto const* const type : {"PodScheduled", "Initialized", "PodReadyToStartContainers"}) {
    EXPECT_EQ(condition_of(object["status"], type)["lastTransitionTime"], "2026-01-31T00:00:10Z") << type;
  }
}

TEST(PodStatus, KeepsWhatOthersHaveSet) {
  auto const object = json::parse(R"({"status": {"conditions": [
    {"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-31T00:00:01Z"},
    {"type": "example.com/checked", "status": "False", "reason": "Later", "lastTransitionTime": "2026-01-31T00:00:02Z"}]}})");
  auto const status = status_of({.containers = {runs()}}, object);
  EXPECT_EQ(condition_of(status, "PodScheduled")["lastTransitionTime"], "2026-01-31T00:00:01Z");
  EXPECT_EQ(status["conditions"].back(), object["status"]["conditions"][1]);
  EXPECT_EQ(status["conditions"].size(), 6U);
}

TEST(PodStatus, ClassIsByTheResources) {
  auto const with = [](char const* resources) {
    json object;
    object["spec"]["containers"][0]["resources"] = json::parse(resources);
    return status_of({.containers = {fresh()}}, object)["qosClass"];
  };
  EXPECT_EQ(with("{}"), "BestEffort");
  EXPECT_EQ(with(R"({"requests": {"cpu": "100m"}})"), "Burstable");
  EXPECT_EQ(with(R"({"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}})"),
            "Guaranteed");
}

}  // namespace
}  // namespace holdfast::cluster
