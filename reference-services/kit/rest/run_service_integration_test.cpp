// A service as a process: start, configuration, probes, logs, metrics, events, end, crash.
#include <csignal>
#include <fstream>
#include <regex>
#include <sstream>

#include "kit/rest/notes_fixture.hpp"

namespace holdfast::kit {
namespace {

using RunService = NotesService;

TEST_F(RunService, EveryProblemOfTheConfigurationIsToldAndItEndsWithTwo) {
  auto service = start({{"CB_TIMEOUT_MS", "fast"}, {"MODE", "wrong"}, {"BROKER_ADDR", "kafka:9092"}});
  EXPECT_EQ(service.wait(), 2);
  for (auto const* const part : {"CB_TIMEOUT_MS", "\"fast\"", "MODE", "embedded event log only"}) {
    EXPECT_NE(service.errors().find(part), std::string::npos) << service.errors();
  }
}

TEST_F(RunService, HelpNamesItsKeys) {
  service_process help{NOTES_SERVICE, {}, folder.path(), {"--help"}};
  EXPECT_EQ(help.wait(), 0);
  EXPECT_NE(help.output().find("WORK_CPU_US"), std::string::npos);
  service_process wrong{NOTES_SERVICE, {}, folder.path(), {"--port", "1"}};
  EXPECT_EQ(wrong.wait(), 2);
}

TEST_F(RunService, AMisspeltKeyIsWarnedOf) {
  auto service = start({{"DB_POL", "1"}});
  ASSERT_NE(service.port(), 0);
  EXPECT_NE(service.errors().find("Did you mean DB_POOL?"), std::string::npos);
}

TEST_F(RunService, WhatCannotRunEndsWithThree) {
  std::ofstream{folder.path("a-file")} << "x";
  auto service = start({{"STATE_DIR", folder.path("a-file") + "/state"}});
  EXPECT_EQ(service.wait(), 3);
  EXPECT_NE(service.errors().find("could not start"), std::string::npos);

  auto first = start();
  auto second = start({{"PORT", std::to_string(first.port())}, {"STATE_DIR", folder.path("other")}});
  EXPECT_EQ(second.wait(), 3);
}

TEST_F(RunService, AnswersNameInstanceAndVersion) {
  auto service = start({{"INSTANCE", "notes-7"}, {"VERSION", "v4"}});
  auto answer = ask(service.port(), {.target = "/actuator/health"});
  EXPECT_EQ(answer.header("x-instance"), "notes-7");
  EXPECT_EQ(answer.header("x-version"), "v4");
  EXPECT_TRUE(eventually([&] {  // the event log is opened meanwhile
    answer = ask(service.port(), {.target = "/actuator/health"});
    return answer.status == 200;
  }));
  EXPECT_EQ(answer.body, R"({"status":"UP"})");
  EXPECT_EQ(ask(service.port(), {.target = "/actuator/health/liveness"}).status, 200);
  EXPECT_EQ(ask(service.port(), {.target = "/actuator/health/readiness"}).status, 200);
}

TEST_F(RunService, ACommittedEventReachesItsHandlerOnce) {
  auto service = start();
  auto const port = service.port();
  post(port, R"({"title":"a"})");
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") == 1; }));
  EXPECT_EQ(ask(port, {.target = "/echoes/1"}).json()["title"], "a");
  post(port, R"({"title":"regretted"})");
  post(port, R"({"title":"b"})");
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") >= 2; }));
  EXPECT_EQ(ask(port, {.target = "/echoes/2"}).json()["title"], "b") << "nothing of what was rolled back";
}

TEST_F(RunService, EveryLogLineIsJsonWithTheCorrelationId) {
  auto service = start();
  ask(service.port(), {.target = "/notes?x=\"", .headers = {{"X-Correlation-Id", "c-42"}}});
  ask(service.port(), {.target = "/notes/1"});
  service.send_signal(SIGTERM);
  EXPECT_EQ(service.wait(), 0);
  auto const requests = service.events("request");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0]["correlation"], "c-42");
  EXPECT_EQ(requests[1]["route"], "/notes/{id}");
  EXPECT_EQ(requests[1]["status"], 404);
  EXPECT_EQ(service.events("listening").size(), 1U);
  EXPECT_EQ(service.events("stopped").size(), 1U);
}

TEST_F(RunService, ALogLevelSilencesIt) {
  auto service = start({{"LOG_LEVEL", "off"}});
  ask(service.port(), {.target = "/notes"});
  service.send_signal(SIGTERM);
  EXPECT_EQ(service.wait(), 0);
  EXPECT_EQ(service.output(), "");
}

TEST_F(RunService, MetricsAreInPrometheusFormat) {
  auto service = start();
  auto const port = service.port();
  post(port, R"({"title":"a"})");
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") == 1; }));
  auto const answer = ask(port, {.target = "/metrics"});
  EXPECT_EQ(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  std::regex const form{
      R"(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? (-?[0-9.e+-]+|\+Inf|NaN))"};
  std::istringstream lines{answer.body};
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(std::regex_match(line, form)) << line;
  for (auto const* const part : {R"(http_server_requests_seconds_count{method="POST",uri="/notes",status="201"} 1)",
                                 "holdfast_consumer_lag 0", "holdfast_outbox_depth 0", "holdfast_dead_letters 0",
                                 "holdfast_pool_size 10", R"(holdfast_events_applied_total{type="Noted"} 1)",
                                 "process_resident_memory_bytes ", "process_cpu_seconds_total "}) {
    EXPECT_NE(answer.body.find(part), std::string::npos) << part << "\n" << answer.body;
  }
}

TEST_F(RunService, DrainLetsRequestsEndAndTellsReadinessFirst) {
  auto service = start({{"DRAIN_DELAY_MS", "300"}});
  auto const port = service.port();
  probe_connection in_work{port};
  in_work.send("GET /slow?ms=700 HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] {
    return ask(port, {.target = "/metrics"}).body.find("holdfast_http_requests_in_flight 1") != std::string::npos;
  }));
  service.send_signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return ask(port, {.target = "/actuator/health/readiness"}).status == 503; }));
  EXPECT_EQ(ask(port, {.target = "/notes"}).header("connection"), "close");
  auto const answer = in_work.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(service.wait(), 0);
  EXPECT_FALSE(probe_connection{port}.is_connected());
}

TEST_F(RunService, ASecondSignalEndsItAtOnce) {
  auto service = start({{"DRAIN_DELAY_MS", "60000"}});
  auto const port = service.port();
  service.send_signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return ask(port, {.target = "/actuator/health/readiness"}).status == 503; }));
  service.send_signal(SIGTERM);
  EXPECT_EQ(service.wait(), 130);
}

TEST_F(RunService, ItListensOnlyAfterItsStartupDelayAndEndsDuringIt) {
  auto service = start({{"STARTUP_DELAY_MS", "60000"}, {"TIME_SCALE", "0.001"}});
  EXPECT_NE(service.port(), 0);
  EXPECT_GE(service.start_to_listening(), nanoseconds{60'000'000});
  auto late = start({{"STARTUP_DELAY_MS", "600000"}, {"LOG_LEVEL", "off"}});
  ASSERT_TRUE(eventually([&] { return late.catches(SIGTERM); }));
  late.send_signal(SIGTERM);
  EXPECT_EQ(late.wait(), 0);
}

TEST_F(RunService, KillNineLosesNothingAndRepeatsNoId) {
  std::string last;
  for (int round = 0; round < 3; ++round) {
    auto service = start();
    auto const port = service.port();
    for (int i = 0; i < 20; ++i) last = post(port, R"({"title":"t"})").header("location");
    service.kill_and_wait();
  }
  EXPECT_EQ(last, "http://service:8080/notes/60");
  auto service = start();
  auto const port = service.port();
  EXPECT_EQ(count(port, "notes"), 60);
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") == 60; })) << count(port, "echoes");
}

TEST_F(RunService, TwoReplicasShareDocumentsAndEvents) {
  auto first = start();
  auto second = start();
  auto const one = first.port();
  auto const two = second.port();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(post(i % 2 == 0 ? one : two, R"({"title":"t"})").status, 201);
  }
  EXPECT_EQ(count(one, "notes"), 10);
  EXPECT_TRUE(eventually([&] { return count(two, "echoes") == 10; }));
}

TEST_F(RunService, AnEventThatCannotBeAppliedIsTriedForEver) {
  auto service = start();
  auto const port = service.port();
  post(port, R"({"title":"indigestible"})");
  EXPECT_TRUE(eventually(
      [&] { return ask(port, {.target = "/metrics"}).body.find("holdfast_consumer_lag 1") != std::string::npos; }));
  EXPECT_EQ(count(port, "echoes"), 0);
}

TEST_F(RunService, WorkCostsProcessorTime) {
  auto service = start({{"WORK_CPU_US", "2000"}, {"LOG_LEVEL", "info"}});
  auto const port = service.port();
  for (int i = 0; i < 5; ++i) ask(port, {.target = "/notes/1"});
  service.send_signal(SIGTERM);
  service.wait();
  for (auto const& request : service.events("request")) EXPECT_GE(request["us"], 2000);
}

TEST_F(RunService, TheFullDatabasePoolAnswersAsTheOriginals) {
  auto service = start({{"MAX_THREADS", "1"}, {"DB_POOL", "0"}});
  EXPECT_EQ(ask(service.port(), {.target = "/notes"}).status, 200) << "0: any number";
}

TEST_F(RunService, MemoryIsGoneWithTheProcess) {  // G-01
  {
    auto service = start({{"DEFECTS", "G-01"}});
    post(service.port(), R"({"title":"a"})");
    service.kill_and_wait();
  }
  auto service = start({{"DEFECTS", "G-01"}});
  EXPECT_EQ(count(service.port(), "notes"), 0);
  EXPECT_EQ(post(service.port(), R"({"title":"b"})").header("location"), "http://service:8080/notes/1");
}

TEST_F(RunService, RolledBackEventsAreOutToo) {  // G-02
  auto service = start({{"DEFECTS", "G-02"}});
  auto const port = service.port();
  EXPECT_EQ(post(port, R"({"title":"regretted"})").status, 400);
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") == 1; }));
  EXPECT_EQ(count(port, "notes"), 0);
  EXPECT_EQ(post(port, R"({"title":"a"})").status, 201);
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") == 2; }));
}

TEST_F(RunService, PublishingApartLosesWhatTheLogDoesNotTake) {  // G-03
  std::ofstream{folder.path("no-folder")} << "x";
  auto service = start({{"DEFECTS", "G-03"}, {"BROKER_ADDR", "file:" + folder.path("no-folder") + "/log"}});
  auto const port = service.port();
  EXPECT_EQ(post(port, R"({"title":"a"})").status, 201);
  EXPECT_TRUE(eventually([&] { return service.events("events_lost").size() == 1; }));
  EXPECT_EQ(ask(port, {.target = "/actuator/health"}).status, 503);
  EXPECT_EQ(ask(port, {.target = "/actuator/health/readiness"}).status, 200);
}

TEST_F(RunService, TheEventLogMayBeAwayForAWhile) {
  auto const place = folder.path("late");
  std::ofstream{place} << "x";
  auto service = start({{"BROKER_ADDR", "file:" + place + "/log"}});
  auto const port = service.port();
  EXPECT_EQ(post(port, R"({"title":"a"})").status, 201) << "the outbox keeps the event";
  EXPECT_EQ(ask(port, {.target = "/actuator/health"}).status, 503);
  std::filesystem::remove(place);
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") == 1; }));
  EXPECT_EQ(ask(port, {.target = "/actuator/health"}).status, 200);
}

TEST_F(RunService, ThreeFailuresSkipTheRecord) {  // G-04
  auto service = start({{"DEFECTS", "G-04"}, {"TIME_SCALE", "0.01"}, {"PARTITIONS", "1"}});
  auto const port = service.port();
  post(port, R"({"title":"indigestible"})");
  post(port, R"({"title":"next"})");
  EXPECT_TRUE(eventually([&] { return count(port, "echoes") == 1; }));
}

TEST_F(RunService, TheOriginalsValidateNothingAndHonourIds) {  // G-05, G-06, G-08
  auto service = start({{"DEFECTS", "G-05,G-06,G-08"}});
  auto const port = service.port();
  EXPECT_EQ(post(port, "{}").status, 201);
  EXPECT_EQ(post(port, R"({"id":1,"title":"over it"})").header("location"), "http://service:8080/notes/1");
  EXPECT_EQ(count(port, "notes"), 1);
  EXPECT_EQ(post(port, R"({"id":9,"title":"new"})").header("location"), "http://service:8080/notes/2");
  auto const patched = ask(
      port,
      {.method = "PATCH", .target = "/notes/1", .body = R"({"status":"anything"})", .headers = {{"Accept", "*/*"}}});
  EXPECT_EQ(patched.json()["status"], "anything");
}

TEST_F(RunService, StartsQuicklyAndIsSmall) {
  auto service = start();
  ASSERT_NE(service.port(), 0);
  auto const metrics = ask(service.port(), {.target = "/metrics"}).body;
  auto const name = std::string{"\nprocess_resident_memory_bytes "};
  auto const at = metrics.find(name);
  ASSERT_NE(at, std::string::npos);
  RecordProperty("start_to_listening_ms", std::to_string(service.start_to_listening().count() / 1'000'000));
  std::printf("start to listening: %.1f ms; resident: %.1f MiB\n",
              static_cast<double>(service.start_to_listening().count()) / 1e6,
              std::stod(metrics.substr(at + name.size())) / 1048576);
}

}  // namespace
}  // namespace holdfast::kit
