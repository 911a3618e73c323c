// The end of a gateway under traffic.
#include <gtest/gtest.h>

#include "gateway/gateway_test_support.hpp"
#include "kit/client/scripted_server.hpp"

namespace holdfast::gateway {
namespace {

using kit::scripted_exchange;
using kit::scripted_server;

TEST(Draining, RequestsInWorkAreAnsweredAndTheirConnectionsClosed) {
  std::atomic<bool> may_answer = false;
  scripted_server backend{[&](scripted_exchange& of) {
    eventually([&] { return may_answer.load(); });
    of.answer(200, "late");
  }};
  running_gateway service{{{"ROUTES", all_to(backend.port())}}};
  auto const idle = raw_connection::to(service.port());
  auto const busy = raw_connection::to(service.port());
  busy.send(get("/a"));
  EXPECT_TRUE(eventually([&] { return backend.requests() == 1; }));
  service.stop();
  EXPECT_TRUE(idle.receive_all().empty());
  EXPECT_TRUE(eventually([&] { return raw_connection::to(service.port()).descriptor() < 0; })) << "accepting has ended";
  EXPECT_FALSE(service.has_ended());
  may_answer = true;
  auto const answer = read_answer(busy);
  EXPECT_EQ(answer.body, "late");
  EXPECT_TRUE(answer.has("connection: close"));
  EXPECT_TRUE(eventually([&] { return service.has_ended(); }));
}

TEST(Draining, ReadinessFailsWhileBalancersStillSend) {
  scripted_server backend{[](scripted_exchange& of) { of.answer(200, "served"); }};
  running_gateway service{{{"ROUTES", all_to(backend.port())}, {"DRAIN_DELAY_MS", "8000"}, {"TIME_SCALE", "1"}}};
  service.stop();
  EXPECT_TRUE(eventually([&] { return ask(service.port(), get("/actuator/health/readiness")).status == 503; }));
  EXPECT_EQ(ask(service.port(), get("/actuator/health/liveness")).status, 200U);
  auto const answer = ask(service.port(), get("/a"));
  EXPECT_EQ(answer.body, "served");
  EXPECT_TRUE(answer.has("connection: close"));
  service.stop();  // a second one is in a hurry
  EXPECT_TRUE(eventually([&] { return service.has_ended(); }));
}

TEST(Draining, GraceHasAnEnd) {
  scripted_server backend{[](scripted_exchange& of) { of.wait_until_peer_closes(); }};
  running_gateway service{{{"ROUTES", all_to(backend.port())}, {"DRAIN_GRACE_MS", "60"}}};
  auto const client = raw_connection::to(service.port());
  client.send(get("/a"));
  EXPECT_TRUE(eventually([&] { return backend.requests() == 1; }));
  service.stop();
  EXPECT_TRUE(client.receive_all().empty());
  EXPECT_TRUE(eventually([&] { return service.has_ended(); }));
}

}  // namespace
}  // namespace holdfast::gateway
