// Clients that are slow, wrong or malicious, and bodies that are big.
#include <gtest/gtest.h>

#include "core/clock.hpp"
#include "gateway/gateway_test_support.hpp"
#include "kit/app/process_facts.hpp"
#include "kit/client/scripted_server.hpp"

namespace holdfast::gateway {
namespace {

using kit::scripted_exchange;
using kit::scripted_server;

TEST(HostileClients, AreRefusedWithoutABackendSeeingThem) {
  struct refused_case {
    char const* claim;
    std::string request;
    unsigned status;
  };
  std::string const start = "POST /a HTTP/1.1\r\nHost: a\r\n";
  scripted_server backend{[](scripted_exchange& of) { of.answer(200); }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}, {"MAX_HEADER_BYTES", "1024"}}};
  for (auto const& c :
       {refused_case{"garbage", "\x16\x03\x01\x02 hello\r\n\r\n", 400},
        refused_case{"length and coding", start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     400},
        refused_case{"coding and length", start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                     400},
        refused_case{"two lengths", start + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
        refused_case{"a list of lengths", start + "Content-Length: 5, 5\r\n\r\nhello", 400},
        refused_case{"a negative length", start + "Content-Length: -5\r\n\r\nhello", 400},
        refused_case{"an unknown coding", start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        refused_case{"a hidden coding", start + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400},
        refused_case{"a folded line", start + "X: a\r\n b\r\n\r\n", 400},
        refused_case{"a bare line feed", "GET /a HTTP/1.1\nHost: a\n\n", 400},
        refused_case{"no host", "GET /a HTTP/1.1\r\n\r\n", 400},
        refused_case{"two hosts", "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        refused_case{"a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 400},
        refused_case{"a later version", "GET /a HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        refused_case{"a big head", "GET /a HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n", 431},
        refused_case{"a long target", "GET /" + std::string(2000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414}}) {
    SCOPED_TRACE(c.claim);
    auto const client = raw_connection::to(service.port());
    client.send(c.request);
    auto const answer = read_answer(client);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_TRUE(answer.has("connection: close")) << "what follows could be anything";
    EXPECT_TRUE(client.receive_some().empty());
  }
  EXPECT_EQ(backend.requests(), 0);
}

TEST(HostileClients, ABodyWithBadChunksNeverBecomesAWholeRequest) {
  std::string seen;
  std::atomic<bool> has_ended = false;
  raw_backend backend{[&](raw_connection& of) {
    seen = of.receive_all();
    has_ended = true;
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const client = raw_connection::to(service.port());
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_TRUE(eventually([&] { return backend.connections() == 1; }));
  client.send("zz\r\n");
  EXPECT_EQ(read_answer(client).status, 400U);
  EXPECT_TRUE(eventually([&] { return has_ended.load(); }));
  EXPECT_EQ(seen.find("0\r\n\r\n"), std::string::npos) << seen;
}

TEST(HostileClients, SlowHeadsAndBodiesEndWith408) {
  scripted_server backend{[](scripted_exchange& of) { of.answer(200); }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())},
                                 {"HEADER_TIMEOUT_MS", "80"},
                                 {"IDLE_TIMEOUT_MS", "80"},
                                 {"STALL_TIMEOUT_MS", "80"}}};
  auto const slow_head = raw_connection::to(service.port());
  slow_head.send("GET /a HTTP/1.1\r\nHost");
  EXPECT_EQ(read_answer(slow_head).status, 408U);
  auto const slow_body = raw_connection::to(service.port());
  slow_body.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_EQ(read_answer(slow_body).status, 408U);
  auto const idle = raw_connection::to(service.port());
  EXPECT_TRUE(idle.receive_all().empty()) << "closed without a word";
  EXPECT_EQ(backend.requests(), 0);
}

TEST(HostileClients, ADripOfHeadBytesDoesNotPutItsEndOff) {
  running_gateway const service{{{"ROUTES", all_to(1)}, {"HEADER_TIMEOUT_MS", "100"}}};
  auto const client = raw_connection::to(service.port());
  EXPECT_TRUE(eventually([&] { return !client.send("X"); })) << "it would last ten seconds";
}

TEST(HostileClients, TooManyAreTurnedAwayAndTheOthersServed) {
  scripted_server backend{[](scripted_exchange& of) { of.answer(200); }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}, {"MAX_CONNECTIONS", "2"}}};
  auto const first = raw_connection::to(service.port());
  first.send(get("/a"));
  EXPECT_EQ(read_answer(first).status, 200U);
  auto const second = raw_connection::to(service.port());
  second.send(get("/a"));
  EXPECT_EQ(read_answer(second).status, 200U);
  EXPECT_EQ(ask(service.port(), get("/a")).status, 503U);
  first.send(get("/a"));
  EXPECT_EQ(read_answer(first).status, 200U);
}

TEST(HostileClients, OneThatLeavesEarlyLeavesNothingBehind) {
  scripted_server backend{[](scripted_exchange& of) { of.answer(200, std::string(200'000, 'x')); }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  for (int i = 0; i < 20; ++i) {
    auto client = raw_connection::to(service.port());
    client.send(i % 2 == 0 ? get("/a") : "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    client.close();
  }
  EXPECT_TRUE(eventually([&] { return service.metric("holdfast_http_connections ") == 1; }));
  EXPECT_EQ(service.metric("holdfast_http_requests_in_flight "), 1);
}

TEST(HostileClients, ThoseWhoGiveUpOnASlowBackendHoldNothing) {
  scripted_server backend{[](scripted_exchange& of) {
    if (of.head.starts_with("GET /slow")) return of.wait_until_peer_closes();
    of.answer(200);
  }};
  running_gateway const service{
      {{"ROUTES", all_to(backend.port())}, {"MAX_CONNECTIONS", "9"}, {"ANSWER_TIMEOUT_MS", "600000"}}};
  auto const patient = raw_connection::to(service.port());
  patient.send(get("/slow"));
  {
    std::vector<raw_connection> leaving;
    for (int i = 0; i < 8; ++i) leaving.push_back(raw_connection::to(service.port()));
    for (auto const& each : leaving) each.send(get("/slow") + get("/a"));  // the next request is there already
    EXPECT_EQ(ask(service.port(), get("/a")).status, 503U) << "nobody else is served meanwhile";
  }
  EXPECT_TRUE(eventually([&] { return ask(service.port(), get("/a")).status == 200; }));
  EXPECT_TRUE(eventually([&] { return service.metric("holdfast_http_requests_in_flight ") == 2; }))
      << "who still waits is not given up, and the one that asks for this";
}

TEST(HostileClients, ABodyInDribsEndsWith408) {
  scripted_server backend{[](scripted_exchange& of) { of.answer(200); }};
  running_gateway const service{
      {{"ROUTES", all_to(backend.port())}, {"STALL_TIMEOUT_MS", "300"}, {"LEAST_BODY_RATE", "1000000"}}};
  auto const client = raw_connection::to(service.port());
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
  auto const is_refused = [&] {
    client.send("x");
    return service.metric(R"(http_server_requests_seconds_count{method="POST",uri="/**",status="408"} )") == 1;
  };
  EXPECT_TRUE(eventually(is_refused)) << "each byte comes in time, and all would take a day";
}

constexpr std::size_t big = 100'000'000;
constexpr std::size_t piece_bytes = 250'000;
constexpr std::int64_t allowed_growth = 24'000'000;  // of this process: a quarter of one body, with all test threads

TEST(BigBodies, GoUpWithLittleMemoryAlsoToASlowReader) {
  std::atomic<std::size_t> received = 0;
  raw_backend backend{[&](raw_connection& of) {
    received = of.receive_until("\r\n\r\n").size();  // with the first bytes of the body, and the head
    while (received < big) {
      auto const more = of.receive_some();
      if (more.empty()) return;
      received += more.size();
    }
    of.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
    of.receive_some();
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const client = raw_connection::to(service.port());
  std::string const piece(piece_bytes, 'x');
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(big) + "\r\n\r\n");
  client.send(piece);
  auto const before = kit::resident_bytes();
  std::int64_t most = before;
  for (std::size_t sent = piece_bytes; sent < big; sent += piece_bytes) {
    ASSERT_TRUE(client.send(piece));
    most = std::max(most, kit::resident_bytes());
  }
  EXPECT_EQ(read_answer(client).body, "done");
  EXPECT_LT(most - before, allowed_growth);
}

TEST(BigBodies, ComeDownWithLittleMemoryAlsoToASlowReader) {
  for (auto const* const framing : {"Content-Length: 100000000\r\n\r\n", "Connection: close\r\n\r\n"}) {
    SCOPED_TRACE(framing);
    std::atomic<std::size_t> sent = 0;
    raw_backend backend{[&](raw_connection& of) {
      of.receive_until("\r\n\r\n");
      of.send("HTTP/1.1 200 OK\r\n");
      of.send(framing);
      std::string const piece(piece_bytes, 'x');
      for (; sent < big; sent += piece_bytes) {
        if (!of.send(piece)) return;
      }
    }};
    running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
    auto const client = raw_connection::to(service.port(), 64 * 1024);
    client.send("GET /a HTTP/1.0\r\n\r\n");
    std::size_t received = client.receive_until("\r\n\r\n").size();
    auto const before = kit::resident_bytes();
    // As long as the client does not read, the backend cannot send more than what the kernel's buffers hold.
    std::size_t last = 0;
    EXPECT_TRUE(eventually([&] {
      auto const now = sent.load();
      bool const stands_still = now == last && now > 0;
      last = now;
      if (!stands_still) rest_a_while();
      return stands_still;
    }));
    EXPECT_LT(sent, big / 2);
    std::int64_t most = before;
    while (true) {
      auto const more = client.receive_some();
      if (more.empty()) break;
      received += more.size();
      most = std::max(most, kit::resident_bytes());
    }
    EXPECT_GE(received, big);
    EXPECT_LT(received, big + 1000);
    EXPECT_LT(most - before, allowed_growth);
  }
}

TEST(BigBodies, AClientThatStopsReadingIsCutOff) {
  raw_backend backend{[](raw_connection& of) {
    of.receive_until("\r\n\r\n");
    of.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
    std::string const piece(piece_bytes, 'x');
    while (of.send(piece)) {
    }
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}, {"STALL_TIMEOUT_MS", "100"}}};
  auto const client = raw_connection::to(service.port(), 4096);
  client.send(get("/a"));
  EXPECT_TRUE(eventually([&] { return service.metric("holdfast_gateway_cut_answers_total ") == 1; }));
}

}  // namespace
}  // namespace holdfast::gateway
