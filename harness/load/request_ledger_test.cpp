#include "load/request_ledger.hpp"

#include <string>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

/// One request of each outcome and three dropped.
request_ledger balanced() {
  request_ledger ledger{.scheduled = outcome_count + 3, .dropped = 3, .started = outcome_count};
  for (std::size_t i = 0; i < outcome_count; ++i) ledger.record_end(static_cast<outcome>(i));
  return ledger;
}

TEST(RequestLedger, EveryOutcomeIsOkFailedOrUnfinished) {
  auto const ledger = balanced();
  EXPECT_EQ(ledger.ok(), 2U);
  EXPECT_EQ(ledger.unfinished(), 1U);
  EXPECT_EQ(ledger.failed(), outcome_count - 3);
  EXPECT_EQ(ledger.completed(), outcome_count - 1);
}

TEST(RequestLedger, ConservationHoldsForABalancedOneAndAnEmptyOne) {
  EXPECT_TRUE(conservation(balanced()).empty());
  EXPECT_TRUE(conservation(request_ledger{}).empty());
}

struct imbalance_case {
  char const* claim;
  void (*spoil)(request_ledger&);
  std::vector<broken_equation> broken;
};

TEST(RequestLedger, ConservationNamesTheEquationAndBothSides) {
  constexpr std::string_view arrivals = "scheduled = started + dropped";
  constexpr std::string_view ends = "started = ok + failed + unfinished";
  for (auto const& c : {
           imbalance_case{"a scheduled request vanished", [](auto& l) { ++l.scheduled; }, {{arrivals, 19, 18}}},
           imbalance_case{"a drop was counted twice", [](auto& l) { ++l.dropped; }, {{arrivals, 18, 19}}},
           imbalance_case{"a request ended twice", [](auto& l) { l.record_end(outcome::reset); }, {{ends, 15, 16}}},
           imbalance_case{
               "a started request never ended", [](auto& l) { ++l.scheduled, ++l.started; }, {{ends, 16, 15}}},
           imbalance_case{"one was started that nobody asked for",
                          [](auto& l) { ++l.started; },
                          {{arrivals, 18, 19}, {ends, 16, 15}}},
       }) {
    SCOPED_TRACE(c.claim);
    auto ledger = balanced();
    c.spoil(ledger);
    EXPECT_EQ(conservation(ledger), c.broken);
  }
}

TEST(RequestLedger, MergingAddsCountsAndKeepsTheLongestQueue) {
  auto one = balanced();
  one.late = 2;
  one.queued = 5;
  one.longest_queue = 4;
  auto sum = one;
  sum.merge(one);
  sum.merge(request_ledger{.longest_queue = 9});
  EXPECT_EQ(sum.scheduled, 2 * one.scheduled);
  EXPECT_EQ(sum.dropped, 6U);
  EXPECT_EQ(sum.ended_as(outcome::reset), 2U);
  EXPECT_EQ(sum.late, 4U);
  EXPECT_EQ(sum.queued, 10U);
  EXPECT_EQ(sum.longest_queue, 9U);
  EXPECT_TRUE(conservation(sum).empty());
}

}  // namespace
}  // namespace holdfast::load
