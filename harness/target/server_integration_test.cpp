#include <atomic>
#include <future>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "target/server.hpp"
#include "target/test_client.hpp"

namespace holdfast::target {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::unique_ptr<server> started(server_options options = {}) {
  auto made = server::start(std::move(options));
  if (!made) ADD_FAILURE() << to_string(made.error());
  return made ? std::move(*made) : nullptr;
}

json truth_of(server& s) { return json::parse(s.truth().to_json(clock_seam::now())); }

std::string body_of(std::string const& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

TEST(Server, AnswersOneRequestAfterTheOtherOnAConnection) {
  auto const s = started({.answer = {.body_bytes = 10}});
  test_client client{s->addresses().front()};
  for (int i = 0; i < 3; ++i) {
    client.get("/some/path?x=1");
    EXPECT_EQ(client.answer(),
              "HTTP/1.1 200 OK\r\nServer: holdfast-target\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n"
              "0123456789");
  }
  s->stop();
  auto const truth = truth_of(*s);
  EXPECT_EQ(truth["requests_received"], 3);
  EXPECT_EQ(truth["answers_sent"], 3);
  EXPECT_EQ(truth["answers_by_status"], (json{{"200", 3}}));
  EXPECT_EQ(truth["connections_accepted"], 1);
  EXPECT_EQ(truth["connections_closed"], 1);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  auto const s = started({.answer = {.body_bytes = 1}});
  test_client client{s->addresses().front()};
  client.send(
      "GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /status/404 HTTP/1.1\r\n\r\n"
      "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  auto const all = client.read();
  EXPECT_EQ(all.end, read_end::closed);
  std::string statuses;
  for (auto at = all.bytes.find("HTTP/1.1 "); at != std::string::npos; at = all.bytes.find("HTTP/1.1 ", at + 1)) {
    statuses += all.bytes.substr(at + 9, 4);
  }
  EXPECT_EQ(statuses, "200 200 404 200 ");
}

TEST(Server, AnswersThousandsOfPipelinedRequestsAlsoToASlowReader) {
  auto const s = started({.answer = {.body_bytes = 4000}});
  test_client client{s->addresses().front()};
  constexpr int requests = 3000;
  auto const sending = std::async(std::launch::async, [&] {
    for (int i = 0; i < requests; ++i) client.get("/");
    client.finish_sending();
  });
  auto const all = client.read();
  sending.wait();
  EXPECT_EQ(all.end, read_end::closed);
  s->stop();
  EXPECT_EQ(truth_of(*s)["answers_sent"], requests);
  EXPECT_EQ(truth_of(*s)["bytes_sent"], all.bytes.size());
}

TEST(Server, ReadsRequestsThatComeByteByByte) {
  auto const s = started({.answer = {.body_bytes = 5}});
  test_client client{s->addresses().front()};
  std::string const text = "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
  for (auto const c : text) client.send({&c, 1});
  EXPECT_EQ(json::parse(body_of(client.answer()))["body"], "hi");
}

TEST(Server, InvitesABodyThatWaitsForIt) {
  auto const s = started();
  test_client client{s->addresses().front()};
  client.send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(json::parse(body_of(client.answer()))["body"], "hi");
}

TEST(Server, PassesOverLongBodies) {
  auto const s = started({.answer = {.body_bytes = 5}});
  test_client client{s->addresses().front()};
  client.send("PUT /x HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x'));
  EXPECT_EQ(body_of(client.answer()), "01234");
  client.send("PUT /echo HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'x'));
  EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 413 "));
}

TEST(Server, SpeaksToClientsOfHttp10) {
  auto const s = started({.answer = {.body_bytes = 5}});
  test_client closing{s->addresses().front()};
  closing.send("GET / HTTP/1.0\r\n\r\n");
  auto const got = closing.read();
  EXPECT_EQ(got.end, read_end::closed);
  EXPECT_NE(got.bytes.find("Connection: close\r\n"), std::string::npos);
  test_client staying{s->addresses().front()};
  staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(staying.answer().find("Connection: keep-alive\r\n"), std::string::npos);
  staying.get("/");
  EXPECT_EQ(body_of(staying.answer()), "01234");
}

TEST(Server, AnswersAClientThatClosesItsSendingSideWithTheRequest) {
  auto const s = started({.answer = {.body_bytes = 5}});
  test_client client{s->addresses().front()};
  client.get("/");
  client.finish_sending();
  auto const got = client.read();
  EXPECT_EQ(got.end, read_end::closed);
  EXPECT_EQ(body_of(got.bytes), "01234");
}

TEST(Server, SendsLongBodiesWhole) {
  auto const s = started({.answer = {.body_bytes = 20'000'000}});
  test_client client{s->addresses().front()};
  client.get("/");
  EXPECT_EQ(body_of(client.answer()).size(), 20'000'000u);
  client.get("/bytes/3000000");
  auto const body = body_of(client.answer());
  EXPECT_EQ(body.size(), 3'000'000u);
  EXPECT_EQ(body.substr(2'999'936), filler(2'999'936, 64));
}

TEST(Server, RefusesMalformedAndEndlessHeads) {
  auto const s = started();
  test_client malformed{s->addresses().front()};
  malformed.send("nonsense\r\n\r\n");
  EXPECT_TRUE(malformed.read().bytes.starts_with("HTTP/1.1 400 "));
  test_client endless{s->addresses().front()};
  endless.send("GET / HTTP/1.1\r\nA: " + std::string(200'000, 'a'));
  auto const got = endless.read();
  EXPECT_TRUE(got.bytes.starts_with("HTTP/1.1 431 ")) << got.bytes;
  s->stop();
  EXPECT_EQ(truth_of(*s)["requests_malformed"], 2);
}

TEST(Server, ClosesConnectionsBeyondItsCap) {
  auto const s = started({.limits = {.connections = 1}});
  test_client first{s->addresses().front()};
  first.get("/");
  EXPECT_TRUE(first.answer().starts_with("HTTP/1.1 200 "));
  test_client second{s->addresses().front()};
  second.get("/");
  EXPECT_EQ(second.read().bytes, "");
  s->stop();
  EXPECT_EQ(truth_of(*s)["connections_turned_away"], 1);
}

TEST(Server, ClosesSilentConnections) {
  auto const s = started({.limits = {.idle = 1ms, .head = 1ms}});
  test_client silent{s->addresses().front()};
  EXPECT_EQ(silent.read().end, read_end::closed);
  test_client stuck{s->addresses().front()};
  stuck.send("GET / HT");
  EXPECT_NE(stuck.read().end, read_end::timed_out);
}

TEST(Server, DelaysAnswersByItsLaw) {
  latency_plan plan;
  ASSERT_FALSE(add_latency("constant:20ms", plan));
  auto const s = started({.answer = {.body_bytes = 5}, .latency = plan});
  test_client client{s->addresses().front()};
  client.send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(body_of(client.answer()), "01234");
  EXPECT_EQ(body_of(client.answer()), "01234");
  s->stop();
  EXPECT_EQ(truth_of(*s)["answers_sent"], 2);
  EXPECT_GE(truth_of(*s)["service_min_us"].get<double>(), 20'000);
}

TEST(Server, HoldsAnswersBackWhileFrozen) {
  latency_plan plan;
  plan.freezes.push_back({.every = 1h, .length = 50ms, .first = 0ns});
  auto const s = started({.latency = plan});
  test_client client{s->addresses().front()};
  client.get("/");
  EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 200 "));
  s->stop();
  auto const truth = truth_of(*s);
  EXPECT_GE(truth["first_arrival_s"].get<double>() + truth["service_max_us"].get<double>() / 1e6, 0.05);
}

TEST(Server, ForgetsADelayedAnswerWhenTheClientResets) {
  latency_plan plan;
  ASSERT_FALSE(add_latency("constant:1h", plan));
  auto const s = started({.latency = plan});
  for (int i = 0; i < 10; ++i) {
    test_client client{s->addresses().front()};
    client.get("/");
  }
  s->stop();
  EXPECT_EQ(truth_of(*s)["answers_sent"], 0);
}

TEST(Server, TellsItsTruthWhileItRunsAndStartsAfresh) {
  auto const s = started();
  test_client client{s->addresses().front()};
  client.get("/");
  client.answer();
  client.get("/__truth");
  EXPECT_EQ(json::parse(body_of(client.answer()))["answers_by_status"], (json{{"200", 1}}));
  client.send("POST /__truth/reset HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(json::parse(body_of(client.answer()))["requests_by_path"]["ordinary"], 1);
  client.get("/__truth");
  auto const fresh = json::parse(body_of(client.answer()));
  EXPECT_FALSE(fresh["requests_by_path"].contains("ordinary"));
}

TEST(Server, AddsUpTheTruthOfItsThreads) {
  auto const s = started({.threads = 3});
  for (int i = 0; i < 30; ++i) {
    test_client client{s->addresses().front()};
    client.get("/");
    client.answer();
  }
  test_client client{s->addresses().front()};
  client.get("/__truth");
  EXPECT_EQ(json::parse(body_of(client.answer()))["requests_by_path"]["ordinary"], 30);
}

TEST(Server, ListensOnIpv6AndUnixSocketsToo) {
  auto const path = testing::TempDir() + "holdfast-target-" + std::to_string(::getpid());
  auto const s = started({.listen = {{.host = "::1"}, {.unix_path = path}}, .threads = 2});
  ASSERT_EQ(s->addresses().size(), 2u);
  for (auto const& at : s->addresses()) {
    test_client client{at};
    client.get("/");
    EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 200 ")) << to_url(at, "http");
  }
  s->stop();
  EXPECT_NE(::access(path.c_str(), F_OK), 0) << "the socket's file stays behind";
}

TEST(Server, SaysWhichAddressesItCannotListenOn) {
  auto const made = server::start({.listen = {{.host = "192.0.2.1", .port = 1}, {.unix_path = "/no/such/folder/x"}}});
  ASSERT_FALSE(made);
  auto const text = to_string(made.error());
  EXPECT_NE(text.find("http://192.0.2.1:1"), std::string::npos) << text;
  EXPECT_NE(text.find("/no/such/folder/x"), std::string::npos) << text;
}

TEST(Server, TakesNoMoreThanItsLimitOfRequestsAndSaysSo) {
  std::promise<void> reached;
  auto const s = started({.max_requests = 2, .on_max_requests = [&] { reached.set_value(); }});
  test_client client{s->addresses().front()};
  for (int i = 0; i < 3; ++i) client.get("/");
  EXPECT_EQ(reached.get_future().wait_for(5s), std::future_status::ready);
  client.answer();
  client.answer();
  s->stop();
  EXPECT_EQ(client.read().bytes, "");
  EXPECT_EQ(truth_of(*s)["answers_sent"], 2);
}

}  // namespace
}  // namespace holdfast::target
