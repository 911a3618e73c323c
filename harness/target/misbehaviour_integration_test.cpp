#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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

read_result fetch(server& from, std::string_view target, std::size_t limit = 8 * 1024 * 1024,
                  nanoseconds timeout = 5s) {
  test_client client{from.addresses().front()};
  client.get(target);
  return client.read(limit, timeout);
}

std::string body_of(std::string const& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

TEST(Misbehaviour, ShowsOnTheWire) {
  struct wire_case {
    char const* target;
    read_end end;
    std::string_view starts_with;
  };
  auto const s = started({.answer = {.body_bytes = 100}});
  for (auto const& c : {
           wire_case{"/reset", read_end::reset, ""},
           wire_case{"/truncated", read_end::closed, "HTTP/1.1 200 OK\r\n"},
           wire_case{"/garbage", read_end::closed, "\x16\x03\x01garbage"},
           wire_case{"/nul-bytes", read_end::closed, "HTTP/1.1 200 OK\r\n"},
           wire_case{"/close-delimited", read_end::closed, "HTTP/1.1 200 OK\r\n"},
           wire_case{"/close-after/0", read_end::closed, ""},
           wire_case{"/close-after/1", read_end::closed, "HTTP/1.1 200 OK\r\n"},
           wire_case{"/endless-header", read_end::limit, "HTTP/1.1 200 OK\r\nX-Endless"},
           wire_case{"/endless-chunks", read_end::limit, "HTTP/1.1 200 OK\r\n"},
           wire_case{"/huge-length", read_end::limit, "HTTP/1.1 200 OK\r\n"},
       }) {
    SCOPED_TRACE(c.target);
    auto const got = fetch(*s, c.target);
    EXPECT_EQ(got.end, c.end);
    EXPECT_TRUE(got.bytes.starts_with(c.starts_with)) << got.bytes.substr(0, 100);
    if (c.starts_with.empty()) {
      EXPECT_EQ(got.bytes, "");
    }
  }
}

TEST(Misbehaviour, IsSilentUntilTheClientGivesUp) {
  auto const s = started();
  auto const got = fetch(*s, "/silence", 1000, 50ms);
  EXPECT_EQ(got.end, read_end::timed_out);
  EXPECT_EQ(got.bytes, "");
  s->stop();
  auto const truth = s->truth();
  EXPECT_EQ(json::parse(truth.to_json(clock_seam::now()))["answers_unfinished"], 1);
}

TEST(Misbehaviour, SendsSlowlyButWhole) {
  auto const s = started();
  for (auto const* target : {"/slow-header?pause=1ms", "/byte-by-byte?pause=20us"}) {
    SCOPED_TRACE(target);
    test_client client{s->addresses().front()};
    client.get(target);
    EXPECT_EQ(body_of(client.answer()), filler(0, 1024));
    client.get("/");
    EXPECT_TRUE(client.answer().starts_with("HTTP/1.1 200 "));
  }
}

TEST(Misbehaviour, SendsHeadsOfAnySize) {
  auto const s = started();
  for (auto const* target : {"/huge-header", "/header-bomb"}) {
    SCOPED_TRACE(target);
    test_client client{s->addresses().front()};
    client.send("GET " + std::string{target} + " HTTP/1.1\r\nConnection: close\r\n\r\n");
    auto const got = client.read();
    EXPECT_EQ(got.end, read_end::closed);
    EXPECT_GT(got.bytes.size(), 140'000u);
    EXPECT_TRUE(got.bytes.ends_with("\r\n\r\n"));
  }
}

TEST(Misbehaviour, OtherConnectionsAreServedBesideAnEndlessAnswer) {
  auto const s = started({.answer = {.body_bytes = 5}});
  test_client endless{s->addresses().front()};
  endless.get("/endless-chunks");
  EXPECT_EQ(endless.read(1'000'000).bytes.size(), 1'000'000u);
  test_client other{s->addresses().front()};
  other.get("/");
  EXPECT_EQ(body_of(other.answer()), "01234");
}

TEST(Misbehaviour, HitsOrdinaryRequestsAsTheOptionsSay) {
  auto const s = started({.misbehave = {.kind = path_kind::reset, .every = 2}});
  std::string seen;
  for (int i = 0; i < 4; ++i) seen += fetch(*s, "/", 15).end == read_end::reset ? 'R' : '.';
  EXPECT_EQ(seen, ".R.R");
  EXPECT_TRUE(fetch(*s, "/status/201", 15).bytes.starts_with("HTTP/1.1 201"));
}

TEST(Misbehaviour, ClosesAfterSoManyAnswersUnannounced) {
  auto const s = started({.close_after = 2});
  test_client client{s->addresses().front()};
  client.get("/");
  EXPECT_EQ(client.answer().find("Connection: close"), std::string::npos);
  client.get("/");
  EXPECT_EQ(client.answer().find("Connection: close"), std::string::npos);
  EXPECT_EQ(client.read().end, read_end::closed);
}

TEST(Misbehaviour, RefusesAfterSoManyConnections) {
  auto const s = started({.refuse_after = 1});
  test_client first{s->addresses().front()};
  ASSERT_TRUE(first.is_connected());
  first.get("/");
  first.answer();
  EXPECT_FALSE(test_client{s->addresses().front()}.is_connected());
  first.get("/");
  EXPECT_TRUE(first.answer().starts_with("HTTP/1.1 200 "));
}

TEST(Misbehaviour, RefusesAtSetTimesAndListensAgain) {
  auto const s = started({.refuse = time_windows{.every = 40ms, .length = 20ms, .first = 0ns}});
  bool refused = false;
  bool served_after_refusal = false;
  for (auto const end = clock_seam::now() + 5s; clock_seam::now() < end && !served_after_refusal;) {
    test_client const client{s->addresses().front()};
    if (refused && client.is_connected()) served_after_refusal = true;
    if (!client.is_connected()) refused = true;
  }
  EXPECT_TRUE(refused);
  EXPECT_TRUE(served_after_refusal);
}

}  // namespace
}  // namespace holdfast::target
