#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/attribution_test_support.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using namespace example;
using testing::HasSubstr;

TEST(Attribution, Overload) {
  auto limited = through_gateway(10s, 10001ms, "refused_fast", 503);
  limited.instance = "o-1";
  expect_causes({
      {"a limiter's status",
       through_gateway(10s, 10001ms, "http_4xx", 429),
       {},
       failure_cause::overload,
       "a limit refused with status 429 after 1.00 ms"},
      {"a refusal while no breaker was open", limited, {}, failure_cause::overload, "o-1 refused with status 503"},
      {"no descriptors",
       through_gateway(10s, 10001ms, "reset"),
       {event(10s, "connection", "gateway", "out of descriptors", {{"start_s", 10.0}, {"end_s", 10.0}})},
       failure_cause::overload,
       "no descriptor was left for a connection to gateway"},
  });
  auto settings = book_shop;
  settings.demand["book"] = step_function{{{0s, 2}, {10s, 4}}};
  settings.supply["book"] = step_function{{{0s, 2}}};
  auto const late = through_gateway(9s, 11s, "response_timeout");
  EXPECT_EQ(cause_of(late, {}, settings).cause, failure_cause::overload);
  EXPECT_EQ(cause_of(late, {}, settings).evidence, "book had 2 of 4 replicas that the load needed");
  EXPECT_EQ(cause_of(through_gateway(8s, 9s, "response_timeout"), {}, settings).cause, failure_cause::client_timeout);
}

TEST(Attribution, BreakerRefusal) {
  auto const open = event(8s, "breaker", "order/book", "open", {{"pod", "o-1"}, {"since_s", 7.9}});
  auto const half_open = event(9s, "breaker", "order/book", "half-open", {{"pod", "o-1"}});
  auto const closed = event(12s, "breaker", "order/book", "closed", {{"pod", "o-1"}});
  expect_causes({
      {"refused while it was open",
       through_gateway(10s, 10002ms, "refused_fast", 503),
       {open, closed},
       failure_cause::breaker_refusal,
       "the breaker order/book of o-1 was open from 7.900 s on"},
      {"others are refused while it is half-open",
       through_gateway(10s, 10002ms, "refused_fast", 503),
       {open, half_open, closed},
       failure_cause::breaker_refusal,
       "order/book"},
      {"a fast error while it was open",
       through_gateway(10s, 10002ms, "http_5xx", 500),
       {open, closed},
       failure_cause::breaker_refusal,
       "order/book"},
      {"a slow error is none of its",
       through_gateway(10s, 11s, "http_5xx", 500),
       {open, closed},
       failure_cause::unexplained,
       ""},
      {"it had closed",
       through_gateway(14s, 14002ms, "refused_fast", 503),
       {open, closed},
       failure_cause::overload,
       ""},
      {"a breaker of a caller beside the path",
       through_gateway(10s, 10002ms, "refused_fast", 503),
       {event(8s, "breaker", "mypage/book", "open")},
       failure_cause::overload,
       ""},
  });
}

TEST(Attribution, DependencyErrorAndClientTimeout) {
  auto direct = failure(10s, 11s, "connect_timeout");
  expect_causes({
      {"a connection to the callee failed",
       through_gateway(10s, 10100ms, "http_5xx", 500),
       {event(10s, "connection", "book", "reset by pod", connection("b-9", 9, 10.05))},
       failure_cause::dependency_error,
       "a connection to book failed: reset by pod"},
      {"a gateway says so",
       through_gateway(10s, 10100ms, "http_5xx", 502),
       {},
       failure_cause::dependency_error,
       "gateway passed on a failure of order or review as 502"},
      {"no answer in time",
       through_gateway(10s, 12s, "response_timeout"),
       {},
       failure_cause::client_timeout,
       "no answer within 2.00 s"},
      {"no connection in time", direct, {}, failure_cause::client_timeout, "no connection within 1.00 s"},
  });
}

TEST(Attribution, AQuietRunNamesNoCause) {
  for (auto const* const outcome : {"http_5xx", "http_4xx", "check_failed", "reset", "closed_early", "slow",
                                    "malformed_answer", "connect_refused", "resolve_failed"}) {
    SCOPED_TRACE(outcome);
    auto request = through_gateway(10s, 10500ms, outcome, std::string_view{outcome} == "http_5xx" ? 500 : 0);
    auto const found = cause_of(request);
    EXPECT_EQ(found.cause, failure_cause::unexplained);
    EXPECT_EQ(found.evidence, "");
    EXPECT_EQ(found.action, "");
  }
  platform_history const nothing{{}};
  EXPECT_EQ((attributor{nothing, {}}.cause_of(failure(1s, 2s)).cause), failure_cause::unexplained);
}

TEST(Attribution, TheFirstCauseOfTheTableWins) {
  std::vector<timeline_event> events{event(10s, "pod", "b-1", "exited"),
                                     event(9900ms, "connection", "book", "reset by pod", connection("b-1", 5, 9.9)),
                                     event(8s, "breaker", "order/book", "open")};
  auto const request = through_gateway(9880ms, 9900ms, "http_5xx", 502);
  EXPECT_EQ(cause_of(request, events).cause, failure_cause::pod_died);
  events.push_back(slow_book(5s, "wanted"));
  EXPECT_EQ(cause_of(request, events).cause, failure_cause::injected_fault);
}

TEST(Attribution, NamesTheActionBeforeIt) {
  std::vector<timeline_event> const events{event(4s, "action", "warm", "begin"),
                                           event(8s, "action", "kill-book", "begin"),
                                           event(10s, "pod", "b-1", "exited"), event(11s, "action", "later", "begin")};
  EXPECT_EQ(cause_of(through_gateway(9900ms, 10s, "reset"), events).action, "kill-book");
}

TEST(Attribution, AClientPortDecidesBetweenConnections) {
  auto other = connection("b-1", 9, 10);
  auto own = connection("o-1", 9, 10.2);
  own["client_port"] = 41'000;
  std::vector<timeline_event> const events{event(10s, "connection", "gateway", "reset by pod", other),
                                           event(10s, "connection", "gateway", "reset by pod", own),
                                           event(10s, "pod", "o-1", "exited")};
  auto request = through_gateway(9900ms, 10s, "reset");
  request.client_port = 41'000;
  EXPECT_THAT(cause_of(request, events).evidence, HasSubstr("o-1 ended"));
}

TEST(Attribution, WithoutKnownCallsEveryServiceIsOnThePath) {
  auto const died = event(10s, "pod", "b-1", "exited");
  EXPECT_EQ(cause_of(failure(9900ms, 10s, "reset"), {died}, {}).cause, failure_cause::pod_died);
}

TEST(Attribution, WhatTheCallerDidTellsNothingOfAPod) {
  auto const by_client = event(10s, "connection", "gateway", "reset by client", connection("g-1", 9, 10));
  EXPECT_EQ(cause_of(through_gateway(9s, 10s, "response_timeout"), {by_client, event(10s, "pod", "g-1", "terminating")})
                .cause,
            failure_cause::client_timeout);
}

TEST(AttributionSummary, CountsCausesAndTheUnexplained) {
  std::vector<attribution> all(99, attribution{.cause = failure_cause::pod_died, .evidence = "", .action = ""});
  all.push_back({});
  auto const summary = counts_of(all);
  EXPECT_EQ(summary.of(failure_cause::pod_died), 99U);
  EXPECT_EQ(summary.total(), 100U);
  EXPECT_DOUBLE_EQ(*summary.unexplained_share(), 0.01);
  EXPECT_FALSE(counts_of({}).unexplained_share());
}

TEST(AttributionSummary, NamesAreThoseOfTheMetrics) {
  for (std::size_t i = 0; i < cause_count; ++i) {
    auto key = std::string{name_of(static_cast<failure_cause>(i))};
    std::ranges::replace(key, ' ', '-');
    EXPECT_EQ(key, key_of(static_cast<failure_cause>(i)));
  }
  EXPECT_TRUE(is_conspicuously_slow(1001ms, 100ms));
  EXPECT_FALSE(is_conspicuously_slow(1s, 100ms));
}

}  // namespace
}  // namespace holdfast::analysis
