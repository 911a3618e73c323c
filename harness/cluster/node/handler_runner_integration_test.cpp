#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/node/handler_runner.hpp"
#include "cluster/node/node_test_support.hpp"
#include "cluster/node/process_finder.hpp"
#include "cluster/node/scripted_http_server.hpp"
#include "net/certificate_maker.hpp"
#include "net/tls_session.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class HandlerRunner : public ::testing::Test {
 protected:
  boost::asio::io_context context_;
  temporary_folder folder_;
  std::string const run_ = "handler-test-" + std::to_string(::getpid());
  process_runtime processes_{context_.get_executor(), run_};
  handler_runner runner_{context_.get_executor(), processes_};
  scripted_http_server server_{context_};
  std::unique_ptr<running_handler> running_;
  exec_place place_{.like = {.program = "", .environment = {"PATH=/usr/bin:/bin", "COLOUR=green"}},
                    .container = "pod/c/0"};

  handler_result result_of(handler_action const& action, nanoseconds limit = 10s) {
    std::optional<handler_result> result;
    running_ = runner_.run(action, place_, limit, [&](handler_result r) { result = std::move(r); });
    EXPECT_FALSE(result.has_value()) << "never from inside run()";
    if (!runs_until(context_, [&] { return result.has_value(); })) throw std::runtime_error{"no result"};
    return *result;
  }
  handler_result get(std::string path, nanoseconds limit = 10s) {
    return result_of(http_get_action{.host = "127.0.0.1", .port = server_.port(), .path = std::move(path)}, limit);
  }
  std::uint16_t free_port() {
    boost::asio::ip::tcp::acceptor const acceptor{context_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    return acceptor.local_endpoint().port();
  }
};

TEST_F(HandlerRunner, AStatusFrom200To399IsSuccess) {
  for (auto const& [status, expected] : std::map<int, handler_outcome>{{200, handler_outcome::success},
                                                                       {204, handler_outcome::success},
                                                                       {304, handler_outcome::success_with_warning},
                                                                       {399, handler_outcome::success_with_warning},
                                                                       {400, handler_outcome::failure},
                                                                       {503, handler_outcome::failure}}) {
    SCOPED_TRACE(status);
    server_.answers["/health"] = status == 204 || status == 304 ? "HTTP/1.1 " + std::to_string(status) + " X\r\n\r\n"
                                                                : server_.answer(status, {}, "body");
    auto const result = get("/health");
    EXPECT_EQ(result.outcome, expected);
    if (expected == handler_outcome::failure) {
      EXPECT_EQ(result.message, "HTTP probe failed with statuscode: " + std::to_string(status));
    }
  }
  EXPECT_EQ(server_.connections, 6) << "each on a connection of its own";
}

TEST_F(HandlerRunner, SendsWhatTheKubeletSends) {
  server_.answers["/a%20b?x=1"] = server_.answer(200);
  EXPECT_EQ(get("a b?x=1").outcome, handler_outcome::success);
  EXPECT_EQ(server_.requests.back(), "GET /a%20b?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_.port()) +
                                         "\r\nUser-Agent: kube-probe/1.31\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  server_.answers["/"] = server_.answer(200);
  http_get_action action{.host = "127.0.0.1",
                         .port = server_.port(),
                         .headers = {{"host", "shop.example"}, {"X-Probe", "1"}, {"User-Agent", "me"}, {"Accept", ""}}};
  EXPECT_EQ(result_of(action).outcome, handler_outcome::success);
  EXPECT_EQ(server_.requests.back(),
            "GET / HTTP/1.1\r\nhost: shop.example\r\nX-Probe: 1\r\nUser-Agent: me\r\nConnection: close\r\n\r\n");
  action.headers = {{"X", "a\r\nInjected: 1"}};
  EXPECT_EQ(result_of(action).outcome, handler_outcome::not_run);
}

TEST_F(HandlerRunner, FollowsRedirectsOnTheSameHostOnly) {
  server_.answers["/go"] = server_.answer(302, "Location: /there\r\n");
  server_.answers["/there"] = server_.answer(200);
  EXPECT_EQ(get("/go").outcome, handler_outcome::success);
  EXPECT_THAT(server_.requests.back(), StartsWith("GET /there "));
  server_.answers["/there"] = server_.answer(500);
  EXPECT_EQ(get("/go").outcome, handler_outcome::failure);
  server_.answers["/away"] = server_.answer(302, "Location: http://other.example/\r\n", "moved");
  auto const away = get("/away");
  EXPECT_EQ(away.outcome, handler_outcome::success_with_warning);
  EXPECT_EQ(away.message, "Probe terminated redirects, Response body: moved");
  server_.answers["/circle"] = server_.answer(302, "Location: /circle\r\n");
  auto const circle = get("/circle");
  EXPECT_EQ(circle.outcome, handler_outcome::failure);
  EXPECT_THAT(circle.message, HasSubstr("stopped after 10 redirects"));
}

TEST_F(HandlerRunner, SaysWhyAServerDoesNotAnswer) {
  auto const port = free_port();
  auto const address = "127.0.0.1:" + std::to_string(port);
  auto const refused = result_of(http_get_action{.host = "127.0.0.1", .port = port, .path = "/h"});
  EXPECT_EQ(refused.outcome, handler_outcome::failure);
  EXPECT_EQ(refused.message, "Get \"http://" + address + "/h\": dial tcp " + address + ": connect: connection refused");
  auto const silent = get("/silent", 30ms);
  EXPECT_EQ(silent.outcome, handler_outcome::failure);
  EXPECT_EQ(silent.message,
            "Get \"" + server_.origin() +
                "/silent\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
  server_.answers["/cut"] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort";
  EXPECT_THAT(get("/cut").message, HasSubstr("EOF"));
  server_.answers["/odd"] = "SSH-2.0-OpenSSH\r\n\r\n";
  EXPECT_THAT(get("/odd").message, HasSubstr("malformed HTTP response"));
  server_.answers["/huge"] = server_.answer(200, {}, std::string(200'000, 'x'));
  EXPECT_EQ(get("/huge").outcome, handler_outcome::success) << "10 KiB are enough to see";
  EXPECT_EQ(result_of(http_get_action{.host = "shop.example", .port = 80}).outcome, handler_outcome::not_run);
}

TEST_F(HandlerRunner, APortThatTheContainerDoesNotHaveSaysNothingOfIt) {
  for (handler_action const& action :
       {handler_action{http_get_action{.host = "127.0.0.1"}}, handler_action{tcp_socket_action{.host = "127.0.0.1"}}}) {
    auto const result = result_of(action);
    EXPECT_EQ(result.outcome, handler_outcome::not_run);
    EXPECT_EQ(result.message, "invalid port number: 0");
  }
}

TEST_F(HandlerRunner, ATcpProbeNeedsAConnectionOnly) {
  EXPECT_EQ(result_of(tcp_socket_action{.host = "127.0.0.1", .port = server_.port()}).outcome,
            handler_outcome::success);
  auto const port = free_port();
  auto const refused = result_of(tcp_socket_action{.host = "localhost", .port = port});
  EXPECT_EQ(refused.outcome, handler_outcome::failure);
  EXPECT_EQ(refused.message, "dial tcp localhost:" + std::to_string(port) + ": connect: connection refused");
}

TEST_F(HandlerRunner, AnExecProbeRunsInTheContainersPlace) {
  place_.like.working_directory = "/usr";
  auto const fine = result_of(exec_action{.command = {"sh", "-c", "echo $COLOUR $HOLDFAST_CONTAINER; pwd"}});
  EXPECT_EQ(fine.outcome, handler_outcome::success);
  EXPECT_EQ(fine.message, "green pod/c/0\n/usr\n");
  auto const bad = result_of(exec_action{.command = {"sh", "-c", "echo not yet >&2; exit 3"}});
  EXPECT_EQ(bad.outcome, handler_outcome::failure);
  EXPECT_EQ(bad.message, "not yet\n");
  auto const much = result_of(exec_action{.command = {"sh", "-c", "head -c 1000000 /dev/zero"}});
  EXPECT_EQ(much.outcome, handler_outcome::success);
  EXPECT_EQ(much.message.size(), 10'240U);
  auto const none = result_of(exec_action{.command = {"no-such-command"}});
  EXPECT_EQ(none.outcome, handler_outcome::not_run) << "it says nothing of the container";
  EXPECT_EQ(none.message, "exec: \"no-such-command\": executable file not found in $PATH");
  EXPECT_EQ(result_of(exec_action{}).outcome, handler_outcome::not_run);
}

TEST_F(HandlerRunner, AnExecProbeThatTakesTooLongIsKilledWithWhatItStarted) {
  auto const result = result_of(exec_action{.command = {"sh", "-c", "sleep 300 & sleep 301"}}, 30ms);
  EXPECT_EQ(result.outcome, handler_outcome::failure);
  EXPECT_THAT(result.message, HasSubstr("timed out after 30"));
  EXPECT_TRUE(runs_until(context_, [&] { return processes_with(run_marker, run_).empty(); }));
}

TEST_F(HandlerRunner, WhatIsGivenUpTellsNothing) {
  for (auto const& action : std::vector<handler_action>{
           exec_action{.command = {"sleep", "300"}},
           http_get_action{.host = "127.0.0.1", .port = server_.port(), .path = "/silent"}, sleep_action{.length = 1ms},
           tcp_socket_action{.host = "127.0.0.1", .port = server_.port()}}) {
    auto running = runner_.run(action, place_, 5ms, [](handler_result const&) { FAIL(); });
    running.reset();
  }
  EXPECT_TRUE(runs_until(context_, [&] { return processes_.running() == 0; }));
}

TEST_F(HandlerRunner, ASleepLastsAsLongAsItSaysOrFails) {
  EXPECT_EQ(result_of(sleep_action{.length = 5ms}).outcome, handler_outcome::success);
  EXPECT_EQ(result_of(sleep_action{.length = 1h}, 5ms).outcome, handler_outcome::failure);
}

}  // namespace
}  // namespace holdfast::cluster
