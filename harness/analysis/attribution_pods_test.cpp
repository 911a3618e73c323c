#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/attribution.hpp"
#include "analysis/attribution_test_support.hpp"

namespace holdfast::analysis {
namespace {

using namespace std::chrono_literals;
using namespace example;

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

}  // namespace
}  // namespace holdfast::analysis
