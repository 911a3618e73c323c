// What the shop does when a part of it is down, slow, or dies: the experiments E-BS-1 to 5 and 10, and crashes.
#include <thread>

#include <gtest/gtest.h>

#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"

namespace holdfast::bookshop {
namespace {

using kit::eventually;

constexpr std::int64_t book = 1;

TEST(Experiment, E_BS_1_ABookIsRegisteredAndListed) {
  bookshop_system shop;
  shop.start("book");
  auto const answer = shop.ask(
      "book", {.method = "POST",
               .target = "/books",
               .body = R"({"title":"NoMadLand","author":"nana","publisher":"cnn","stock":"10","bookId":"1"})"});
  EXPECT_EQ(answer.status, 201);
  auto const listed = shop.document("book", "/books")["_embedded"]["books"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["title"], "NoMadLand");
  EXPECT_EQ(listed[0]["stock"], 10);
}

TEST(Experiment, E_BS_2_MyPageShowsTheOrderAndThenItsReview) {
  bookshop_system shop;
  shop.start_all();
  shop.client.register_book(book, 10);
  auto const id = shop.client.buy(book, 1);
  EXPECT_TRUE(eventually([&] { return page_in(shop, id).is_object(); }));
  EXPECT_EQ(page_in(shop, id)["review"], "");
  shop.client.review(id, "moving");
  EXPECT_TRUE(eventually([&] { return page_in(shop, id)["review"] == "moving"; }));
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Experiment, E_BS_3_WithoutBookNothingIsOrderedAndItsReturnIsEnough) {
  bookshop_system shop;
  shop.start_all();
  shop.client.register_book(book, 10);
  shop.end("book");
  auto const refused = shop.client.place(book, 1);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "5");
  EXPECT_EQ(shop.document("order", "/orders")["page"]["totalElements"], 0);
  shop.start("book");
  EXPECT_EQ(shop.client.place(book, 1).status, 201);
  EXPECT_EQ(stock_in(shop, book), 9) << "it still knows its stock";
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Experiment, E_BS_4_TheGatewayAnswersLikeTheServicesBehindIt) {
  bookshop_system shop;
  shop.start_all();
  shop.start("gateway");
  shop.client.register_book(book, 10);
  auto const placed = shop.ask_gateway(
      {.method = "POST", .target = "/orders", .body = R"({"bookId":1,"qty":1,"buyer":"passing","title":"NoMadLand"})"});
  EXPECT_EQ(placed.status, 201);
  order_row sent{
      .id = id_in(placed.header("location")), .book_id = book, .qty = 1, .buyer = "passing", .title = "NoMadLand"};
  shop.client.account.orders.push_back({.end = request_end::acknowledged, .sent = std::move(sent)});
  EXPECT_EQ(told(violations_of(shop)), "");
  for (auto const& [service, target] :
       std::vector<std::pair<std::string, std::string>>{{"book", "/books"},
                                                        {"book", "/books/1"},
                                                        {"order", "/orders/1"},
                                                        {"order", "/orders?size=1&sort=qty,desc"},
                                                        {"delivery", "/deliveries"},
                                                        {"review", "/reviews"},
                                                        {"mypage", "/mypages"},
                                                        {"order", "/orders/99"},
                                                        {"mypage", "/mypages/search/findByOrderId?orderId=1"}}) {
    auto const direct = shop.get(service, target);
    auto const through = shop.ask_gateway({.method = "GET", .target = target});
    EXPECT_EQ(through.status, direct.status) << target;
    EXPECT_EQ(through.body, direct.body) << target;
    EXPECT_EQ(through.header("content-type"), direct.header("content-type")) << target;
  }
  EXPECT_EQ(shop.ask_gateway({.method = "GET", .target = "/myPages"}).body, shop.get("mypage", "/mypages").body);
}

TEST(Experiment, E_BS_5_WithoutDeliveryOrdersAreAcceptedAndLaterShipped) {
  bookshop_system shop;
  shop.start_all();
  shop.client.register_book(book, 10);
  shop.kill("delivery");
  shop.kill("mypage");
  std::vector<std::int64_t> ids;
  constexpr int orders = 5;
  for (int i = 0; i < orders; ++i) ids.push_back(shop.client.buy(book, 1));
  shop.client.account.accepted_without_consumers = {
      orders, std::count_if(ids.begin(), ids.end(), [](auto id) { return id != 0; })};
  EXPECT_TRUE(has_status(order_in(shop, ids.front()), "Bought"));
  shop.start("delivery");
  for (auto const id : ids) {
    EXPECT_TRUE(eventually([&] { return has_status(order_in(shop, id), "Shipped"); }));
  }
  shop.start("mypage");
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Experiment, E_BS_10_OrdersCarryTheStatusOfTheConfigMap) {
  bookshop_system shop;
  shop.start("book");
  shop.client.register_book(book, 10);
  auto const first_status = [&] {
    auto const answer = shop.client.place(book, 1, {});
    return order_in(shop, id_in(answer.header("location")))["status"];
  };
  shop.variables("order") = {{"STATUS", "Bought"}};
  shop.start("order");
  EXPECT_EQ(first_status(), "Bought");
  shop.variables("order") = {{"STATUS", "Accepted"}};
  EXPECT_EQ(first_status(), "Bought") << "a running process does not notice";
  shop.start("order");
  EXPECT_EQ(first_status(), "Accepted");
  shop.variables("order") = {};
  shop.start("order");
  EXPECT_EQ(first_status(), "Bought") << "unset";
}

struct Crash : testing::Test {
  void open(std::map<std::string, bookshop_system::environment> of_one) {
    shop = std::make_unique<bookshop_system>(bookshop_system::environment{}, std::move(of_one));
    shop->start_all();
    shop->client.register_book(book, 10);
  }
  std::unique_ptr<bookshop_system> shop;
};

TEST_F(Crash, AShipmentUnderWayArrivesAfterItsServiceWasKilled) {
  open({{"delivery", {{"SHIP_DELAY_MS", "1000"}}}});
  auto const id = shop->client.buy(book, 1);
  ASSERT_TRUE(eventually([&] { return has_status(delivery_in(*shop, id), "ShipStarted"); }));
  EXPECT_EQ(shop->client.look_at(id), "Bought");
  shop->kill("delivery");
  shop->start("delivery");
  EXPECT_TRUE(eventually([&] { return has_status(delivery_in(*shop, id), "Shipped"); }));
  EXPECT_TRUE(eventually([&] { return shop->client.look_at(id) == "Shipped"; }));
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Crash, ACancelledShipmentNeverArrives) {
  open({{"delivery", {{"SHIP_DELAY_MS", "300"}}}});
  auto const first = shop->client.buy(book, 1);
  ASSERT_TRUE(eventually([&] { return has_status(delivery_in(*shop, first), "ShipStarted"); }));
  EXPECT_EQ(shop->client.cancel(first).status, 204);
  ASSERT_TRUE(eventually([&] { return has_status(delivery_in(*shop, first), "Cancelled"); }));
  auto const second = shop->client.buy(book, 1);  // whose own arrival shows that the first one's time is over
  EXPECT_TRUE(eventually([&] { return has_status(delivery_in(*shop, second), "Shipped"); }));
  EXPECT_TRUE(has_status(delivery_in(*shop, first), "Cancelled"));
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Crash, AShippedOrderStaysWhenCancelsAreRefused) {
  open({{"order", {{"CANCEL_AFTER_SHIPPED", "refuse"}}}});
  auto const id = shop->client.buy(book, 1);
  ASSERT_TRUE(eventually([&] { return shop->client.look_at(id) == "Shipped"; }));
  EXPECT_EQ(shop->client.cancel(id).status, 409);
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Crash, WhatASlowBookTookComesBack) {
  open({{"book", {{"BOOK_DELAY_MS", "400"}}}, {"order", {{"CB_TIMEOUT_MS", "100"}}}});
  auto const answer = shop->client.place(book, 3);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(shop->document("order", "/orders")["page"]["totalElements"], 0);
  EXPECT_TRUE(becomes_quiescent(*shop));
  EXPECT_TRUE(eventually([&] { return stock_in(*shop, book) == 10; }));
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Crash, RefusalsAnswerWithTheStatusThatIsAskedFor) {
  open({{"order", {{"REFUSAL_STATUS", "500"}, {"SYNC_FAIL_STATUS", "500"}}}});
  auto const refused = shop->client.place(book, 1000);
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(refused.json()["message"], "No Available stock!");
  shop->kill("book");
  EXPECT_EQ(shop->client.place(book, 1).status, 500);
  EXPECT_EQ(shop->document("order", "/orders")["page"]["totalElements"], 0);
  shop->start("book");
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Crash, AnOrderThatDiesWhileItWaitsForBookTakesNothing) {
  open({{"book", {{"BOOK_DELAY_MS", "300"}}}});
  {
    std::jthread const waiting{[&] { shop->client.place(book, 3); }};
    ASSERT_TRUE(eventually([&] { return metric_in(*shop, "order", "holdfast_intents_pending") == 1; }));
    shop->kill("order");
  }
  EXPECT_EQ(shop->client.account.orders.back().end, request_end::ambiguous);
  shop->start("order");
  EXPECT_TRUE(becomes_quiescent(*shop)) << "the intent that was left behind becomes an abort";
  EXPECT_EQ(shop->document("order", "/orders")["page"]["totalElements"], 0);
  EXPECT_EQ(stock_in(*shop, book), 10);
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Crash, ABookThatDiesWhileItIsCalledLosesNothing) {
  open({{"book", {{"BOOK_DELAY_MS", "300"}}}});
  {
    std::jthread const waiting{[&] { shop->client.place(book, 3); }};
    ASSERT_TRUE(eventually([&] { return metric_in(*shop, "order", "holdfast_intents_pending") == 1; }));
    shop->kill("book");
  }
  EXPECT_EQ(shop->client.account.orders.back().end, request_end::refused);
  shop->start("book");
  EXPECT_TRUE(becomes_quiescent(*shop));
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Crash, AnOpenBreakerRefusesAtOnceAndClosesAgain) {
  open({{"order", {{"CB_VOLUME", "5"}, {"CB_WINDOW_MS", "400"}, {"CB_SLEEP_MS", "300"}}}});
  shop->kill("book");
  ASSERT_TRUE(eventually([&] {
    EXPECT_EQ(shop->client.place(book, 1).status, 503);
    return metric_in(*shop, "order", R"(holdfast_client_calls_total{client="book",end="short_circuited"})") > 0;
  }));
  EXPECT_GE(metric_in(*shop, "order", R"(holdfast_breaker_opened_total{client="book"})"), 1);
  shop->start("book");
  EXPECT_TRUE(eventually([&] { return shop->client.place(book, 1).status == 201; }));
  EXPECT_EQ(told(violations_of(*shop)), "");
}

}  // namespace
}  // namespace holdfast::bookshop
