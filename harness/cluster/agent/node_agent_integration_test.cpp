#include <gmock/gmock.h>

#include "cluster/agent/node_agent_test_support.hpp"
#include "cluster/node/log_cursor.hpp"
#include "cluster/node/mount_plan.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class NodeAgent : public agent_fixture {
 protected:
  std::string log_text(std::string const& name) {
    auto const* const log = agent_->log_of({"shop", name}, "");
    if (log == nullptr || !log->current()) return {};
    log_cursor cursor{log->current(), {}};
    return cursor.next().text;
  }
};

TEST_F(NodeAgent, MakesAPodAProcessWithAnAddressAndSaysHowItIs) {
  create_pod("book", sh("echo $HOSTNAME; exec sleep 100"));
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  EXPECT_EQ(phase("book"), "Running");
  EXPECT_THAT(text_at(pod("book"), "status", "podIP"), StartsWith("127."));
  EXPECT_TRUE(comes([&] { return log_text("book") == "book\n"; }));
  EXPECT_THAT(events("Started"), Contains("Started container main"));
  ASSERT_EQ(agent_->running().size(), 1U);
  EXPECT_EQ(agent_->running().front().name, "main");
}

TEST_F(NodeAgent, LeavesPodsOfOtherNodesAlone) {
  create_pod("other", sh("exec sleep 100"), {{"nodeName", "elsewhere"}});
  create_pod("book", sh("exec sleep 100"));
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  EXPECT_EQ(phase("other"), "Pending");
}

TEST_F(NodeAgent, AnEndedContainerIsStartedAgainAtOnceThenAfterTheBackOff) {
  create_pod("crash", sh("exit 3"));
  ASSERT_TRUE(comes([&] { return waiting("crash") == "CrashLoopBackOff"; }));
  EXPECT_EQ(restarts("crash"), 1);
  EXPECT_EQ(integer_at(container("crash"), 0, "lastState", "terminated", "exitCode"), 3);
  EXPECT_THAT(text_at(container("crash"), "state", "waiting", "message"),
              StartsWith("back-off 10s restarting failed container container=main pod=crash_shop("));
  auto const stopped = clock_.platform_of_stamp(text_at(container("crash"), "lastState", "terminated", "finishedAt"));
  ASSERT_TRUE(comes([&] { return restarts("crash") == 2; }));
  auto const again = clock_.platform_of_stamp(text_at(container("crash"), "lastState", "terminated", "startedAt"));
  EXPECT_TRUE(comes([&] { return waiting("crash") == "CrashLoopBackOff"; }));
  auto const next = clock_.platform_of_stamp(text_at(container("crash"), "lastState", "terminated", "startedAt"));
  ASSERT_TRUE(stopped && again && next);
  EXPECT_GE(*next - *stopped, std::chrono::seconds{10});
}

TEST_F(NodeAgent, RestartPoliciesNeverAndOnFailureEndThePod) {
  create_pod("done", sh("exit 0"), {{"restartPolicy", "OnFailure"}});
  create_pod("failed", sh("exit 4"), {{"restartPolicy", "Never"}});
  ASSERT_TRUE(comes([&] { return phase("done") == "Succeeded" && phase("failed") == "Failed"; }));
  EXPECT_EQ(restarts("failed"), 0);
  EXPECT_EQ(text_at(container("done"), "state", "terminated", "reason"), "Completed");
}

TEST_F(NodeAgent, AMissingConfigMapHoldsAContainerBackUntilItIsThere) {
  auto wants = sh("echo level=$LEVEL; exec sleep 100");
  wants["envFrom"] = json::array({{{"configMapRef", {{"name", "settings"}}}}});
  create_pod("book", wants);
  ASSERT_TRUE(comes([&] { return waiting("book") == "CreateContainerConfigError"; }));
  EXPECT_THAT(text_at(container("book"), "state", "waiting", "message"), HasSubstr("configmap \"settings\" not found"));
  EXPECT_EQ(restarts("book"), 0);
  (void)store_.create(kinds::config_map,
                      {{"metadata", {{"namespace", "shop"}, {"name", "settings"}}}, {"data", {{"LEVEL", "info"}}}});
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  EXPECT_TRUE(comes([&] { return log_text("book") == "level=info\n"; }));
  EXPECT_EQ(restarts("book"), 0);
  (void)store_.remove(kinds::config_map, {"shop", "settings"});
  create_pod("later", sh("exec sleep 100"));
  ASSERT_TRUE(comes([&] { return is_ready("later"); }));
  EXPECT_TRUE(is_ready("book")) << "a running container is not affected";
}

TEST_F(NodeAgent, AnUnknownImageIsErrImagePullThenBacksOff) {
  create_pod("book", {{"image", "bookshop/bok:v7"}, {"command", nullptr}});
  ASSERT_TRUE(comes([&] { return waiting("book") == "ErrImagePull"; }));
  ASSERT_TRUE(comes([&] { return waiting("book") == "ImagePullBackOff"; }));
  EXPECT_EQ(restarts("book"), 0);
  EXPECT_THAT(events("Failed"), Contains(HasSubstr("no program stands for bookshop/bok")));
}

TEST_F(NodeAgent, AnImageStandsForAProgramAndItsTagIsTheVersion) {
  images_.add("bookshop/book", {.program = "/bin/sh", .arguments = {"-c", "echo version $VERSION; exec sleep 100"}});
  create_pod("book", {{"image", "registry.example:5000/bookshop/book:v4"}});
  ASSERT_TRUE(comes([&] { return log_text("book") == "version v4\n"; }));
}

TEST_F(NodeAgent, AProgramThatDoesNotStartIsToldWithTheKernelsReason) {
  create_pod("book", {{"command", {"bookd"}}});
  ASSERT_TRUE(comes([&] { return waiting("book") == "CrashLoopBackOff"; }));
  EXPECT_EQ(text_at(container("book"), "lastState", "terminated", "reason"), "StartError");
  EXPECT_THAT(text_at(container("book"), "lastState", "terminated", "message"),
              HasSubstr("exec: \"bookd\": executable file not found in $PATH"));
}

TEST_F(NodeAgent, ReadinessFollowsItsProbeAndNeverRestarts) {
  auto const file = folder_.path("ready");
  auto probed = sh("exec sleep 100");
  probed["readinessProbe"] = {{"exec", {{"command", {"test", "-f", file}}}}, {"periodSeconds", 1}};
  create_pod("book", probed);
  ASSERT_TRUE(comes([&] { return is_running("book") && !events("Unhealthy").empty(); }));
  EXPECT_FALSE(is_ready("book"));
  testing::write_file(file, "");
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  std::filesystem::remove(file);
  ASSERT_TRUE(comes([&] { return !is_ready("book"); }));
  EXPECT_EQ(restarts("book"), 0);
}

TEST_F(NodeAgent, ALivenessFailureRestartsTheContainer) {
  auto const file = folder_.path("alive");
  testing::write_file(file, "");
  auto probed = sh("exec sleep 100");
  probed["livenessProbe"] = {
      {"exec", {{"command", {"test", "-f", file}}}}, {"periodSeconds", 1}, {"failureThreshold", 2}};
  create_pod("book", probed);
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  std::filesystem::remove(file);
  ASSERT_TRUE(comes([&] { return restarts("book") >= 1; }));
  EXPECT_THAT(events("Killing"), Contains(HasSubstr("Container main failed liveness probe, will be restarted")));
  EXPECT_THAT(events("Unhealthy"), Contains(StartsWith("Liveness probe failed:")));
}

TEST_F(NodeAgent, AStartupProbeHoldsTheOthersBack) {
  auto const file = folder_.path("started");
  auto probed = sh("exec sleep 100");
  probed["startupProbe"] = {
      {"exec", {{"command", {"test", "-f", file}}}}, {"periodSeconds", 1}, {"failureThreshold", 1000}};
  probed["livenessProbe"] = {{"exec", {{"command", {"touch", folder_.path("was-asked")}}}}, {"periodSeconds", 1}};
  create_pod("book", probed);
  ASSERT_TRUE(comes([&] { return events("Unhealthy").size() == 1 && is_running("book"); }));
  EXPECT_FALSE(is_ready("book"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path("was-asked")));
  testing::write_file(file, "");
  ASSERT_TRUE(comes([&] { return is_ready("book") && std::filesystem::exists(folder_.path("was-asked")); }));
}

TEST_F(NodeAgent, DeletionRunsPreStopThenSignalsThenTheObjectGoes) {
  auto const order = folder_.path("order");
  auto graceful = sh("trap 'echo term >> " + order + "; exit 0' TERM; while :; do sleep 0.05; done");
  graceful["lifecycle"] = {{"preStop", {{"exec", {{"command", {"sh", "-c", "echo hook >> " + order}}}}}}};
  create_pod("book", graceful);
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  (void)store_.remove(kinds::pod, {"shop", "book"});
  EXPECT_FALSE(is_gone("book"));
  ASSERT_TRUE(comes([&] { return is_gone("book"); }));
  EXPECT_EQ(testing::text_of_file(order), "hook\nterm\n");
  EXPECT_TRUE(comes([&] { return agent_->is_idle(); }));
}

TEST_F(NodeAgent, AProgramThatIgnoresSigtermIsKilledAfterItsGrace) {
  create_pod("deaf", sh("trap '' TERM; while :; do sleep 0.05; done"));
  ASSERT_TRUE(comes([&] { return is_ready("deaf"); }));
  (void)store_.remove(kinds::pod, {"shop", "deaf"}, {.grace_seconds = 4});
  ASSERT_TRUE(comes([&] { return is_gone("deaf"); }));
  EXPECT_THAT(events("Terminating"), Contains(HasSubstr("sending SIGKILL")));
}

TEST_F(NodeAgent, ASignalReachesAPodsContainersAndNoOthers) {
  create_pod("kid", sh("trap 'exit 7' USR1; while :; do sleep 0.01; done"), {{"restartPolicy", "Never"}});
  create_pod("other", sh("sleep 1000"));
  ASSERT_TRUE(comes([&] { return is_running("kid") && is_running("other"); }));
  EXPECT_EQ(agent_->signal({"shop", "nobody"}, SIGUSR1), 0U);
  EXPECT_GE(agent_->signal({"shop", "kid"}, SIGUSR1), 1U);
  ASSERT_TRUE(comes([&] { return phase("kid") == "Failed"; }));
  EXPECT_TRUE(is_running("other"));
  EXPECT_EQ(agent_->signal({"shop", "kid"}, SIGUSR1), 0U);
}

TEST_F(NodeAgent, ChildrenOfAContainerEndWithIt) {
  create_pod("forks", sh("setsid sleep 301 & sleep 302 & exit 0"), {{"restartPolicy", "Never"}});
  ASSERT_TRUE(comes([&] { return phase("forks") == "Succeeded"; }));
  EXPECT_EQ(processes_.running(), 0U);
}

TEST_F(NodeAgent, WhatIsRemovedByForceEndsToo) {
  create_pod("book", sh("exec sleep 100"));
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  (void)store_.remove(kinds::pod, {"shop", "book"}, {.grace_seconds = 0});
  EXPECT_TRUE(is_gone("book"));
  create_pod("book", sh("exec sleep 100"));
  EXPECT_TRUE(comes([&] { return agent_->running().size() == 1 && is_ready("book"); }));
}

TEST_F(NodeAgent, InitContainersRunOneAfterTheOtherBeforeTheRest) {
  auto const order = folder_.path("order");
  json const first{{"name", "first"}, {"image", "any"}, {"command", {"sh", "-c", "echo 1 >> " + order}}};
  json const second{{"name", "second"}, {"image", "any"}, {"command", {"sh", "-c", "echo 2 >> " + order}}};
  create_pod("book", sh("echo 3 >> " + order + "; exec sleep 100"), {{"initContainers", {first, second}}});
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  EXPECT_TRUE(comes([&] { return testing::text_of_file(order) == "1\n2\n3\n"; }));
}

TEST_F(NodeAgent, AFailedInitContainerKeepsTheRestFromRunning) {
  json const first{{"name", "first"}, {"image", "any"}, {"command", {"false"}}};
  create_pod("book", sh("exec sleep 100"), {{"initContainers", {first}}, {"restartPolicy", "Never"}});
  ASSERT_TRUE(comes([&] { return phase("book") == "Failed"; }));
  EXPECT_FALSE(is_running("book"));
}

TEST_F(NodeAgent, AnotherImageOfAnInitContainerIsTriedAtOnce) {
  images_.add("tools", {.program = "/bin/true"});
  json const first{{"name", "first"}, {"image", "tolls:v1"}};
  create_pod("book", sh("exec sleep 100"), {{"initContainers", {first}}});
  ASSERT_TRUE(comes([&] { return !events("BackOff").empty(); }));
  auto changed = pod("book");
  changed["spec"]["initContainers"][0]["image"] = "tools:v1";
  ASSERT_TRUE(store_.update(kinds::pod, changed).has_value());
  EXPECT_TRUE(comes([&] { return is_ready("book"); }));
}

TEST_F(NodeAgent, FilesOfAConfigMapFollowIt) {
  auto const made = store_.create(
      kinds::config_map, {{"metadata", {{"namespace", "shop"}, {"name", "settings"}}}, {"data", {{"level", "info"}}}});
  ASSERT_TRUE(made.has_value());
  auto reads =
      sh("f=$HOLDFAST_VOLUME_CONF/level; until grep -q debug $f; do sleep 0.05; done; cat $f; echo; exec sleep 100");
  reads["volumeMounts"] = json::array({{{"name", "conf"}, {"mountPath", "/etc/holdfast-test"}}});
  create_pod("book", reads, {{"volumes", {{{"name", "conf"}, {"configMap", {{"name", "settings"}}}}}}});
  ASSERT_TRUE(comes([&] { return is_running("book"); }));
  auto changed = **made;
  changed["data"]["level"] = "debug";
  ASSERT_TRUE(store_.update(kinds::config_map, changed).has_value());
  EXPECT_TRUE(comes([&] { return log_text("book") == "debug\n"; }));
}

class NodeAgentWithNames : public NodeAgent {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_.root() / "staging");
    parts_.isolation = permitted_namespaces(folder_.root() / "staging");
    if (!parts_.isolation) GTEST_SKIP() << "mount namespaces are not permitted here";
    parts_.hosts = folder_.root() / "hosts";
    agent_ = std::make_unique<node_agent>(parts_);
  }
  void create_service(std::string const& name, std::string const& address) {
    (void)store_.create(kinds::service, {{"metadata", {{"namespace", "shop"}, {"name", name}}},
                                         {"spec", {{"clusterIP", address}, {"ports", {{{"port", 80}}}}}}});
  }
};

TEST_F(NodeAgentWithNames, ProgramsFindServicesByName) {
  create_service("book", "127.3.0.1");
  create_pod("order", sh("getent ahostsv4 book.shop.svc | head -1; until getent hosts late >/dev/null; do sleep 0.05; "
                         "done; echo late is there; exec sleep 100"));
  ASSERT_TRUE(comes([&] { return log_text("order").starts_with("127.3.0.1"); }));
  create_service("late", "127.3.0.2");
  EXPECT_TRUE(comes([&] { return log_text("order").find("late is there") != std::string::npos; }));
}

TEST_F(NodeAgent, NothingOfADeletedPodIsLeft) {
  auto const created = create_pod("book", sh("echo text; exec sleep 100"));
  ASSERT_TRUE(comes([&] { return is_ready("book"); }));
  auto const logs = folder_.root() / "logs" / uid_of(*created);
  EXPECT_TRUE(std::filesystem::exists(logs));
  (void)store_.remove(kinds::pod, {"shop", "book"});
  ASSERT_TRUE(comes([&] { return agent_->is_idle(); }));
  EXPECT_FALSE(std::filesystem::exists(logs));
  EXPECT_FALSE(std::filesystem::exists(folder_.root() / "pods" / uid_of(*created)));
  EXPECT_EQ(processes_.running(), 0U);
}

TEST_F(NodeAgent, EndsEverythingWithoutAskingTheStore) {
  for (auto const* const name : {"a", "b", "c"}) create_pod(name, sh("trap '' TERM; while :; do sleep 0.05; done"));
  ASSERT_TRUE(comes([&] { return is_ready("a") && is_ready("b") && is_ready("c"); }));
  agent_->end_all(std::chrono::seconds{0});
  EXPECT_TRUE(comes([&] { return agent_->is_idle(); }));
  EXPECT_EQ(processes_.running(), 0U);
}

}  // namespace
}  // namespace holdfast::cluster
