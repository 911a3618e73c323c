#include <array>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load/load_run.hpp"
#include "load/request_text.hpp"
#include "load/simple_script.hpp"
#include "load/text_template.hpp"
#include "net/connection_probe.hpp"
#include "target/server.hpp"

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

/// Keeps what an observer is told.
class memory final : public run_observer {
 public:
  void on_start(time_point, wall_time) override { ++starts; }
  void on_interval(interval_record const& record) override {
    ledger.merge(record.ledger);
    for (auto const& failure : record.failures) failures.push_back(failure);
  }
  int starts = 0;
  request_ledger ledger;
  std::vector<failure_record> failures;
};

struct finished_run {
  load_result result;
  memory seen;
};

std::unique_ptr<target::server> start_target(target::server_options options = {}) {
  auto started = target::server::start(std::move(options));
  EXPECT_TRUE(started.has_value());
  return std::move(*started);
}

class a_load {
 public:
  explicit a_load(net::origin to) {
    settings.origins = {std::move(to)};
    settings.arrivals = closed_loop_plan{.users = 2, .requests = 20};
    settings.limits.drain = 500ms;
  }
  explicit a_load(target::server const& of) : a_load{net::origin{.host = "127.0.0.1", .port = of.port()}} {}

  a_load& path(std::string_view target) {
    target_ = target;
    return *this;
  }
  a_load& method(std::string_view name) {
    method_ = name;
    return *this;
  }
  a_load& closing() {
    closing_ = true;
    return *this;
  }
  a_load& following(std::uint32_t redirects) {
    redirects_ = redirects;
    return *this;
  }

  finished_run run() {
    request_outline const outline{.method = std::string{method_},
                                  .target = text_template::literal(std::string{target_}),
                                  .host = net::host_header(settings.origins.front()),
                                  .connection = closing_ ? connection_use::close : connection_use::keep_alive};
    auto const request = std::make_shared<simple_request>(simple_request{.bytes = plain_request(outline),
                                                                         .to = settings.origins.front(),
                                                                         .is_head = method_ == "HEAD",
                                                                         .close_after = closing_,
                                                                         .redirects = redirects_});
    auto const ready = check_before_run(settings, target_probe::skip);
    EXPECT_TRUE(ready.has_value());
    finished_run done;
    done.result = run_load(settings, *ready, make_simple_scripts(request), done.seen);
    EXPECT_EQ(conservation(done.result.total.ledger), std::vector<broken_equation>{});
    EXPECT_EQ(done.seen.ledger, done.result.total.ledger);
    return done;
  }

  load_settings settings;

 private:
  std::string_view target_ = "/";
  std::string_view method_ = "GET";
  std::uint32_t redirects_ = 0;
  bool closing_ = false;
};

TEST(LoadRun, AClosedLoopSendsItsBudgetExactlyAndTheTargetAgrees) {
  auto const target = start_target();
  for (auto const threads : {1U, 2U}) {
    SCOPED_TRACE(threads);
    auto const before = target->truth().requests();
    a_load load{*target};
    load.settings.threads = threads;
    load.settings.arrivals = closed_loop_plan{.users = 7, .requests = 1001};
    auto const done = load.run();
    EXPECT_EQ(done.result.total.ledger.ok(), 1001U);
    EXPECT_EQ(done.result.total.ledger.scheduled, 1001U);
    EXPECT_EQ(target->truth().requests() - before, 1001U);
    EXPECT_EQ(done.result.total.statuses.of(200), 1001U);
    EXPECT_EQ(done.result.total.connections_opened, 7U);
    EXPECT_EQ(done.result.total.body_bytes, 1001U * 1024U);
    EXPECT_EQ(done.seen.starts, 1);
    EXPECT_EQ(done.result.total.requests.front().response.count(), 1001U);
  }
}

TEST(LoadRun, PipelinedUsersShareConnectionsAndLoseNothing) {
  auto const target = start_target();
  for (auto const threads : {1U, 2U}) {
    SCOPED_TRACE(threads);
    auto const before = target->truth().requests();
    a_load load{*target};
    load.settings.threads = threads;
    load.settings.pipeline = 4;
    load.settings.arrivals = closed_loop_plan{.users = 16, .requests = 1001};
    auto const done = load.run();
    EXPECT_EQ(done.result.total.ledger.ok(), 1001U);
    EXPECT_EQ(target->truth().requests() - before, 1001U);
    EXPECT_EQ(done.result.total.connections_opened, 4U);
    EXPECT_EQ(done.result.total.body_bytes, 1001U * 1024U);
  }
}

TEST(LoadRun, PipelinesUnderTlsAndOverRedirects) {
  target::server_options options;
  options.tls.emplace();
  auto const target = start_target(std::move(options));
  a_load load{net::origin{.scheme = net::url_scheme::https, .host = "127.0.0.1", .port = target->port()}};
  load.settings.tls.verify = net::peer_verification::off;
  load.settings.pipeline = 2;
  auto const done = load.path("/redirect/2").following(5).run();
  EXPECT_EQ(done.result.total.ledger.ok(), 20U);
  EXPECT_EQ(done.result.total.connections_opened, 1U);
}

TEST(LoadRun, IterationsAreCountedForEachUser) {
  auto const target = start_target();
  a_load load{*target};
  load.settings.arrivals = closed_loop_plan{.users = 3, .iterations_per_user = 5};
  EXPECT_EQ(load.run().result.total.ledger.ok(), 15U);
}

TEST(LoadRun, UsersThatComeInOverTimeCountFromTheirOwnStart) {
  auto const target = start_target();
  a_load load{*target};
  load.settings.arrivals = closed_loop_plan{.users = 4, .ramp = 100ms, .iterations_per_user = 1};
  auto const done = load.run();
  EXPECT_EQ(done.result.total.ledger.ok(), 4U);
  EXPECT_GE(done.result.total_length, 75ms);
  // Nothing can have waited longer than the run has lasted.
  EXPECT_LE(done.result.total.requests.front().response.observed().max(), done.result.total_length);
  EXPECT_LE(done.result.total.slip.max(), done.result.total_length);
}

TEST(LoadRun, AConnectionForEachRequestWhenAskedFor) {
  auto const target = start_target();
  a_load load{*target};
  auto const done = load.closing().run();
  EXPECT_EQ(done.result.total.ledger.ok(), 20U);
  EXPECT_EQ(done.result.total.connections_opened, 20U);
  EXPECT_EQ(target->truth().accepted(), 20U);
}

TEST(LoadRun, AnOpenLoopSendsEveryArrivalOfItsSchedule) {
  auto const target = start_target();
  for (auto const threads : {1U, 2U}) {
    SCOPED_TRACE(threads);
    a_load load{*target};
    load.settings.threads = threads;
    load.settings.arrivals =
        open_loop{.schedule = arrival_schedule::constant(request_rate::per_second(2000), 300ms), .users = 200};
    auto const done = load.run();
    EXPECT_EQ(done.result.total.ledger.scheduled, 600U);
    EXPECT_EQ(done.result.total.ledger.ok() + done.result.total.ledger.dropped, 600U);
    EXPECT_EQ(done.result.load_length, 300ms);
  }
}

TEST(LoadRun, ArrivalsBeyondUsersAndQueueAreDroppedAndCounted) {
  auto const target = start_target();
  a_load load{*target};
  load.path("/silence");
  load.settings.arrivals = open_loop{
      .schedule = arrival_schedule::constant(request_rate::per_second(1000), 100ms), .users = 3, .queue_length = 5};
  load.settings.limits.drain = 50ms;
  auto const ledger = load.run().result.total.ledger;
  EXPECT_EQ(ledger.scheduled, 100U);
  EXPECT_EQ(ledger.started, 3U);
  EXPECT_EQ(ledger.unfinished(), 3U);
  EXPECT_EQ(ledger.dropped, 97U);
  EXPECT_EQ(ledger.queued, 5U);
  EXPECT_EQ(ledger.longest_queue, 5U);
}

TEST(LoadRun, AShardWithoutAConnectionDropsNothing) {
  auto const target = start_target();
  a_load load{*target};
  load.settings.threads = 4;
  load.settings.arrivals =
      open_loop{.schedule = arrival_schedule::constant(request_rate::per_second(100), 200ms), .users = 1};
  load.settings.limits.drain = 5s;
  auto const ledger = load.run().result.total.ledger;
  EXPECT_EQ(ledger.scheduled, 20U);
  EXPECT_EQ(ledger.ok(), 20U);
}

/// Reads a part of each request, refuses it and closes, as servers do with a body that is too large.
class hasty_server {
 public:
  hasty_server() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = static_cast<sockaddr*>(static_cast<void*>(&address));
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~hasty_server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  hasty_server(hasty_server const&) = delete;
  hasty_server& operator=(hasty_server const&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  void serve() const {
    for (;;) {
      auto const peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      std::array<char, 1000> part{};
      constexpr std::string_view refusal = "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n";
      if (::recv(peer, part.data(), part.size(), 0) > 0) {
        EXPECT_EQ(::send(peer, refusal.data(), refusal.size(), MSG_NOSIGNAL), std::ssize(refusal));
      }
      ::close(peer);
    }
  }
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST(LoadRun, AConnectionOnWhichSendingFailedIsNotUsedAgain) {
  hasty_server const server;
  a_load load{net::origin{.host = "127.0.0.1", .port = server.port()}};
  std::string const long_target(4'000'000, 'x');  // far more than the kernel takes at once
  auto const path = "/" + long_target;
  load.path(path);
  load.settings.limits.response = 3s;
  auto const ledger = load.run().result.total.ledger;
  // What the peer's reset overtakes is lost; but nobody waits for an answer on a connection that is gone.
  EXPECT_EQ(ledger.ended_as(outcome::response_timeout), 0U);
  EXPECT_EQ(ledger.ended_as(outcome::http_4xx) + ledger.ended_as(outcome::reset), 20U);
}

TEST(LoadRun, WaitingForAUserCountsInTheResponseTimeAndNotInTheServiceTime) {
  auto const target = start_target();
  a_load load{*target};
  load.path("/delay/20ms");
  load.settings.arrivals =
      open_loop{.schedule = arrival_schedule::constant(request_rate::per_second(1000), 10ms), .users = 1};
  load.settings.limits.drain = 5s;
  auto const done = load.run();
  auto const& total = done.result.total;
  ASSERT_EQ(total.ledger.ok(), 10U);
  EXPECT_EQ(total.ledger.queued, 9U);
  // One user needs at least 20 ms for each of ten requests; the last arrival comes after 9 ms.
  EXPECT_GE(total.requests.front().response.quantile(1)->value, 190ms);
  EXPECT_GE(total.ledger.late, 9U);
  EXPECT_GE(total.queue.max(), 170ms);
  EXPECT_LT(total.requests.front().service.quantile(0.5)->value, total.requests.front().response.quantile(0.5)->value);
}

struct outcome_case {
  char const* claim;
  char const* path;
  outcome expected;
};

class EveryOutcome : public testing::TestWithParam<outcome_case> {};

TEST_P(EveryOutcome, IsCountedAndKept) {
  auto const target = start_target();
  a_load load{*target};
  load.path(GetParam().path);
  load.settings.arrivals = closed_loop_plan{.users = 2, .requests = 4};
  // Where the limit is not the point, it must not cut a slow machine's answer off.
  load.settings.limits.response =
      GetParam().expected == outcome::response_timeout ? nanoseconds{100ms} : nanoseconds{30s};
  auto const done = load.run();
  auto const& ledger = done.result.total.ledger;
  EXPECT_EQ(ledger.ended_as(GetParam().expected), 4U);
  EXPECT_EQ(ledger.completed(), 4U);
  EXPECT_EQ(done.seen.failures.size(), is_ok(GetParam().expected) ? 0U : 4U);
  for (auto const& failure : done.seen.failures) {
    EXPECT_EQ(failure.reason, GetParam().expected);
    EXPECT_NE(failure.peer, "");
    EXPECT_GE(failure.ended, failure.started);
  }
}

/// Whatever ends a shared connection: every request ends exactly once, the one it happened to by its own name.
TEST_P(EveryOutcome, IsCountedOnceInAPipelineToo) {
  auto const target = start_target();
  a_load load{*target};
  load.path(GetParam().path);
  load.settings.pipeline = 4;
  load.settings.arrivals = closed_loop_plan{.users = 4, .requests = 12};
  load.settings.limits.response =
      GetParam().expected == outcome::response_timeout ? nanoseconds{100ms} : nanoseconds{30s};
  auto const done = load.run();
  auto const& ledger = done.result.total.ledger;
  EXPECT_EQ(ledger.completed(), 12U);
  // A server that closes with requests unread resets the connection, and what it said may be lost with that.
  auto const by_name = ledger.ended_as(GetParam().expected);
  auto other_ends = ledger.ended_as(outcome::reset) + ledger.ended_as(outcome::closed_early);
  if (GetParam().expected == outcome::reset || GetParam().expected == outcome::closed_early) other_ends -= by_name;
  EXPECT_GE(by_name + ledger.ended_as(outcome::reset), 3U);
  EXPECT_EQ(by_name + other_ends, 12U);
}

INSTANTIATE_TEST_SUITE_P(LoadRun, EveryOutcome,
                         testing::Values(outcome_case{"an ordinary answer", "/", outcome::ok},
                                         outcome_case{"chunked", "/bytes/70000?chunked=1", outcome::ok},
                                         outcome_case{"a large body of known length", "/bytes/3000000", outcome::ok},
                                         outcome_case{"a body that lasts until close", "/close-delimited", outcome::ok},
                                         outcome_case{"204", "/no-content", outcome::ok},
                                         outcome_case{"304", "/not-modified", outcome::ok},
                                         outcome_case{"1xx before the answer", "/early-hints", outcome::ok},
                                         outcome_case{"bytes one by one", "/byte-by-byte", outcome::response_timeout},
                                         outcome_case{"not found", "/status/404", outcome::http_4xx},
                                         outcome_case{"server error", "/status/500", outcome::http_5xx},
                                         outcome_case{"reset", "/reset", outcome::reset},
                                         outcome_case{"truncated body", "/truncated", outcome::closed_early},
                                         outcome_case{"silence", "/silence", outcome::response_timeout},
                                         outcome_case{"slow header", "/slow-header", outcome::response_timeout},
                                         outcome_case{"garbage", "/garbage", outcome::malformed_answer},
                                         outcome_case{"huge header", "/huge-header", outcome::malformed_answer},
                                         outcome_case{"endless header", "/endless-header", outcome::malformed_answer},
                                         outcome_case{"header bomb", "/header-bomb", outcome::malformed_answer},
                                         outcome_case{"nul bytes", "/nul-bytes", outcome::malformed_answer},
                                         outcome_case{"endless chunks", "/endless-chunks", outcome::response_timeout},
                                         outcome_case{"10 GB announced", "/huge-length", outcome::response_timeout}),
                         [](auto const& row) {
                           std::string name;
                           for (char const* c = row.param.claim; *c != 0; ++c)
                             name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
                           return name;
                         });

TEST(LoadRun, ATimeoutEntersTheDistributionAsAtLeastItsLimit) {
  auto const target = start_target();
  a_load load{*target};
  load.path("/silence");
  load.settings.arrivals = closed_loop_plan{.users = 1, .requests = 2};
  load.settings.limits.response = 50ms;
  auto const done = load.run();
  auto const median = done.result.total.requests.front().service.quantile(0.5);
  ASSERT_TRUE(median.has_value());
  EXPECT_TRUE(median->at_least);
  EXPECT_GE(median->value, 50ms);
}

TEST(LoadRun, WhatIsInFlightAtTheEndIsUnfinished) {
  auto const target = start_target();
  a_load load{*target};
  load.path("/silence");
  load.settings.arrivals = closed_loop_plan{.users = 4, .duration = 50ms};
  load.settings.limits.drain = 30ms;
  auto const done = load.run();
  EXPECT_EQ(done.result.total.ledger.unfinished(), 4U);
  EXPECT_EQ(done.result.total.ledger.started, 4U);
  EXPECT_EQ(done.result.total.requests.front().response.censored().count(), 4U);
}

/// User 0 waits for an answer that never comes, user 1 sleeps for an hour, user 2 ends the run.
class ending_script final : public user_script {
 public:
  ending_script(std::uint64_t number, std::atomic<bool>& ends) : number_{number}, ends_{ends} {}
  next_move next(time_point) override {
    if (number_ == 0) return attempt{.bytes = "GET /silence HTTP/1.1\r\nHost: a\r\n\r\n"};
    if (number_ == 1) return pause{1h};
    ends_ = true;
    return retired{};
  }
  judgement on_answer(answer const&, attempt_times const&) override { return {}; }
  void on_failure(outcome, std::string_view, attempt_times const&) override {}

 private:
  std::uint64_t number_;
  std::atomic<bool>& ends_;
};

TEST(LoadRun, AScriptCanEndTheRunUnderSleepersAndRequestsInFlight) {
  auto const target = start_target();
  for (auto const threads : {1U, 3U}) {
    std::atomic<bool> ends = false;
    a_load load{*target};
    load.settings.arrivals = closed_loop_plan{.users = 3};
    load.settings.limits.response = load.settings.limits.connect = 10min;
    load.settings.limits.drain = 0ns;
    load.settings.threads = threads;
    load.settings.ends_early = &ends;
    auto const ready = check_before_run(load.settings, target_probe::skip);
    ASSERT_TRUE(ready.has_value());
    memory seen;
    auto const result = run_load(
        load.settings, *ready,
        [&](shard_context const&, std::uint64_t user) { return std::make_unique<ending_script>(user, ends); }, seen);
    EXPECT_EQ(result.total.ledger.unfinished(), result.total.ledger.started);
    EXPECT_FALSE(result.was_interrupted);
  }
}

TEST(LoadRun, ARefusedConnectionIsAFailureOfItsOwnClass) {
  auto port = std::uint16_t{0};
  {
    auto const gone = start_target();
    port = gone->port();
  }
  a_load load{net::origin{.host = "127.0.0.1", .port = port}};
  auto const done = load.run();
  EXPECT_EQ(done.result.total.ledger.ended_as(outcome::connect_refused), 20U);
  ASSERT_FALSE(done.seen.failures.empty());
  EXPECT_EQ(done.seen.failures.front().detail, "Connection refused");
  EXPECT_EQ(done.seen.failures.front().peer, "127.0.0.1:" + std::to_string(port));
}

TEST(LoadRun, AllAddressesAreTried) {
  auto const target = start_target();
  a_load load{net::origin{.host = "127.0.0.1", .port = target->port()}};
  auto ready = *check_before_run(load.settings, target_probe::connect);
  auto const refused = net::resolve({.host = "127.0.0.2", .port = 1});
  ready.addresses.front().insert(ready.addresses.front().begin(), refused->front());
  auto const request = std::make_shared<simple_request>(
      simple_request{.bytes = "GET / HTTP/1.1\r\nHost: x\r\n\r\n", .to = load.settings.origins.front()});
  memory seen;
  auto const result = run_load(load.settings, ready, make_simple_scripts(request), seen);
  EXPECT_EQ(result.total.ledger.ok(), 20U);
}

TEST(LoadRun, AnUnannouncedCloseBetweenRequestsIsNoLoss) {
  target::server_options options;
  options.close_after = 3;
  auto const target = start_target(std::move(options));
  a_load load{*target};
  load.settings.arrivals = closed_loop_plan{.users = 1, .think = constant_think{5ms}, .requests = 12};
  auto const done = load.run();
  EXPECT_EQ(done.result.total.ledger.ok(), 12U);
  EXPECT_EQ(done.result.total.connections_opened, 4U);
}

TEST(LoadRun, HeadAndRedirectsAreUnderstood) {
  auto const target = start_target();
  EXPECT_EQ(a_load{*target}.method("HEAD").path("/bytes/5000").run().result.total.ledger.ok(), 20U);
  auto const followed = a_load{*target}.path("/redirect/3").following(5).run();
  EXPECT_EQ(followed.result.total.ledger.ok(), 20U);
  EXPECT_EQ(followed.result.total.attempts, 80U);
  EXPECT_EQ(followed.result.total.statuses.of(200), 20U);
}

TEST(LoadRun, UnixSocketsAndIpv6AreTargetsLikeAnyOther) {
  auto const path = testing::TempDir() + "holdfast_load_run_test.sock";
  target::server_options options;
  options.listen = {target::listen_address{.host = "::1"}, target::listen_address{.unix_path = path}};
  auto const target = start_target(std::move(options));
  EXPECT_EQ(a_load(net::origin{.host = "::1", .port = target->port()}).run().result.total.ledger.ok(), 20U);
  EXPECT_EQ(a_load(net::origin{.host = "app", .unix_path = path}).run().result.total.ledger.ok(), 20U);
}

TEST(LoadRun, TlsVerifiesUnlessToldOtherwise) {
  target::server_options options;
  options.tls = target::tls_settings{};
  auto const target = start_target(std::move(options));
  net::origin const to{.scheme = net::url_scheme::https, .host = "127.0.0.1", .port = target->port()};
  a_load verified{to};
  EXPECT_FALSE(check_before_run(verified.settings, target_probe::connect).has_value());
  EXPECT_EQ(verified.run().result.total.ledger.ended_as(outcome::tls_failed), 20U);
  a_load insecure{to};
  insecure.settings.tls.verify = net::peer_verification::off;
  EXPECT_EQ(insecure.path("/bytes/200000").run().result.total.ledger.ok(), 20U);
  EXPECT_EQ(insecure.closing().run().result.total.ledger.ok(), 20U);
}

TEST(LoadRun, WhatCannotWorkIsSaidBeforeTheRunAllAtOnce) {
  load_settings settings;
  settings.origins = {{.host = "no-such-host.invalid", .port = 80}, {.host = "127.0.0.1", .port = 1}};
  settings.arrivals = closed_loop_plan{.users = 1, .requests = 1};
  auto const ready = check_before_run(settings, target_probe::connect);
  ASSERT_FALSE(ready.has_value());
  ASSERT_EQ(ready.error().size(), 2U);
  EXPECT_NE(to_string(ready.error()[0]).find("no-such-host.invalid"), std::string::npos);
  EXPECT_NE(to_string(ready.error()[1]).find("Connection refused"), std::string::npos);
}

TEST(LoadRun, LittlesLawHoldsOfItsOwnFigures) {
  auto const target = start_target();
  a_load load{*target};
  load.path("/delay/5ms");
  load.settings.arrivals = closed_loop_plan{.users = 10, .requests = 400};
  auto const done = load.run();
  auto const& total = done.result.total;
  auto const by_times = total.requests.front().service.observed().sum().count() / 1e9;
  EXPECT_NEAR(total.request_seconds, by_times, 0.05 * by_times);
}

}  // namespace
}  // namespace holdfast::load
