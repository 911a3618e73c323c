// Reviews: what is stored, refused and told, by a real process.
#include <gtest/gtest.h>

#include "kit/testing/probe.hpp"
#include "kit/testing/service_process.hpp"
#include "kit/testing/temporary_folder.hpp"
#include "kit/testing/topic_probe.hpp"

namespace holdfast::bookshop {
namespace {

struct ReviewService : testing::Test {
  kit::temporary_folder folder;
  kit::topic_probe topic{folder.path("events"), "bookshop"};

  kit::service_process start(kit::service_process::environment more = {}) {
    more.insert({{"STATE_DIR", folder.path("state")}, {"BROKER_ADDR", "file:" + folder.path("events")}});
    return kit::service_process{REVIEW_SERVICE, std::move(more), folder.path()};
  }
  static kit::probe_answer send(std::uint16_t port, std::string method, std::string target, std::string body = {}) {
    return kit::ask(port, {.method = std::move(method),
                           .target = std::move(target),
                           .body = std::move(body),
                           .headers = {{"Accept", "*/*"}}});
  }
  static std::int64_t count(std::uint16_t port) {
    return send(port, "GET", "/reviews").json()["page"]["totalElements"].get<std::int64_t>();
  }
  /// What the customer's page shows in the end: the contents of the last event.
  testing::AssertionResult told(std::size_t events, std::string const& contents) {
    if (!kit::eventually([&] { return topic.events("Wrote").size() >= events; })) {
      return testing::AssertionFailure() << topic.events("Wrote").size() << " events";
    }
    auto const all = topic.events("Wrote");
    if (all.size() == events && all.back()["contents"] == contents) return testing::AssertionSuccess();
    return testing::AssertionFailure() << nlohmann::json(all).dump();
  }
};

TEST_F(ReviewService, AReviewIsStoredAndTold) {
  auto service = start();
  auto const made = send(service.port(), "POST", "/reviews", R"({"orderId":7,"contents":"좋아요"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("location"), "http://service:8080/reviews/1");
  EXPECT_EQ(made.json()["orderId"], 7);
  ASSERT_TRUE(told(1, "좋아요"));
  auto wrote = topic.events("Wrote").front();
  wrote.erase("timestamp");
  wrote.erase("eventId");
  EXPECT_EQ(wrote, nlohmann::json::parse(R"({"eventType":"Wrote","id":1,"orderId":7,"contents":"좋아요","me":true})"));
  auto const found = send(service.port(), "GET", "/reviews/search/findByOrderId?orderId=7").json();
  EXPECT_EQ(found["_embedded"]["reviews"].size(), 1U);
}

TEST_F(ReviewService, WithoutAnOrderOrContentsNothingIsStored) {
  auto service = start();
  for (auto const* const wrong :
       {"{}", R"({"orderId":1})", R"({"contents":"x"})", R"({"orderId":"one","contents":"x"})",
        R"({"orderId":1,"contents":null})", R"({"orderId":1,"contents":["x"]})",
        "{\"orderId\":1,\"contents\":\"\xc3\"}", R"({"orderId":99999999999999999999,"contents":"x"})", "[1]", "{"}) {
    EXPECT_EQ(send(service.port(), "POST", "/reviews", wrong).status, 400) << wrong;
  }
  EXPECT_EQ(count(service.port()), 0);
  send(service.port(), "POST", "/reviews", R"({"orderId":1,"contents":"x"})");
  EXPECT_TRUE(told(1, "x")) << "and nothing before it";
}

TEST_F(ReviewService, ChangesOfTheLastReviewAreTold) {
  auto service = start();
  auto const port = service.port();
  send(port, "POST", "/reviews", R"({"orderId":1,"contents":"first"})");
  send(port, "POST", "/reviews", R"({"orderId":1,"contents":"second"})");
  EXPECT_EQ(send(port, "PATCH", "/reviews/1", R"({"contents":"first, changed"})").status, 200);
  EXPECT_EQ(send(port, "PATCH", "/reviews/2", R"({"contents":"second, changed"})").status, 200);
  EXPECT_TRUE(told(3, "second, changed")) << "the first is not what the customer sees";
  EXPECT_EQ(send(port, "DELETE", "/reviews/2").status, 204);
  EXPECT_TRUE(told(4, "first, changed"));
  EXPECT_EQ(send(port, "DELETE", "/reviews/1").status, 204);
  EXPECT_TRUE(told(5, ""));
  EXPECT_EQ(send(port, "DELETE", "/reviews/1").status, 404);
}

TEST_F(ReviewService, TheOrderOfAReviewStays) {
  auto service = start();
  send(service.port(), "POST", "/reviews", R"({"orderId":1,"contents":"x"})");
  EXPECT_EQ(send(service.port(), "PATCH", "/reviews/1", R"({"orderId":2})").status, 400);
}

TEST_F(ReviewService, WhatWasAcknowledgedSurvivesKillAndIsTold) {  // I-1, I-5
  auto service = start();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(send(service.port(), "POST", "/reviews", R"({"orderId":1,"contents":"x"})").status, 201);
  }
  service.kill_and_wait();
  auto successor = start();
  EXPECT_EQ(count(successor.port()), 20);
  ASSERT_TRUE(kit::eventually([&] { return topic.count("Wrote") >= 20; }));
  std::map<std::string, std::int64_t> by_event;
  for (auto const& wrote : topic.events("Wrote")) by_event[wrote["eventId"]] = wrote["id"];
  EXPECT_EQ(by_event.size(), 20U);
}

TEST_F(ReviewService, G01_ARestartForgetsReviews) {  // I-1
  {
    auto service = start({{"DEFECTS", "G-01"}});
    send(service.port(), "POST", "/reviews", R"({"orderId":1,"contents":"x"})");
  }
  auto service = start({{"DEFECTS", "G-01"}});
  EXPECT_EQ(count(service.port()), 0);
}

TEST_F(ReviewService, G05_AReviewOfNothingIsStored) {
  auto service = start({{"DEFECTS", "G-05"}});
  EXPECT_EQ(send(service.port(), "POST", "/reviews", "{}").status, 201);
}

TEST_F(ReviewService, G06_AnIdInTheBodyOverwrites) {  // I-2
  auto service = start({{"DEFECTS", "G-06"}});
  send(service.port(), "POST", "/reviews", R"({"orderId":1,"contents":"x"})");
  send(service.port(), "POST", "/reviews", R"({"id":1,"orderId":1,"contents":"over it"})");
  EXPECT_EQ(count(service.port()), 1);
}

TEST_F(ReviewService, G08_NobodyIsToldOfChanges) {  // K-7
  auto service = start({{"DEFECTS", "G-08"}});
  auto const port = service.port();
  send(port, "POST", "/reviews", R"({"orderId":1,"contents":"first"})");
  EXPECT_EQ(send(port, "PATCH", "/reviews/1", R"({"orderId":2,"contents":"changed"})").status, 200);
  send(port, "POST", "/reviews", R"({"orderId":1,"contents":"second"})");
  EXPECT_TRUE(told(2, "second"));
}

TEST_F(ReviewService, TheOriginalModeStoresAndTells) {
  auto service = start({{"MODE", "original"}});
  EXPECT_EQ(send(service.port(), "POST", "/reviews", R"({"orderId":1,"contents":"x"})").status, 201);
  EXPECT_TRUE(told(1, "x"));
}

}  // namespace
}  // namespace holdfast::bookshop
