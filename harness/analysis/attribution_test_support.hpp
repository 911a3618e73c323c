#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/attribution.hpp"
#include "analysis/test_observations.hpp"

/// A book shop under attack, for the tests of attribution.
namespace holdfast::analysis::example {

using namespace std::chrono_literals;

/// gateway -> order -> book, with the pods g-1, o-1 and b-1, b-2.
inline attribution_settings const book_shop{
    .paths = {.service_of_address = {{"127.9.0.1:8088", "gateway"}, {"127.9.0.3", "order"}},
              .callees = {{"gateway", {"order", "review"}}, {"order", {"book"}}}}};

inline std::vector<timeline_event> started_system() {
  return {event(1s, "pod", "b-1", "started", {{"owner", "book"}}),
          event(2s, "pod", "b-1", "ready"),
          event(2s, "endpoints", "book", "changed", {{"ready", pods({"b-1"})}}),
          event(2s, "endpoints", "order", "changed", {{"ready", pods({"o-1"})}}),
          event(2s, "endpoints", "review", "changed", {{"ready", pods({"r-1"})}}),
          event(2s, "endpoints", "gateway", "changed", {{"ready", pods({"g-1"})}})};
}

inline nlohmann::ordered_json connection(char const* pod, double start, double end) {
  return {{"pod", pod}, {"client_port", 40'000}, {"start_s", start}, {"end_s", end}};
}

inline failed_request through_gateway(nanoseconds start, nanoseconds end, std::string outcome,
                                      std::uint16_t status = 0) {
  auto request = failure(start, end, std::move(outcome));
  request.status = status;
  request.peer = "127.9.0.1:8088";
  return request;
}

inline attribution cause_of(failed_request const& request, std::vector<timeline_event> const& more = {},
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

inline void expect_causes(std::vector<cause_case> const& cases) {
  for (auto const& c : cases) {
    SCOPED_TRACE(c.claim);
    auto const found = cause_of(c.request, c.events);
    EXPECT_EQ(name_of(found.cause), name_of(c.cause));
    EXPECT_THAT(found.evidence, testing::HasSubstr(c.evidence));
  }
}

inline timeline_event slow_book(nanoseconds at, char const* what, char const* service = "book") {
  return event(at, "fault", "slow-book", what, {{"service", service}, {"kind", "latency"}});
}

}  // namespace holdfast::analysis::example
