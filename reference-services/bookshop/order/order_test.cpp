#include "bookshop/order/order.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "bookshop/stock_call.hpp"

namespace holdfast::bookshop {
namespace {

order good_order() {
  order o;
  o.id = 7;
  o.book_id = 1;
  o.buyer = "kim";
  o.title = "NoMadLand";
  o.qty = 2;
  o.address = "Seoul";
  o.status = "Bought";
  return o;
}

kit::call_answer answered(unsigned status, std::string body = {}) {
  kit::call_answer answer;
  answer.result = kit::call_result::answered;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

TEST(Order, NeedsABookAndAtLeastOneOfIt) {
  EXPECT_FALSE(problem_of(good_order()));
  for (auto const qty : {0, -1, std::numeric_limits<std::int32_t>::min()}) {
    auto o = good_order();
    o.qty = qty;
    EXPECT_EQ(problem_of(o), "qty must be at least 1") << qty;
  }
  auto o = good_order();
  o.qty.reset();
  EXPECT_EQ(problem_of(o), "qty is missing");
  o.book_id.reset();
  EXPECT_EQ(problem_of(o), "bookId is missing");
}

TEST(Order, MayLackWhatOnlyPeopleRead) {
  order o;
  o.book_id = 1;
  o.qty = 1;
  EXPECT_FALSE(problem_of(o));
}

TEST(Order, IsNotLookedAtInTheOriginal) {
  order o;
  o.qty = -5;
  EXPECT_FALSE(problem_of(o, {.book_id = false, .quantity = false}));
  EXPECT_EQ(problem_of(o, {.book_id = false, .quantity = true}), "qty must be at least 1");
  EXPECT_EQ(problem_of(o, {.book_id = true, .quantity = false}), "bookId is missing");
}

struct outcome_case {
  char const* claim;
  kit::call_answer answer;
  stock_outcome expected;
};

TEST(Order, KnowsWhatBecameOfTheStock) {
  kit::call_answer timed_out;
  timed_out.result = kit::call_result::timed_out;
  kit::call_answer refused;
  refused.result = kit::call_result::refused_by_breaker;
  for (auto const& c : {outcome_case{"200 is taken", answered(stock_call::taken_status), stock_outcome::taken},
                        {"409 is refused", answered(stock_call::refused_status), stock_outcome::refused},
                        {"a void key took nothing", answered(stock_call::void_status), stock_outcome::unavailable},
                        {"500 says nothing", answered(500), stock_outcome::unavailable},
                        {"503 took nothing", answered(503), stock_outcome::unavailable},
                        {"so does a redirection", answered(302), stock_outcome::unavailable},
                        {"no answer", timed_out, stock_outcome::unavailable},
                        {"open breaker", refused, stock_outcome::unavailable}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(outcome_of(c.answer), c.expected);
  }
}

TEST(Order, ReadsTheAnswersOfTheOriginalsCall) {
  EXPECT_EQ(outcome_of_original(answered(200, "true")), stock_outcome::taken);
  EXPECT_EQ(outcome_of_original(answered(200, "false")), stock_outcome::refused);
  EXPECT_EQ(outcome_of_original(answered(200, "")), stock_outcome::unavailable);
  EXPECT_EQ(outcome_of_original(answered(500, "true")), stock_outcome::unavailable);
}

TEST(Order, StaysShippedOnceItIs) {
  EXPECT_TRUE(becomes_shipped("Bought"));
  EXPECT_TRUE(becomes_shipped(std::nullopt));
  EXPECT_FALSE(becomes_shipped("Shipped"));
}

TEST(Order, OnlyOneWithALaterIdMayComeYet) {
  EXPECT_TRUE(may_come_yet(1, 0));
  EXPECT_TRUE(may_come_yet(8, 7));
  EXPECT_FALSE(may_come_yet(7, 7));
  EXPECT_FALSE(may_come_yet(6, 7)) << "it was cancelled, or refused";
  EXPECT_FALSE(may_come_yet(0, 0));
  EXPECT_FALSE(may_come_yet(-1, 0));
  EXPECT_FALSE(may_come_yet(std::numeric_limits<std::int64_t>::max(), 7)) << "no order ever gets that id";
}

}  // namespace
}  // namespace holdfast::bookshop
