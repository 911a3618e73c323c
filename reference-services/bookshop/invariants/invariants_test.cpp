// A small history that holds, and each way in which it may not.
#include "bookshop/invariants/invariants.hpp"

#include <gtest/gtest.h>

namespace holdfast::bookshop {
namespace {

order_row order_of(std::int64_t id, std::string const& buyer, std::int64_t qty) {
  order_row o;
  o.id = id;
  o.book_id = 1;
  o.qty = qty;
  o.buyer = buyer;
  o.title = "NoMadLand";
  o.address = "Seoul";
  o.status = "Shipped";
  return o;
}

page_row page_for(order_row const& o, std::string const& review) {
  page_row p;
  p.id = o.id;
  p.book_id = o.book_id;
  p.order_id = o.id;
  p.qty = o.qty;
  p.title = o.title;
  p.address = o.address;
  p.status = o.status;
  p.review = review;
  return p;
}

/// Ten books; kim's order of 2 is shipped and reviewed, lee's of 3 was cancelled, park's of 50 refused.
struct Invariants : testing::Test {
  Invariants() {
    auto const kim = order_of(1, "kim", 2);
    auto const lee = order_of(2, "lee", 3);
    auto const park = order_of(0, "park", 50);
    rows.books = {{.id = 1, .book_id = 1, .stock = 8}};
    rows.orders = {kim};
    rows.deliveries = {{.id = 1, .order_id = 1, .status = "Shipped", .address = "Seoul"},
                       {.id = 2, .order_id = 2, .status = "Cancelled", .address = "Seoul"}};
    rows.reviews = {{.id = 1, .order_id = 1, .contents = "good"}, {.id = 2, .order_id = 1, .contents = "better"}};
    rows.pages = {page_for(kim, "better"), page_for(lee, "")};
    rows.pages[1].status = "Cancelled";
    rows.events = {{.event_id = "a", .type = "Registered", .id = 1, .order_id = 0, .buyer = {}},
                   {.event_id = "b", .type = "Bought", .id = 1, .order_id = 1, .buyer = "kim"},
                   {.event_id = "c", .type = "Shipped", .id = 1, .order_id = 1, .buyer = {}},
                   {.event_id = "c", .type = "Shipped", .id = 1, .order_id = 1, .buyer = {}},
                   {.event_id = "d", .type = "Wrote", .id = 1, .order_id = 1, .buyer = {}},
                   {.event_id = "e", .type = "Wrote", .id = 2, .order_id = 1, .buyer = {}},
                   {.event_id = "f", .type = "Bought", .id = 2, .order_id = 2, .buyer = "lee"},
                   {.event_id = "g", .type = "Shipped", .id = 2, .order_id = 2, .buyer = {}},
                   {.event_id = "h", .type = "Canceled", .id = 2, .order_id = 2, .buyer = "lee"}};
    rows.machinery = {{.service = "order"}};
    account.registered = {{1, 10}};
    account.orders = {{.end = request_end::acknowledged, .sent = kim},
                      {.end = request_end::acknowledged, .sent = lee},
                      {.end = request_end::refused, .sent = park, .lacked_stock = true, .stock_then = 8}};
    account.cancels = {{.order_id = 2, .end = request_end::acknowledged}, {.order_id = 2, .end = request_end::refused}};
    account.reviews = {{.end = request_end::acknowledged, .order_id = 1, .contents = "good"},
                       {.end = request_end::acknowledged, .order_id = 1, .contents = "better"}};
    account.statuses = {{1, "Bought"}, {2, "Bought"}, {1, "Shipped"}};
    account.stocks = {10, 8, 5, 0};
    account.replica_answers = {{"/orders/1", {"x", "x"}}};
    account.calls_while_open = {1, 1};
    account.accepted_without_consumers = {5, 5};
  }
  std::vector<violation> found() const { return violations(rows, account); }
  void expect(std::string const& invariant) const {
    EXPECT_TRUE(is_violated(found(), invariant)) << "found only:\n" << told(found());
  }
  system_rows rows;
  client_account account;
};

TEST_F(Invariants, HoldInAHistoryWithoutFault) { EXPECT_EQ(told(found()), ""); }

TEST_F(Invariants, AllowWhatIsAmbiguousEitherWay) {
  account.orders.push_back({.end = request_end::ambiguous, .sent = order_of(0, "choi", 1)});
  EXPECT_EQ(told(found()), "") << "it did not happen";
  auto const choi = order_of(3, "choi", 1);
  rows.orders.push_back(choi);
  rows.books[0].stock = 7;
  rows.deliveries.push_back({.id = 3, .order_id = 3, .status = "Shipped", .address = "Seoul"});
  rows.pages.push_back(page_for(choi, ""));
  rows.events.push_back({.event_id = "i", .type = "Bought", .id = 3, .order_id = 3, .buyer = "choi"});
  rows.events.push_back({.event_id = "j", .type = "Shipped", .id = 3, .order_id = 3, .buyer = {}});
  EXPECT_EQ(told(found()), "") << "it did";
}

TEST_F(Invariants, AllowACancelOfUnknownEndEitherWay) {
  account.cancels = {{.order_id = 2, .end = request_end::ambiguous}};
  EXPECT_EQ(told(found()), "");
}

TEST_F(Invariants, I1_AnAcknowledgedOrderIsGoneOrChanged) {
  account.orders.push_back({.end = request_end::acknowledged, .sent = order_of(9, "choi", 1)});
  expect("I-1");
  expect("K-3");
}

TEST_F(Invariants, I1_AnAcknowledgedOrderIsNotWhatWasSent) {
  account.orders[0].sent.address = "Busan";
  expect("I-1");
}

TEST_F(Invariants, I1_AnAcknowledgedReviewIsGone) {
  rows.reviews.pop_back();
  expect("I-1");
}

TEST_F(Invariants, I2_OneRequestMadeTwoOrders) {
  rows.orders.push_back(order_of(3, "kim", 2));
  expect("I-2");
  expect("K-3");
}

TEST_F(Invariants, I2_TwoClientsWereGivenOneId) {
  account.orders.push_back({.end = request_end::acknowledged, .sent = order_of(1, "choi", 2)});
  expect("I-2");
}

TEST_F(Invariants, I3_ARefusedOrderLeftARow) {
  rows.orders.push_back(order_of(3, "park", 50));
  expect("I-3");
}

TEST_F(Invariants, I3_ARefusedOrderLeftAnEvent) {
  rows.events.push_back({.event_id = "z", .type = "Bought", .id = 3, .order_id = 3, .buyer = "park"});
  expect("I-3");
  expect("I-5");
}

TEST_F(Invariants, I4_AStatusWentBackBeforeOurEyes) {
  account.statuses.push_back({1, "Bought"});
  expect("I-4");
  expect("K-5");
}

TEST_F(Invariants, I4_AnOrderHasAStatusThatThereIsNot) {
  for (auto const& status : {std::optional<std::string>{"Lost"}, std::optional<std::string>{}}) {
    rows.orders[0].status = status;
    expect("I-4");
  }
}

TEST_F(Invariants, I4_AnOrderIsForNothing) {
  rows.orders[0].qty = 0;
  expect("I-4");
}

TEST_F(Invariants, I5_AChangeHasNoEventOrTwo) {
  auto const all = rows.events;
  std::erase_if(rows.events, [](event_row const& e) { return e.event_id == "b"; });
  expect("I-5");
  rows.events = all;
  rows.events.push_back({.event_id = "z", .type = "Bought", .id = 1, .order_id = 1, .buyer = "kim"});
  expect("I-5");
}

TEST_F(Invariants, I5_ADeliveryThatIsNotThereShippedSomething) {
  rows.events.push_back({.event_id = "z", .type = "Shipped", .id = 77, .order_id = 2, .buyer = {}});
  expect("I-5");
}

TEST_F(Invariants, I7_K7_APageIsMissingDoubleOrWrong) {
  auto const all = rows.pages;
  for (auto const& spoil : std::vector<std::function<void(std::vector<page_row>&)>>{
           [](auto& p) { p.erase(p.begin()); }, [](auto& p) { p.push_back(p[0]); }, [](auto& p) { p[0].qty = 3; },
           [](auto& p) { p[0].title = "?"; }, [](auto& p) { p[0].status = "Bought"; },
           [](auto& p) { p[0].review = "good"; }, [](auto& p) { p[1].status = "Shipped"; },
           [](auto& p) { p[1].order_id = 5; }}) {
    rows.pages = all;
    spoil(rows.pages);
    expect("I-7");
    expect("K-7");
  }
}

TEST_F(Invariants, I8_AnOrderMadeAStormOfEvents) {
  for (int i = 0; i < 9; ++i) {
    rows.events.push_back(
        {.event_id = "s" + std::to_string(i), .type = "Shipped", .id = 1, .order_id = 1, .buyer = {}});
  }
  expect("I-8");
}

TEST_F(Invariants, I9_SomethingIsStillUnderWayOrWasSkipped) {
  for (auto const& row :
       {machinery_row{.service = "book", .lag = 1}, machinery_row{.service = "book", .outbox = 1},
        machinery_row{.service = "book", .aborts = 1}, machinery_row{.service = "book", .dead_letters = 1},
        machinery_row{.service = "book", .skipped = 1}, machinery_row{.service = "book", .lag = -1}}) {
    rows.machinery = {row};
    expect("I-9");
  }
}

TEST_F(Invariants, I10_ReplicasDisagree) {
  account.replica_answers["/orders/1"] = {"x", "y"};
  expect("I-10");
}

TEST_F(Invariants, I11_CallsPassedTheOpenBreaker) {
  account.calls_while_open = {2, 1};
  expect("I-11");
}

TEST_F(Invariants, I12_AConsumerOutageWasFelt) {
  account.accepted_without_consumers = {5, 4};
  expect("I-12");
}

TEST_F(Invariants, K1_StockWasLostOrWon) {
  for (auto const stock : {7, 9}) {
    rows.books[0].stock = stock;
    expect("K-1");
  }
  rows.books.clear();
  expect("K-1");
}

TEST_F(Invariants, K1_OfRowsWithOneBookIdTheOldestIsSold) {
  rows.books.push_back({.id = 2, .book_id = 1, .stock = 99});
  EXPECT_EQ(told(found()), "");
}

TEST_F(Invariants, K2_MoreWasSoldThanThereWas) {
  account.stocks.push_back(-1);
  expect("K-2");
  account.stocks.clear();
  rows.books[0].stock = -1;
  expect("K-2");
}

TEST_F(Invariants, K4_AnOrderHasNoDeliveryOrTwoOrACancelledOne) {
  auto const all = rows.deliveries;
  rows.deliveries.erase(rows.deliveries.begin());
  expect("K-4");
  rows.deliveries = all;
  rows.deliveries.push_back(all[0]);
  expect("K-4");
  rows.deliveries = all;
  rows.deliveries[0].status = "Cancelled";
  expect("K-4");
}

TEST_F(Invariants, K4_ACancelledOrderIsDelivered) {
  rows.deliveries[1].status = "Shipped";
  expect("K-4");
}

TEST_F(Invariants, K5_OrderAndDeliveryDisagree) {
  rows.deliveries[0].status = "ShipStarted";
  expect("K-5");
  rows.orders[0].status = "Bought";
  rows.deliveries[0].status = "Shipped";
  expect("K-5");
}

TEST_F(Invariants, K6_AnOrderWasCancelledTwice) {
  account.cancels.push_back({.order_id = 2, .end = request_end::acknowledged});
  expect("K-6");
}

TEST_F(Invariants, K8_ThereWasEnough) {
  account.orders[2].stock_then = 50;
  expect("K-8");
  account.orders[2].stock_then = 49;
  EXPECT_FALSE(is_violated(found(), "K-8"));
  account.orders[2].stock_then = std::nullopt;
  account.registered[1] = 100;
  rows.books[0].stock = 98;
  expect("K-8");
}

TEST_F(Invariants, K8_ARefusalInOtherWordsIsOneForLackOfStockWhenNothingElseWasWrong) {
  auto& park = account.orders[2];
  park.lacked_stock = false;
  for (auto const end : {request_end::refused, request_end::ambiguous}) {
    park.end = end;
    park.stock_then = 49;
    EXPECT_FALSE(is_violated(found(), "K-8"));
    park.stock_then = 50;
    expect("K-8");
  }
}

TEST(RequestEnd, IsKnownByItsStatus) {
  for (auto const status : {200, 201, 204}) EXPECT_EQ(end_of(status), request_end::acknowledged) << status;
  for (auto const status : {never_sent, 400, 404, 409, 503}) EXPECT_EQ(end_of(status), request_end::refused) << status;
  for (auto const status : {0, 500, 502, 504}) EXPECT_EQ(end_of(status), request_end::ambiguous) << status;
}

}  // namespace
}  // namespace holdfast::bookshop
