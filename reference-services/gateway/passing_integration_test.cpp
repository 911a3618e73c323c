// What goes through the gateway, and how.
#include <gtest/gtest.h>

#include "gateway/gateway_test_support.hpp"
#include "kit/client/scripted_server.hpp"

namespace holdfast::gateway {
namespace {

using kit::scripted_exchange;
using kit::scripted_server;

/// A backend that answers each request with its own head and body.
void echo(scripted_exchange& of) { of.answer(200, of.head + of.body, "X-Backend: yes\r\n"); }

TEST(Passing, RequestAndAnswerArriveWithTheirFields) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}, {"VERSION", "v7"}}};
  auto const answer = ask(service.port(),
                          "POST /orders?x=1%20 HTTP/1.1\r\nHost: shop:8088\r\nContent-Length: 4\r\n"
                          "Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\nUpgrade: websocket\r\nX-Kept: 2\r\n\r\nbody");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_TRUE(answer.has("x-backend: yes"));
  EXPECT_TRUE(answer.has("x-instance: gw-1"));
  EXPECT_TRUE(answer.has("x-version: v7"));
  EXPECT_TRUE(answer.has("via: 1.1 gateway"));
  EXPECT_NE(answer.head.find("\r\ndate: "), std::string::npos);
  auto const& seen = answer.body;
  EXPECT_TRUE(seen.starts_with("POST /orders?x=1%20 HTTP/1.1\r\n")) << seen;
  EXPECT_TRUE(seen.ends_with("\r\n\r\nbody")) << seen;
  for (auto const* const line : {"Host: shop:8088", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http",
                                 "X-Forwarded-Host: shop:8088", "X-Kept: 2", "Via: 1.1 gateway", "Content-Length: 4"}) {
    EXPECT_NE(seen.find("\r\n" + std::string{line} + "\r\n"), std::string::npos) << line << " in\n" << seen;
  }
  for (auto const* const part : {"X-Mine", "Upgrade", "Connection"}) {
    EXPECT_EQ(seen.find(part), std::string::npos) << part << " belongs to the client's connection alone";
  }
}

TEST(Passing, CorrelationIsMadeWhenAbsentAndKeptWhenGiven) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const answer = ask(service.port(), get("/a"));
  auto const& made = answer.body;
  auto const at = made.find("X-Correlation-Id: ");
  ASSERT_NE(at, std::string::npos);
  auto const end = made.find("\r\n", at);
  EXPECT_EQ(end - at, std::string_view{"X-Correlation-Id: "}.size() + 32);
  EXPECT_TRUE(answer.has("x-correlation-id: " + made.substr(end - 32, 32))) << "the client can name it to others";
  auto const given = ask(service.port(), get("/a", "X-Correlation-Id: mine\r\n"));
  EXPECT_NE(given.body.find("X-Correlation-Id: mine\r\n"), std::string::npos);
  EXPECT_TRUE(given.has("x-correlation-id: mine"));
  EXPECT_TRUE(ask(service.port(), get("/metrics", "X-Correlation-Id: mine\r\n")).has("x-correlation-id: mine"));
}

TEST(Passing, RoutesLeadToTheirBackendsAndUnknownPathsNowhere) {
  scripted_server orders{[](scripted_exchange& of) { of.answer(200, "orders"); }};
  scripted_server pages{[](scripted_exchange& of) { of.answer(200, of.head.substr(0, of.head.find(" HTTP"))); }};
  running_gateway const service{
      {{"ROUTES", "/orders/**=" + orders.url() + ",/myPages/**=" + pages.url() + "/mypages"}}};
  EXPECT_EQ(ask(service.port(), get("/orders/7")).body, "orders");
  EXPECT_EQ(ask(service.port(), get("/myPages/3?a=b")).body, "GET /mypages/3?a=b");
  EXPECT_EQ(ask(service.port(), get("http://any.host/orders")).body, "orders") << "a request as proxies send it";
  auto const unknown = ask(service.port(), get("/nothing", "Accept: application/json\r\n"));
  EXPECT_EQ(unknown.status, 404U);
  EXPECT_NE(unknown.body.find(R"("path":"/nothing")"), std::string::npos) << unknown.body;
  EXPECT_EQ(ask(service.port(), get("/%6frders")).status, 404U) << "an escaped name is another one";
  for (auto const* const odd : {"/orders/../x", "/orders/%2e%2e/x", "/orders/a%2fb", "/orders/%00"}) {
    EXPECT_EQ(ask(service.port(), get(odd)).status, 400U) << odd;
  }
}

TEST(Passing, OneConnectionToABackendServesManyRequests) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const client = raw_connection::to(service.port());
  for (int i = 0; i < 30; ++i) {
    client.send(get("/a"));
    ASSERT_EQ(read_answer(client).status, 200U);
  }
  for (int i = 0; i < 10; ++i) ASSERT_EQ(ask(service.port(), get("/b")).status, 200U);
  EXPECT_EQ(backend.connections(), 1);
  EXPECT_EQ(backend.requests(), 40);
}

TEST(Passing, RequestsSentTogetherAreAnsweredInOrder) {
  scripted_server backend{[](scripted_exchange& of) { of.answer(200, of.head.substr(4, 2)); }};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const client = raw_connection::to(service.port());
  client.send(get("/1") + get("/2") + get("/actuator/health") + get("/3"));
  EXPECT_EQ(read_answer(client).body, "/1");
  EXPECT_EQ(read_answer(client).body, "/2");
  EXPECT_EQ(read_answer(client).body, R"({"status":"UP"})");
  EXPECT_EQ(read_answer(client).body, "/3");
}

TEST(Passing, CorsIsGrantedToAnyOrigin) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const simple = ask(service.port(), get("/a", "Origin: http://page.example\r\n"));
  EXPECT_TRUE(simple.has("access-control-allow-origin: http://page.example"));
  EXPECT_TRUE(simple.has("access-control-allow-credentials: true"));
  auto const preflight = ask(service.port(),
                             "OPTIONS /a HTTP/1.1\r\nHost: a\r\nOrigin: http://page.example\r\n"
                             "Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: x-a\r\n\r\n");
  EXPECT_EQ(preflight.status, 200U);
  EXPECT_TRUE(preflight.has("access-control-allow-methods: PATCH"));
  EXPECT_TRUE(preflight.has("access-control-allow-headers: x-a"));
  EXPECT_EQ(backend.requests(), 1) << "a preflight is the gateway's own business";
}

TEST(Passing, ErrorsTooAreReadableForPagesOfOtherOrigins) {
  running_gateway const service{{{"ROUTES", all_to(kit::unused_port())}}};
  auto const answer = ask(service.port(), get("/a", "Origin: http://page.example\r\n"));
  EXPECT_EQ(answer.status, 503U);
  EXPECT_TRUE(answer.has("access-control-allow-origin: http://page.example"));
}

struct framing_case {
  char const* claim;
  char const* sent;
  char const* request;
  unsigned status;
  char const* body;
  char const* line;
};

TEST(Passing, EveryWayToEndABodyArrives) {
  for (auto const& c :
       {framing_case{
            "chunks stay chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 200, "abcde", "transfer-encoding: chunked"},
        framing_case{"without a length", "HTTP/1.0 200 OK\r\n\r\nall", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 200, "all",
                     "transfer-encoding: chunked"},
        framing_case{"chunks for an old client",
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                     "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, "abc", "connection: close"},
        framing_case{"an old client goes on", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
                     "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, "x", "connection: keep-alive"},
        framing_case{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n", "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n",
                     200, "", "content-length: 77"},
        framing_case{"204", "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 204, "",
                     "x: y"},
        framing_case{"304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
                     "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 304, "", "content-length: 9"},
        framing_case{"interim answers stay here",
                     "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n",
                     "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", 201, "", "content-length: 0"}}) {
    SCOPED_TRACE(c.claim);
    raw_backend backend{[&c](raw_connection& of) {
      of.receive_until("\r\n\r\n");
      of.send(c.sent);
    }};
    running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
    auto const answer = ask(service.port(), c.request);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.body, c.body);
    EXPECT_TRUE(answer.has(c.line)) << answer.head;
  }
}

TEST(Passing, ChunkedRequestsStayChunked) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const client = raw_connection::to(service.port());
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.send("2;x\r\nde\r\n0\r\nTrailer: 1\r\n\r\n");
  auto const answer = read_answer(client);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body.find("Trailer"), std::string::npos);
  EXPECT_TRUE(answer.body.ends_with("0\r\n\r\n")) << answer.body;
  client.send(get("/again"));
  EXPECT_EQ(read_answer(client).status, 200U) << "the connection is at the next request";
}

TEST(Passing, AClientThatWaitsForLeaveGetsIt) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}}};
  auto const client = raw_connection::to(service.port());
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  auto const answer = read_answer(client);
  EXPECT_TRUE(answer.body.ends_with("\r\n\r\nbody"));
  EXPECT_EQ(answer.body.find("Expect"), std::string::npos);
}

TEST(Passing, OriginalsNameTheBackendInHost) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", all_to(backend.port())}, {"MODE", "original"}}};
  EXPECT_NE(ask(service.port(), get("/a")).body.find("Host: 127.0.0.1:" + std::to_string(backend.port())),
            std::string::npos);
}

TEST(Passing, TheGatewayTellsItsHealthAndFigures) {
  scripted_server backend{echo};
  running_gateway const service{{{"ROUTES", "/orders/**=" + backend.url()}}};
  ask(service.port(), get("/orders"));
  for (auto const* const path : {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"}) {
    EXPECT_EQ(ask(service.port(), get(path)).body, R"({"status":"UP"})") << path;
  }
  EXPECT_EQ(ask(service.port(), "POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n").status, 405U);
  EXPECT_EQ(service.metric(R"(http_server_requests_seconds_count{method="GET",uri="/orders/**",status="200"} )"), 1);
  EXPECT_EQ(service.metric(R"(holdfast_gateway_connections_kept{backend="127.0.0.1:)" + std::to_string(backend.port()) +
                           R"("} )"),
            1);
  EXPECT_EQ(backend.requests(), 1);
}

}  // namespace
}  // namespace holdfast::gateway
