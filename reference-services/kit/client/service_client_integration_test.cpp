#include <future>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "kit/client/scripted_server.hpp"
#include "kit/client/service_client.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// A client and the context it runs in; calls are made from the test's own thread.
class client_test {
 public:
  explicit client_test(client_settings settings) : client{service_client::make(context.get_executor(), settings)} {}
  ~client_test() {
    client->close();
    client.reset();
    context.restart();
    context.run();
  }
  void start(call what, std::optional<call_answer>& into) {
    auto store_answer = [&into](std::exception_ptr failure, call_answer answer) {
      if (!failure) into = std::move(answer);
    };
    asio::co_spawn(context, client->send(std::move(what)), store_answer);
  }
  void start(call what, std::function<call_answer()> fallback, std::optional<call_answer>& into) {
    auto store_answer = [&into](std::exception_ptr, call_answer answer) { into = std::move(answer); };
    asio::co_spawn(context, client->send(std::move(what), std::move(fallback)), store_answer);
  }
  void run_until(std::optional<call_answer> const& there) {
    context.restart();
    while (!there && context.run_one() > 0) {
    }
  }
  call_answer send(call what) {
    std::optional<call_answer> answer;
    start(std::move(what), answer);
    run_until(answer);
    return answer.value_or(call_answer{.detail = "never came back"});
  }
  call_answer send(call what, std::function<call_answer()> fallback) {
    std::optional<call_answer> answer;
    start(std::move(what), std::move(fallback), answer);
    run_until(answer);
    return answer.value();
  }

  asio::io_context context{1};
  std::unique_ptr<service_client> client;
};

client_settings to(std::string url) { return {.name = "book", .base_url = std::move(url), .timeout = 5s}; }

void ok(scripted_exchange& e) { e.answer(200, "true"); }

TEST(ServiceClient, AnswersComeWithStatusAndBody) {
  scripted_server server{[](scripted_exchange& e) { e.answer(409, "no stock " + e.body); }};
  client_test t{to(server.url())};
  auto const answer = t.send({.method = "POST", .target = "/stock", .body = "{1}"});
  EXPECT_EQ(answer.result, call_result::answered);
  EXPECT_EQ(answer.status, 409U);
  EXPECT_EQ(answer.body, "no stock {1}");
  EXPECT_FALSE(answer.is_success());
  EXPECT_FALSE(answer.is_ambiguous());
}

TEST(ServiceClient, ConnectionsAreUsedAgain) {
  scripted_server server{ok};
  client_test t{to(server.url())};
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(t.send({.target = "/x"}).is_success());
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(t.client->counts().answered, 50U);
}

TEST(ServiceClient, AnAnswerThatIsLateIsATimeoutAndFreesItsPlace) {
  scripted_server server{[](scripted_exchange& e) { e.wait_until_peer_closes(); }};
  auto settings = to(server.url());
  settings.timeout = 30ms;
  settings.pool = 1;
  client_test t{settings};
  for (int i = 0; i < 3; ++i) {
    auto const answer = t.send({.target = "/x"});
    EXPECT_EQ(answer.result, call_result::timed_out);
    EXPECT_TRUE(answer.is_ambiguous());
    EXPECT_EQ(t.client->counts().in_flight, 0U);
  }
  EXPECT_EQ(server.connections(), 3) << "the connection of a late answer is not used again";
}

TEST(ServiceClient, ACallBeyondThePoolIsRejectedAtOnce) {
  std::promise<void> go;
  auto const gone = go.get_future().share();
  scripted_server server{[gone](scripted_exchange& e) {
    gone.wait();
    e.answer(200);
  }};
  auto settings = to(server.url());
  settings.pool = 2;
  client_test t{settings};
  std::optional<call_answer> first, second, third;
  t.start({.target = "/1"}, first);
  t.start({.target = "/2"}, second);
  t.start({.target = "/3"}, third);
  t.run_until(third);
  EXPECT_EQ(third->result, call_result::rejected_by_pool);
  EXPECT_FALSE(first || second);
  EXPECT_EQ(t.client->counts().in_flight, 2U);
  go.set_value();
  t.run_until(first);
  t.run_until(second);
  EXPECT_TRUE(first->is_success() && second->is_success());
  EXPECT_EQ(t.client->counts().rejected, 1U);
}

TEST(ServiceClient, FailuresOpenTheBreakerAndNothingIsSentThen) {
  scripted_server server{[](scripted_exchange& e) { e.answer(500); }};
  auto settings = to(server.url());
  settings.breaker.volume_threshold = 4;
  settings.breaker.bucket = 10ms;
  settings.breaker.window = 10s;
  client_test t{settings};
  call_answer last;
  for (int i = 0; i < 100'000 && last.result != call_result::refused_by_breaker; ++i) last = t.send({.target = "/x"});
  EXPECT_EQ(last.result, call_result::refused_by_breaker);
  EXPECT_EQ(t.client->state(), breaker_state::open);
  auto const seen = server.requests();
  (void)t.send({.target = "/x"});
  EXPECT_EQ(server.requests(), seen);
}

TEST(ServiceClient, RefusalsOfTheCalleeDoNotOpenTheBreaker) {
  scripted_server server{[](scripted_exchange& e) { e.answer(404); }};
  auto settings = to(server.url());
  settings.breaker = {.volume_threshold = 1, .window = 10s, .bucket = 1ms};
  client_test t{settings};
  for (int i = 0; i < 200; ++i) EXPECT_EQ(t.send({.target = "/x"}).status, 404U);
  EXPECT_EQ(t.client->state(), breaker_state::closed);
}

TEST(ServiceClient, FallbackStandsInForFailuresButNotForRefusals) {
  unsigned status = 500;
  scripted_server server{[&status](scripted_exchange& e) { e.answer(status); }};
  client_test t{to(server.url())};
  auto const fallback = [] { return call_answer{.result = call_result::answered, .status = 200, .body = "instead"}; };
  auto const instead = t.send({.target = "/x"}, fallback);
  EXPECT_EQ(instead.body, "instead");
  EXPECT_TRUE(instead.from_fallback);
  EXPECT_EQ(t.client->counts().fallbacks, 1U);
  status = 409;
  EXPECT_FALSE(t.send({.target = "/x"}, fallback).from_fallback);
}

TEST(ServiceClient, AFallbackWithoutAPlaceOrThatThrowsLeavesTheFailure) {
  scripted_server server{[](scripted_exchange& e) { e.answer(500); }};
  auto settings = to(server.url());
  client_test throwing{settings};
  auto const answer = throwing.send({.target = "/x"}, []() -> call_answer { throw std::runtime_error{"empty cache"}; });
  EXPECT_EQ(answer.status, 500U);
  EXPECT_NE(answer.detail.find("empty cache"), std::string::npos);
  settings.fallback_pool = 0;
  client_test full{settings};
  EXPECT_FALSE(full.send({.target = "/x"}, [] { return call_answer{}; }).from_fallback);
  EXPECT_EQ(full.client->counts().fallbacks_rejected, 1U);
}

TEST(ServiceClient, NobodyListensIsAFailureThatHadNoEffect) {
  client_test t{to("http://127.0.0.1:" + std::to_string(unused_port()))};
  auto const answer = t.send({.method = "POST", .target = "/x"});
  EXPECT_EQ(answer.result, call_result::failed);
  EXPECT_FALSE(answer.is_ambiguous());
  EXPECT_FALSE(answer.detail.empty());
}

/// Closes a kept connection when the second request on it has come, without a byte of answer.
void close_on_second(scripted_exchange& e) {
  if (e.request == 0) return e.answer(200, "first");
  e.close();
}

struct repeat_case {
  char const* claim;
  call what;
  bool succeeds;
};

TEST(ServiceClient, ARequestLostOnAKeptConnectionIsRepeatedOnlyWhenThatIsSafe) {
  for (auto const& c :
       {repeat_case{"GET is idempotent", {.method = "GET", .target = "/x"}, true},
        repeat_case{"POST may have had its effect", {.method = "POST", .target = "/x", .body = "{}"}, false},
        repeat_case{"POST with a key is known again",
                    {.method = "POST", .target = "/x", .body = "{}", .idempotency_key = "k"},
                    true}}) {
    SCOPED_TRACE(c.claim);
    scripted_server server{close_on_second};
    client_test t{to(server.url())};
    EXPECT_TRUE(t.send({.target = "/warm"}).is_success());
    auto const answer = t.send(c.what);
    EXPECT_EQ(answer.is_success(), c.succeeds);
    EXPECT_EQ(answer.is_ambiguous(), !c.succeeds);
    EXPECT_EQ(server.requests(), c.succeeds ? 3 : 2);
  }
}

TEST(ServiceClient, ARequestIsNotRepeatedOnANewConnectionNorAfterBytesOfAnAnswer) {
  scripted_server silent{[](scripted_exchange& e) { e.close(); }};
  client_test t{to(silent.url())};
  EXPECT_EQ(t.send({.target = "/x"}).result, call_result::failed);
  EXPECT_EQ(silent.requests(), 1);
  scripted_server halting{[](scripted_exchange& e) {
    if (e.request == 0) return e.answer(200);
    e.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    e.close();
  }};
  client_test u{to(halting.url())};
  EXPECT_TRUE(u.send({.target = "/x"}).is_success());
  EXPECT_EQ(u.send({.target = "/x"}).result, call_result::failed);
  EXPECT_EQ(halting.requests(), 2);
}

TEST(ServiceClient, HostileAnswersAreFailuresOfBoundedSize) {
  for (auto const& bytes : {std::string{"SMTP ready\r\n\r\n"},
                            std::string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456"},
                            "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + std::string(2'000'000, 'x')}) {
    scripted_server server{[&bytes](scripted_exchange& e) { e.write(bytes); }};
    client_test t{to(server.url())};
    auto const answer = t.send({.target = "/x"});
    EXPECT_EQ(answer.result, call_result::failed);
    EXPECT_TRUE(answer.body.empty());
  }
}

TEST(ServiceClient, ARestartedServiceIsFoundAgain) {
  auto server = std::make_unique<scripted_server>(ok);
  auto const port = server->port();
  client_test t{to(server->url())};
  EXPECT_TRUE(t.send({.target = "/x"}).is_success());
  server.reset();
  EXPECT_EQ(t.send({.target = "/x"}).result, call_result::failed);
  server = std::make_unique<scripted_server>(ok, port);
  EXPECT_TRUE(t.send({.target = "/x"}).is_success());
}

TEST(ServiceClient, NamesAreLookedUp) {
  scripted_server server{ok};
  client_test t{to("http://localhost:" + std::to_string(server.port()))};
  EXPECT_TRUE(t.send({.target = "/x"}).is_success());
}

TEST(ServiceClient, WithoutBreakerNothingIsCountedNorRejected) {
  std::promise<void> go;
  auto const gone = go.get_future().share();
  scripted_server server{[gone](scripted_exchange& e) {
    gone.wait();
    e.answer(500);
  }};
  auto settings = to(server.url());
  settings.pool = 1;
  settings.use_breaker = false;
  settings.breaker.volume_threshold = 1;
  client_test t{settings};
  std::vector<std::optional<call_answer>> answers(30);
  for (auto& each : answers) t.start({.target = "/x"}, each);
  t.context.restart();
  t.context.poll();
  EXPECT_EQ(t.client->counts().in_flight, 30U);
  go.set_value();
  for (auto& each : answers) t.run_until(each);
  EXPECT_EQ(t.client->state(), breaker_state::closed);
}

TEST(ServiceClient, CancellationFreesThePlaceAndDoesNotCount) {
  scripted_server server{[](scripted_exchange& e) { e.wait_until_peer_closes(); }};
  client_test t{to(server.url())};
  asio::cancellation_signal stop;
  bool ended = false;
  auto on_end = [&ended](std::exception_ptr, call_answer const&) { ended = true; };
  asio::co_spawn(t.context, t.client->send({.target = "/x"}), asio::bind_cancellation_slot(stop.slot(), on_end));
  t.context.poll();
  EXPECT_EQ(t.client->counts().in_flight, 1U);
  stop.emit(asio::cancellation_type::terminal);
  while (!ended && t.context.run_one() > 0) {
  }
  EXPECT_TRUE(ended);
  EXPECT_EQ(t.client->counts().in_flight, 0U);
  EXPECT_EQ(t.client->breaker().in_window(clock_seam::now() + 1s).total, 0U);
}

TEST(ServiceClient, ABadBaseUrlOrTargetIsSaid) {
  asio::io_context context;
  EXPECT_THROW((void)service_client::make(context.get_executor(), to("ftp://x")), std::invalid_argument);
  client_test t{to("http://127.0.0.1:1")};
  auto const answer = t.send({.target = "no path"});
  EXPECT_EQ(answer.result, call_result::failed);
  EXPECT_FALSE(answer.is_ambiguous());
}

}  // namespace
}  // namespace holdfast::kit
