// Backends that are dead, slow, hostile or killed.
#include <algorithm>

#include <gtest/gtest.h>

#include "gateway/gateway_test_support.hpp"
#include "kit/client/scripted_server.hpp"

namespace holdfast::gateway {
namespace {

using kit::scripted_exchange;
using kit::scripted_server;

using environment = running_gateway::environment;

environment short_times(std::uint16_t port) {
  return {{"ROUTES", all_to(port)}, {"ANSWER_TIMEOUT_MS", "120"}, {"STALL_TIMEOUT_MS", "120"}};
}

std::string post(std::string_view body, std::string_view fields = "") {
  return "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string{fields} + "\r\n" + std::string{body};
}

TEST(FailingBackends, ARefusedConnectionIs503) {
  auto const port = kit::unused_port();
  running_gateway const service{{{"ROUTES", all_to(port)}}};
  auto const answer = ask(service.port(), get("/a", "Accept: application/json\r\n"));
  EXPECT_EQ(answer.status, 503U);
  EXPECT_TRUE(answer.has("retry-after: 5"));
  EXPECT_TRUE(answer.has("x-instance: gw-1"));
  EXPECT_NE(answer.body.find("127.0.0.1:" + std::to_string(port) + " refused the connection"), std::string::npos);
  EXPECT_EQ(service.metric(R"(holdfast_gateway_backend_failures_total{backend="127.0.0.1:)" + std::to_string(port) +
                           R"(",reason="refused"} )"),
            1);
}

TEST(FailingBackends, TheOriginalSays500AndAPageToBrowsers) {
  running_gateway const service{{{"ROUTES", all_to(kit::unused_port())}, {"MODE", "original"}}};
  auto const answer = ask(service.port(), get("/a", "Accept: text/html\r\n"));
  EXPECT_EQ(answer.status, 500U);
  EXPECT_TRUE(answer.has("content-type: text/html;charset=UTF-8"));
  EXPECT_FALSE(answer.has("retry-after: 5"));
}

TEST(FailingBackends, ANameWithoutAddressIs502) {
  running_gateway const service{{{"ROUTES", "/**=http://no-such-service.invalid:1"}, {"CONNECT_TIMEOUT_MS", "8000"}}};
  EXPECT_EQ(ask(service.port(), get("/a")).status, 502U);
}

TEST(FailingBackends, OneThatIsSilentIs504AndItsConnectionIsClosed) {
  std::atomic<bool> was_closed = false;
  scripted_server backend{[&](scripted_exchange& of) {
    of.wait_until_peer_closes();
    was_closed = true;
  }};
  running_gateway const service{short_times(backend.port())};
  EXPECT_EQ(ask(service.port(), get("/a")).status, 504U);
  EXPECT_TRUE(eventually([&] { return was_closed.load(); }));
}

struct hostile_case {
  char const* claim;
  char const* said;
  unsigned status;
};

TEST(FailingBackends, WhatIsNoAnswerIs502) {
  for (auto const& c :
       {hostile_case{"nothing", "", 502}, hostile_case{"half a head", "HTTP/1.1 200 OK\r\nA: ", 502},
        hostile_case{"garbage", "\x16\x03\x01 garbage\r\n\r\n", 502},
        hostile_case{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 502},
        hostile_case{"a length and chunks",
                     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 502},
        hostile_case{"bad chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 502},
        hostile_case{"another protocol", "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", 502}}) {
    SCOPED_TRACE(c.claim);
    raw_backend backend{[&c](raw_connection& of) {
      of.receive_until("\r\n\r\n");
      of.send(c.said);
    }};
    running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
    auto const client = raw_connection::to(service.port());
    client.send(get("/a"));
    EXPECT_EQ(read_answer(client).status, c.status);
    client.send(get("/metrics"));
    EXPECT_EQ(read_answer(client).status, 200U) << "the client's connection is none the worse";
  }
}

TEST(FailingBackends, AHeadWithoutEndIs502) {
  raw_backend backend{[](raw_connection& of) {
    of.receive_until("\r\n\r\n");
    of.send("HTTP/1.1 200 OK\r\n");
    while (of.send("X-Filler: 0123456789012345678901234567890123456789\r\n")) {
    }
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  EXPECT_EQ(ask(service.port(), get("/a")).status, 502U);
}

TEST(FailingBackends, AShortBodyIsCutSoThatTheClientNotices) {
  for (auto const* const said : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
    SCOPED_TRACE(said);
    raw_backend backend{[said](raw_connection& of) {
      of.receive_until("\r\n\r\n");
      of.send(said);
    }};
    running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
    auto const client = raw_connection::to(service.port());
    client.send(get("/a"));
    auto const all = client.receive_all();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_NE(all.find("half"), std::string::npos);
    EXPECT_FALSE(all.ends_with("0\r\n\r\n"));
    EXPECT_EQ(service.metric("holdfast_gateway_cut_answers_total "), 1);
  }
}

TEST(FailingBackends, ABodyThatStallsIsCut) {
  raw_backend backend{[](raw_connection& of) {
    of.receive_until("\r\n\r\n");
    of.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    of.receive_some();
  }};
  running_gateway const service{short_times(backend.port())};
  auto const client = raw_connection::to(service.port());
  client.send(get("/a"));
  EXPECT_TRUE(client.receive_all().ends_with("half"));
}

/// Answers the first request of a connection, and closes on the second without a word.
void one_each(scripted_exchange& of) {
  if (of.request == 0) return of.answer(200);
  of.close();
}

TEST(FailingBackends, ARequestLostOnAKeptConnectionIsRepeatedWhenThatIsSafe) {
  scripted_server backend{one_each};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(service.port(), get("/a")).status, 200U);
  EXPECT_GT(backend.requests(), 5);
}

TEST(FailingBackends, ARequestThatMayHaveHadItsEffectIsNotRepeated) {
  for (auto const& request : {post("x"), std::string{"DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n"},
                              std::string{"PUT /a HTTP/1.1\r\nHost: a\r\n\r\n"}}) {
    scripted_server backend{one_each};
    running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
    EXPECT_EQ(ask(service.port(), request).status, 200U) << request;
    EXPECT_EQ(ask(service.port(), request).status, 502U) << request;
    EXPECT_EQ(backend.requests(), 2) << request;
  }
}

TEST(FailingBackends, ADeleteWithAKeyIsRepeated) {
  scripted_server backend{one_each};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  std::string const request = "DELETE /a HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\n\r\n";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(service.port(), request).status, 200U);
}

TEST(FailingBackends, ARepetitionThatNobodyAcceptsSaysNothingOfTheFirst) {
  raw_backend* listener = nullptr;
  raw_backend backend{[&](raw_connection& of) {
    of.receive_until("\r\n\r\n");
    of.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    of.receive_until("\r\n\r\n");
    listener->stop_listening();
  }};
  listener = &backend;
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  EXPECT_EQ(ask(service.port(), get("/a")).status, 200U);
  EXPECT_EQ(ask(service.port(), get("/a")).status, 502U);
  EXPECT_EQ(ask(service.port(), get("/a")).status, 503U) << "which was sent to nobody";
  EXPECT_EQ(backend.connections(), 1);
}

TEST(FailingBackends, AConnectionClosedInTheMeantimeIsNotUsed) {
  std::atomic<int> closed = 0;
  raw_backend backend{[&](raw_connection& of) {
    of.receive_until("body");
    of.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    of.end_sending();
    ++closed;
    of.receive_some();
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(ask(service.port(), post("body")).status, 200U) << "which could not be repeated";
    EXPECT_TRUE(eventually([&] { return closed == i; }));
  }
}

TEST(FailingBackends, AnAnswerBeforeTheEndOfTheRequestArrives) {
  raw_backend backend{[](raw_connection& of) {
    of.receive_until("\r\n\r\n");
    of.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const waiting = raw_connection::to(service.port());
  waiting.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nthe beginning");
  auto answer = read_answer(waiting);
  EXPECT_EQ(answer.status, 413U) << "while the client does nothing";
  EXPECT_EQ(answer.body, "big");
  EXPECT_TRUE(answer.has("connection: close"));

  auto const pushing = raw_connection::to(service.port());
  pushing.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
  std::string const piece(100'000, 'x');
  for (int i = 0; i < 20; ++i) pushing.send(piece);
  EXPECT_EQ(read_answer(pushing).status, 413U) << "while the client sends";
}

TEST(FailingBackends, ABackendThatAnswersWhileItReadsGetsTheWholeBody) {
  std::atomic<bool> has_read_head = false;
  raw_backend backend{[&](raw_connection& of) {
    of.receive_until("\r\n\r\n");
    has_read_head = true;
    of.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
    of.receive_until("end");
    of.send("4\r\nlate\r\n0\r\n\r\n");
    of.receive_some();
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const client = raw_connection::to(service.port());
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbegi");
  EXPECT_TRUE(eventually([&] { return has_read_head.load(); })) << "or it would read the rest together with it";
  client.send("nend");
  EXPECT_EQ(read_answer(client).body, "earlylate");
}

TEST(FailingBackends, AnAnswerBesideTheRequestIsReadWhileItIsWritten) {
  raw_backend backend{[](raw_connection& of) {
    std::string more = of.receive_until("\r\n\r\n");
    of.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    more.erase(0, more.find("\r\n\r\n") + 4);
    for (; !more.ends_with('!'); more = of.receive_some()) {
      if (!of.send(more)) return;
    }
    of.send(more);
  }};
  running_gateway const service{short_times(backend.port())};
  auto const client = raw_connection::to(service.port());
  constexpr std::size_t all = 40'000'000;  // more than all buffers of the kernel hold
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(all) + "\r\n\r\n");
  std::thread sender{[&] {
    std::string const piece(1'000'000, 'x');
    for (std::size_t sent = 0; sent + piece.size() < all; sent += piece.size()) client.send(piece);
    client.send(std::string(piece.size() - 1, 'x') + '!');
  }};
  auto const text = client.receive_all();
  sender.join();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(text.substr(0, 1000).find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, 'x'), static_cast<std::ptrdiff_t>(all - 1));
  EXPECT_TRUE(text.ends_with("!\r\n0\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return service.metric("holdfast_http_connections ") == 1; }));
}

TEST(FailingBackends, WhoeverEndsFirstAnAnswerBesideTheRequestEnds) {
  std::atomic<int> ended = 0;
  raw_backend backend{[&](raw_connection& of) {
    of.receive_until("\r\n\r\n");
    of.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
    if (ended == 1) of.close();
    of.receive_all();
    ++ended;
  }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  std::string const begin = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 800\r\n\r\nbegin";
  auto leaving = raw_connection::to(service.port());
  leaving.send(begin);
  EXPECT_NE(leaving.receive_until("early").find("early"), std::string::npos) << "before the request is through";
  leaving.close();
  EXPECT_TRUE(eventually([&] { return ended == 1; })) << "the backend notices";
  auto const left_alone = raw_connection::to(service.port());
  left_alone.send(begin);
  auto const text = left_alone.receive_all();
  EXPECT_NE(text.find("early"), std::string::npos);
  EXPECT_FALSE(text.ends_with("0\r\n\r\n")) << "the client notices";
  EXPECT_EQ(service.metric("holdfast_http_requests_in_flight "), 1);
}

TEST(FailingBackends, KilledUnderTrafficAndBackAgain) {
  auto backend = std::make_unique<scripted_server>([](scripted_exchange& of) { of.answer(200, "hello"); });
  auto const port = backend->port();
  running_gateway const service{{{"ROUTES", all_to(port)}}};
  std::atomic<bool> goes_on = true;
  std::map<unsigned, int> statuses;
  std::mutex guard;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      auto const client = raw_connection::to(service.port());
      while (goes_on) {
        client.send(get("/a"));
        auto const status = read_answer(client).status;
        std::lock_guard const lock{guard};
        ++statuses[status];
      }
    });
  }
  auto const count = [&](unsigned status) {
    std::lock_guard const lock{guard};
    return statuses[status];
  };
  EXPECT_TRUE(eventually([&] { return count(200) > 100; }));
  backend.reset();
  EXPECT_TRUE(eventually([&] { return count(503) > 100; }));
  auto const before = count(200);
  backend = std::make_unique<scripted_server>([](scripted_exchange& of) { of.answer(200, "hello"); }, port);
  EXPECT_TRUE(eventually([&] { return count(200) > before + 100; }));
  goes_on = false;
  for (auto& each : clients) each.join();
  for (auto const& [status, times] : statuses) {
    EXPECT_TRUE(status == 200 || status == 502 || status == 503) << status << ", " << times << " times";
  }
}

}  // namespace
}  // namespace holdfast::gateway
