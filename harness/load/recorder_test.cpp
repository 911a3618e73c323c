#include "load/recorder.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

TEST(Recorder, ResponseTimeCountsFromTheIntendedStartAndServiceTimeFromTheActualOne) {
  recorder records{0, 1, 1ms, start};
  request_times const times{.intended = start + 10ms, .started = start + 15ms};
  records.scheduled();
  records.request_started(times, times.started);
  records.request_answered(0, times, start + 35ms, outcome::ok, 200);
  auto const record = records.swap(start + 1s, 300ms, std::make_unique<interval_record>());
  EXPECT_EQ(record->requests[0].response.observed().max(), 25ms);
  EXPECT_EQ(record->requests[0].service.observed().max(), 20ms);
  EXPECT_EQ(record->queue.max(), 5ms);
  EXPECT_EQ(record->slip.max(), 5ms);
  EXPECT_EQ(record->ledger.late, 1U);
  EXPECT_EQ(record->ledger.ok(), 1U);
  EXPECT_EQ(record->statuses.of(200), 1U);
  EXPECT_EQ(record->cpu, 300ms);
  EXPECT_TRUE(conservation(record->ledger).empty());
}

TEST(Recorder, TheQueueHoldsThoseThatDidNotWaitToo) {
  recorder records{0, 1, 1ms, start};
  for (auto const wait : {0ms, 0ms, 8ms}) {
    request_times const times{.intended = start, .started = start + wait};
    records.request_started(times, times.started);
    records.request_answered(0, times, start + 10ms, outcome::ok, 200);
  }
  auto const record = records.swap(start + 1s, 0ns, std::make_unique<interval_record>());
  EXPECT_EQ(record->queue.count(), 3U);
  EXPECT_LT(*record->queue.value_at_quantile(0.5), 10us);
  EXPECT_EQ(record->queue.max(), 8ms);
}

TEST(Recorder, ASlipOfTheSlackItselfIsNotLate) {
  recorder records{0, 1, 1ms, start};
  records.request_started({.intended = start, .started = start + 1ms}, start + 1ms);
  EXPECT_EQ(records.swap(start + 1s, 0ns, std::make_unique<interval_record>())->ledger.late, 0U);
}

TEST(Recorder, LimitsOfTimeEnterAsAtLeastAndOtherFailuresNotAtAll) {
  recorder records{0, 1, 1ms, start};
  request_times const times{.intended = start, .started = start};
  for (auto const reason : {outcome::response_timeout, outcome::cancelled_at_end, outcome::reset}) {
    records.request_started(times, start);
    records.request_failed(0, times, start + 2s, reason);
  }
  auto const record = records.swap(start + 3s, 0ns, std::make_unique<interval_record>());
  EXPECT_EQ(record->requests[0].response.censored().count(), 2U);
  EXPECT_EQ(record->requests[0].response.observed().count(), 0U);
  EXPECT_EQ(record->ledger.ended_as(outcome::reset), 1U);
  EXPECT_EQ(record->ledger.unfinished(), 1U);
}

TEST(Recorder, TheIntegralOfRequestsInFlightGoesOnOverIntervals) {
  recorder records{0, 1, 1ms, start};
  request_times const times{.intended = start, .started = start};
  records.request_started(times, start);
  records.request_started(times, start + 1s);
  auto const first = records.swap(start + 2s, 5ms, std::make_unique<interval_record>());
  EXPECT_DOUBLE_EQ(first->request_seconds, 1 * 1.0 + 2 * 1.0);
  EXPECT_EQ(first->in_flight, 2U);
  records.request_answered(0, times, start + 3s, outcome::ok, 200);
  auto const second = records.swap(start + 4s, 9ms, std::make_unique<interval_record>());
  EXPECT_DOUBLE_EQ(second->request_seconds, 2 * 1.0 + 1 * 1.0);
  EXPECT_EQ(second->in_flight, 1U);
  EXPECT_EQ(second->cpu, 4ms);
  EXPECT_EQ(second->began, start + 2s);
  EXPECT_EQ(second->ended, start + 4s);
}

TEST(IntervalRecord, MergingIsAdditionAndAResetRecordIsEmpty) {
  recorder records{3, 2, 1ms, start};
  request_times const times{.intended = start, .started = start};
  records.request_started(times, start);
  records.request_answered(1, times, start + 5ms, outcome::http_5xx, 503);
  records.keep_failure(1, times, start + 5ms, outcome::http_5xx, 503, {.user = 7, .connection = 9, .peer = "p"});
  records.traffic(100, 80, 60);
  records.own_limit_hit();
  auto const record = records.swap(start + 1s, 0ns, std::make_unique<interval_record>());
  ASSERT_EQ(record->failures.size(), 1U);
  EXPECT_EQ(record->failures[0].shard, 3U);
  EXPECT_EQ(record->failures[0].user, 7U);

  interval_record sum;
  sum.merge(*record);
  sum.merge(*record);
  EXPECT_EQ(sum.requests[1].outcomes[static_cast<std::size_t>(outcome::http_5xx)], 2U);
  EXPECT_EQ(sum.statuses.of(503), 2U);
  EXPECT_EQ(sum.bytes_received, 200U);
  EXPECT_EQ(sum.body_bytes, 160U);
  EXPECT_EQ(sum.bytes_sent, 120U);
  EXPECT_EQ(sum.own_limit_hits, 2U);
  EXPECT_EQ(sum.failures.size(), 2U);
  EXPECT_EQ(sum.began, start);

  sum.reset();
  EXPECT_EQ(sum.ledger, request_ledger{});
  EXPECT_EQ(sum.requests.size(), 2U);
  EXPECT_TRUE(sum.requests[1].response.empty());
  EXPECT_EQ(sum.statuses.of(503), 0U);
  EXPECT_TRUE(sum.failures.empty());
}

}  // namespace
}  // namespace holdfast::load
