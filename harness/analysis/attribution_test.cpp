#include "analysis/attribution.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/test_observations.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using example::event;
using example::failure;
using example::pods;
using testing::HasSubstr;

/// gateway -> order -> book, with the pods g-1, o-1 and b-1, b-2.
attribution_settings const book_shop{
    .paths = {.service_of_address = {{"127.9.0.1:8088", "gateway"}, {"127.9.0.3", "order"}},
              .callees = {{"gateway", {"order", "review"}}, {"order", {"book"}}}}};

std::vector<timeline_event> started_system() {
  return {event(1s, "pod", "b-1", "started", {{"owner", "book"}}),
          event(2s, "pod", "b-1", "ready"),
          event(2s, "endpoints", "book", "changed", {{"ready", pods({"b-1"})}}),
          event(2s, "endpoints", "order", "changed", {{"ready", pods({"o-1"})}}),
          event(2s, "endpoints", "review", "changed", {{"ready", pods({"r-1"})}}),
          event(2s, "endpoints", "gateway", "changed", {{"ready", pods({"g-1"})}})};
}

nlohmann::ordered_json connection(char const* pod, double start, double end) {
  return {{"pod", pod}, {"client_port", 40'000}, {"start_s", start}, {"end_s", end}};
}

failed_request through_gateway(nanoseconds start, nanoseconds end, std::string outcome, std::uint16_t status = 0) {
  auto request = failure(start, end, std::move(outcome));
  request.status = status;
  request.peer = "127.9.0.1:8088";
  return request;
}

attribution cause_of(failed_request const& request, std::vector<timeline_event> const& more = {},
                     attribution_settings const& settings = book_shop) {
  auto events = started_system();
  events.insert(events.end(), more.begin(), more.end());
  platform_history const history{events};
  return attributor{history, settings}.cause_of(request);
}

struct cause_case {
  char const* claim;
  failed_request request;
  std::vector<timeline_event> events;
  failure_cause cause;
  char const* evidence;
};

void expect_causes(std::vector<cause_case> const& cases) {
  for (auto const& c : cases) {
    SCOPED_TRACE(c.claim);
    auto const found = cause_of(c.request, c.events);
    EXPECT_EQ(name_of(found.cause), name_of(c.cause));
    EXPECT_THAT(found.evidence, HasSubstr(c.evidence));
  }
}

timeline_event slow_book(nanoseconds at, char const* what, char const* service = "book") {
  return event(at, "fault", "slow-book", what, {{"service", service}, {"kind", "latency"}});
}

TEST(Attribution, InjectedFault) {
  auto on_connection = connection("b-1", 9, 10);
  on_connection["fault"] = "cut";
  auto const request = through_gateway(9s, 10s, "http_5xx", 504);
  expect_causes({
      {"it acts on a callee during the request",
       request,
       {slow_book(8s, "wanted"), slow_book(12s, "removed")},
       failure_cause::injected_fault,
       "slow-book (latency on book) acted from 8.000 s to 12.000 s"},
      {"it acts until the end",
       request,
       {slow_book(9500ms, "confirmed")},
       failure_cause::injected_fault,
       "from 9.500 s"},
      {"it ended the connection",
       request,
       {event(10s, "connection", "book", "by fault", on_connection)},
       failure_cause::injected_fault,
       "cut ended the connection to book at 10.000 s"},
      {"it was gone before",
       request,
       {slow_book(3s, "wanted"), slow_book(8s, "removed")},
       failure_cause::dependency_error,
       ""},
      {"it came afterwards", request, {slow_book(11s, "wanted")}, failure_cause::dependency_error, ""},
      {"it was refused",
       request,
       {slow_book(8s, "wanted"), slow_book(8s, "refused")},
       failure_cause::dependency_error,
       ""},
      {"it acts on a service beside the path",
       request,
       {slow_book(8s, "wanted", "mypage")},
       failure_cause::dependency_error,
       ""},
  });
}

TEST(Attribution, PodDied) {
  auto const died = event(10s, "pod", "b-1", "exited", {{"exit_code", 137}});
  auto const reset = event(9980ms, "connection", "book", "reset by pod", connection("b-1", 5, 9.98));
  auto const passed_on = through_gateway(9900ms, 10s, "http_5xx", 502);
  expect_causes({
      {"while the request was on its connection",
       passed_on,
       {died, reset},
       failure_cause::pod_died,
       "b-1 ended at 10.000 s while a connection to book was open; reset by pod"},
      {"without a record of the connection the time tells",
       passed_on,
       {died},
       failure_cause::pod_died,
       "b-1 ended at 10.000 s, during the request"},
      {"a death long before is not it",
       through_gateway(20s, 21s, "http_5xx", 500),
       {died},
       failure_cause::unexplained,
       ""},
      {"nor that of a pod beside the path",
       passed_on,
       {event(3s, "endpoints", "mypage", "changed", {{"ready", pods({"m-1"})}}), event(10s, "pod", "m-1", "exited")},
       failure_cause::dependency_error,
       ""},
  });
}

TEST(Attribution, StaleEndpoint) {
  auto const died = event(10s, "pod", "b-1", "exited");
  auto const refused = event(11s, "connection", "book", "refused", connection("b-1", 10.8, 10.8));
  auto const request = through_gateway(10790ms, 10810ms, "http_5xx", 502);
  expect_causes({
      {"refused by a pod that had died, with the gap",
       request,
       {died, refused},
       failure_cause::stale_endpoint,
       "b-1 was chosen for book 800 ms after it had ended, as it was still an endpoint"},
      {"the endpoints had changed but the proxy did not know",
       request,
       {died, refused, event(10500ms, "endpoints", "book", "changed")},
       failure_cause::stale_endpoint,
       "had not reached the proxy"},
      {"refused by a pod that had got its deletion",
       request,
       {event(10300ms, "pod", "b-1", "terminating"), refused},
       failure_cause::stale_endpoint,
       "500 ms after it had got its deletion"},
      {"the end became known after the refusal",
       request,
       {event(11s, "pod", "b-1", "exited"), refused},
       failure_cause::stale_endpoint,
       "b-1 was chosen"},
  });
}

TEST(Attribution, TerminatingPod) {
  auto const deleted = event(10s, "pod", "b-1", "terminating");
  auto const reset = event(10600ms, "connection", "book", "reset by pod", connection("b-1", 5, 10.6));
  auto const exited = event(10610ms, "pod", "b-1", "exited");
  auto by_pod = through_gateway(10500ms, 10600ms, "http_5xx", 503);
  by_pod.instance = "b-1";
  auto direct = failure(10500ms, 10600ms, "closed_early");
  direct.peer = "127.9.0.3:8080";
  expect_causes({
      {"its connection was reset after its deletion",
       through_gateway(10500ms, 10600ms, "http_5xx", 502),
       {deleted, reset, exited},
       failure_cause::terminating_pod,
       "b-1 had got its deletion at 10.000 s; reset by pod at 10.600 s"},
      {"it answered that it ends", by_pod, {deleted}, failure_cause::terminating_pod, "and answered"},
      {"an idle connection was closed under a request",
       direct,
       {event(10s, "pod", "o-1", "terminating")},
       failure_cause::terminating_pod,
       "o-1 had got its deletion"},
      {"not when it was gone long before",
       direct,
       {event(3s, "pod", "o-1", "terminating"), event(4s, "pod", "o-1", "exited")},
       failure_cause::unexplained,
       ""},
  });
}

TEST(Attribution, NotReady) {
  auto early = through_gateway(10s, 10100ms, "http_5xx", 500);
  early.instance = "b-2";
  expect_causes({
      {"refused right after its start",
       through_gateway(10s, 10100ms, "http_5xx", 502),
       {event(9700ms, "pod", "b-2", "started"),
        event(10050ms, "connection", "book", "refused", connection("b-2", 10.05, 10.05))},
       failure_cause::not_ready,
       "b-2 was chosen for book 350 ms after its start, and refused"},
      {"also after a restart",
       through_gateway(10s, 10100ms, "http_5xx", 502),
       {event(8s, "pod", "b-1", "exited"), event(9900ms, "pod", "b-1", "restarted"),
        event(10050ms, "connection", "book", "refused", connection("b-1", 10.05, 10.05))},
       failure_cause::not_ready,
       "150 ms after its start"},
      {"an answer before it was ready",
       early,
       {event(9700ms, "pod", "b-2", "started")},
       failure_cause::not_ready,
       "b-2 answered before it was ready"},
  });
}

TEST(Attribution, NoEndpoint) {
  auto const none = event(9s, "endpoints", "book", "changed", {{"not_ready", pods({"b-1"})}});
  auto const back = event(12s, "endpoints", "book", "changed", {{"ready", pods({"b-1"})}});
  expect_causes({
      {"the Service had none",
       through_gateway(10s, 10100ms, "http_5xx", 503),
       {none, back},
       failure_cause::no_endpoint,
       "book had no endpoint from 9.000 s on"},
      {"the last one went while connecting",
       through_gateway(10s, 10100ms, "http_5xx", 502),
       {event(10s, "connection", "book", "no endpoint", {{"start_s", 10.0}, {"end_s", 10.05}})},
       failure_cause::no_endpoint,
       "book had no endpoint at 10.050 s"},
      {"the gateway itself had none",
       through_gateway(10s, 10s, "connect_refused"),
       {event(9s, "endpoints", "gateway", "changed")},
       failure_cause::no_endpoint,
       "gateway had no endpoint"},
      {"it had one again",
       through_gateway(13s, 13100ms, "http_5xx", 500),
       {none, back},
       failure_cause::unexplained,
       ""},
      {"pods that terminate still serve",
       through_gateway(10s, 10100ms, "http_5xx", 500),
       {event(9s, "endpoints", "book", "changed", {{"terminating", pods({"b-1"})}})},
       failure_cause::unexplained,
       ""},
  });
}

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
