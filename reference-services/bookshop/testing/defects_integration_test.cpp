// Every defect of the originals, switched on, breaks the invariant that its row of reference-systems 10 names, and the
// check says so. The table of switches and tests is in the README beside this file.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"
#include "bookshop/testing/sleeping_member.hpp"
#include "core/clock.hpp"
#include "kit/client/scripted_server.hpp"
#include "kit/testing/topic_probe.hpp"
#include "kit/testing/wall_clock_shift.hpp"

namespace holdfast::bookshop {
namespace {

using kit::eventually;

constexpr std::int64_t book = 1;

struct Defect : testing::Test {
  void open(std::string const& defects, std::map<std::string, bookshop_system::environment> of_one = {},
            bookshop_system::environment for_all = {}) {
    if (!defects.empty()) for_all["DEFECTS"] = defects;
    shop = std::make_unique<bookshop_system>(std::move(for_all), std::move(of_one));
    shop->start_all();
    shop->client.register_book(book, 100);
  }
  void expect(std::initializer_list<char const*> invariants) const {
    auto const found = violations_of(*shop);
    for (auto const* const name : invariants) {
      EXPECT_TRUE(is_violated(found, name)) << name << " holds; found only:\n" << told(found);
    }
  }
  std::unique_ptr<bookshop_system> shop;
};

TEST_F(Defect, G01_RowsInMemoryAreGoneWithTheProcess) {
  open("G-01");
  shop->client.buy(book, 1);
  ASSERT_TRUE(becomes_quiescent(*shop));
  shop->end("order");
  shop->start("order");
  shop->client.buy(book, 1);
  expect({"I-1", "I-2"});
}

TEST_F(Defect, G02_ARefusedOrderIsPublished) {
  open("G-02");
  EXPECT_EQ(shop->client.place(book, 1000).status, 409);
  expect({"I-3", "I-5"});
}

TEST_F(Defect, G03_AnEventIsLostWhenTheLogIsNotThere) {
  open("", {{"order", {{"DEFECTS", "G-03"}}}});  // book would wait for the log before it answers
  sqlite3* log = nullptr;
  ASSERT_EQ(sqlite3_open((shop->events_folder() + "/events.db").c_str(), &log), SQLITE_OK);
  auto const run = [&](char const* sql) { return sqlite3_exec(log, sql, nullptr, nullptr, nullptr); };
  ASSERT_TRUE(eventually([&] { return run("BEGIN IMMEDIATE") == SQLITE_OK; }));
  auto const id = shop->client.buy(book, 1);
  run("ROLLBACK");
  sqlite3_close(log);
  EXPECT_NE(id, 0) << "acknowledged";
  expect({"I-5", "K-4", "K-7"});
}

TEST_F(Defect, G04_ARecordWhoseHandlerFailsIsSkipped) {
  open("G-04,BS-03", {{"order", {{"TIME_SCALE", "0.1"}, {"CB_TIMEOUT_MS", "5000"}, {"HEADER_TIMEOUT_MS", "50000"}}}});
  shop->client.cancel(shop->client.buy(book, 1));
  expect({"I-9"});
}

TEST_F(Defect, G05_NobodyLooksAtWhatIsOrdered) {
  open("G-05,BS-07");  // book looks a second time
  EXPECT_EQ(shop->client.place(book, 0).status, 201);
  expect({"I-4"});
}

TEST_F(Defect, G06_AnIdInTheBodyOverwrites) {
  open("G-06,G-08");  // the fields of an order are read-only otherwise
  auto const id = shop->client.buy(book, 1);
  EXPECT_EQ(id_in(shop->client.place(book, 2, {{"id", id}}).header("location")), id);
  expect({"I-2"});
}

/// The first four digits of what the events of an order tell as their time, on the last day of 2020.
std::string year_told_at_its_end(std::string const& defects) {
  kit::temporary_folder const folder;
  kit::wall_clock_shift clock{folder.path("shift")};
  constexpr std::chrono::sys_days last_day = std::chrono::year{2020} / 12 / 31;
  clock.set(
      std::chrono::duration_cast<std::chrono::seconds>(last_day + std::chrono::hours{12} - clock_seam::wall_now()));
  auto variables = clock.variables();
  variables["DEFECTS"] = defects;
  bookshop_system shop{std::move(variables)};
  shop.start_all();
  shop.client.register_book(book, 100);
  shop.client.buy(book, 1);
  EXPECT_EQ(told(violations_of(shop)), "");
  kit::topic_probe const log{shop.events_folder(), "bookshop"};
  std::string year;
  for (auto const& envelope : log.events()) {
    auto const told = envelope.at("timestamp").get<std::string>().substr(0, 4);
    EXPECT_TRUE(year.empty() || year == told) << envelope;
    year = told;
  }
  return year;
}

TEST(DefectOfTime, G07_EventsOfTheLastDaysAreTheNextYears) {  // breaks no invariant
  EXPECT_EQ(year_told_at_its_end("G-07"), "2021");
  EXPECT_EQ(year_told_at_its_end(""), "2020");
}

TEST_F(Defect, G08_AnybodyChangesAnyStatus) {
  open("G-08");
  auto const id = shop->client.buy(book, 1);
  ASSERT_TRUE(eventually([&] { return shop->client.look_at(id) == "Shipped"; }));
  shop->ask("order", {.method = "PATCH", .target = "/orders/" + std::to_string(id), .body = R"({"status":"Bought"})"});
  shop->client.look_at(id);
  expect({"I-4"});
}

TEST_F(Defect, BS01_WhatASlowBookTookIsLost) {
  open("BS-01", {{"book", {{"BOOK_DELAY_MS", "400"}}}, {"order", {{"CB_TIMEOUT_MS", "100"}}}});
  EXPECT_EQ(shop->client.place(book, 3).status, 503);
  EXPECT_TRUE(eventually([&] { return stock_in(*shop, book) == 97; }));
  expect({"K-1"});
}

TEST_F(Defect, BS02_MyPageDoesNotHearOfCancels) {
  open("BS-02");
  shop->client.cancel(shop->client.buy(book, 1));
  expect({"K-7"});
}

TEST_F(Defect, BS03_TheDeliveryOfACancelledOrderGoesOn) {
  open("BS-03");
  shop->client.cancel(shop->client.buy(book, 1));
  expect({"K-4", "I-5"});
}

TEST_F(Defect, BS04_ASecondRowOfABookStopsItsSale) {
  open("BS-04");
  EXPECT_EQ(shop->client.place(book, 1).status, 201);
  ASSERT_NE(shop->client.register_book(book, 50), 0);
  EXPECT_EQ(shop->client.place(book, 1).status, 503);
  shop->client.account.orders.back().stock_then = 99;
  expect({"K-8"});
}

TEST_F(Defect, BS05_ShippedIsToldWhenTheDeliveryBegins) {
  open("BS-05");
  auto const id = shop->client.buy(book, 1);
  ASSERT_TRUE(eventually([&] { return has_status(order_in(*shop, id), "Shipped"); }));
  EXPECT_TRUE(has_status(delivery_in(*shop, id), "ShipStarted"));
  expect({"K-5"});
}

TEST_F(Defect, BS06_CustomersAtOnceBuyMoreThanThereIs) {
  // Each writes what it read less its own, so that the stock never shows what was sold twice.
  open("BS-06", {{"book", {{"BOOK_DELAY_MS", "100"}}}, {"order", {{"CB_TIMEOUT_MS", "5000"}}}});
  constexpr std::int64_t scarce = 2;
  shop->client.register_book(scarce, 5);
  std::vector<shopper> all;
  for (int i = 0; i < 8; ++i) all.emplace_back(shop->address(), "rush " + std::to_string(i));
  {
    std::vector<std::jthread> threads;
    for (auto& one : all) threads.emplace_back([&one] { one.buy(scarce, 1); });
  }
  for (auto& one : all) merge(shop->client.account, std::move(one.account));
  expect({"K-1"});
}

TEST_F(Defect, BS07_LessThanNothingIsBought) {
  open("BS-07");
  EXPECT_EQ(shop->client.place(book, -3).status, 201);
  EXPECT_EQ(stock_in(*shop, book), 103);
  expect({"K-1", "I-4"});
}

TEST_F(Defect, BS08_AMisspeltFieldOpensTheBreaker) {
  open("BS-08", {{"order", {{"CB_VOLUME", "5"}, {"CB_WINDOW_MS", "400"}}}});
  EXPECT_TRUE(eventually([&] {
    shop->client.place(book, 1, {{"bookId", nullptr}, {"boookId", 1}});
    return metric_in(*shop, "order", R"(holdfast_breaker_opened_total{client="book"})") > 0;
  }));
  EXPECT_EQ(shop->client.place(book, 1).status, 503) << "a good order suffers";
}

/// Stands before book and loses answers that book gave.
class losing_proxy {
 public:
  explicit losing_proxy(std::string address) : address_{std::move(address)} {}
  std::string url() const { return server_.url(); }
  void lose_next_answer() { loses_ = true; }
  int lost() const { return lost_; }

 private:
  void serve(kit::scripted_exchange& exchange) {
    kit::probe_connection book_itself{local_port("book"), address_};
    book_itself.send(exchange.head + exchange.body);
    auto const answer = book_itself.receive();
    if (exchange.request > 0 && loses_.exchange(false)) {  // on a kept connection, as if that had just been given up
      ++lost_;
      return exchange.close();
    }
    exchange.answer(static_cast<unsigned>(answer.status), answer.body);
  }
  std::string address_;
  std::atomic<bool> loses_ = false;
  std::atomic<int> lost_ = 0;
  kit::scripted_server server_{[this](kit::scripted_exchange& exchange) { serve(exchange); }};
};

/// Two orders, of which the second one's stock call is answered, but the answer is lost on the way.
void order_with_a_lost_answer(bookshop_system& shop) {
  losing_proxy proxy{shop.address()};
  shop.variables("order")["BOOK_URL"] = proxy.url();
  shop.end("order");
  shop.start("order");
  EXPECT_NE(shop.client.buy(book, 1), 0) << "after this there is a kept connection";
  proxy.lose_next_answer();
  EXPECT_NE(shop.client.buy(book, 1), 0) << "this call goes out twice";
  EXPECT_EQ(proxy.lost(), 1);
  shop.end("order");
}

TEST_F(Defect, NoneOfThemAndALostAnswerDoesNoHarm) {
  open("");
  order_with_a_lost_answer(*shop);
  shop->variables("order").erase("BOOK_URL");
  shop->start("order");
  EXPECT_EQ(told(violations_of(*shop)), "");
}

TEST_F(Defect, BS09_AGetThatChangesStockIsRepeated) {
  open("BS-09");
  order_with_a_lost_answer(*shop);
  shop->variables("order").erase("BOOK_URL");
  shop->start("order");
  expect({"K-1"});
}

TEST_F(Defect, BS10_BookIsWhereItWasCompiled) {
  open("BS-10", {{"order", {{"BOOK_URL", "http://127.0.0.1:1"}}}});
  EXPECT_EQ(shop->client.place(book, 1).status, 201) << "BOOK_URL is not looked at";
  shop->variables("order")["DEFECTS"] = "";
  shop->start("order");
  EXPECT_EQ(shop->client.place(book, 1).status, 503);
}

TEST_F(Defect, BS12_OwnNewsThatComeLateSetTheStatusBack) {
  open("BS-12");
  shop->end("order");
  sleeping_member sleeper{shop->events_folder(), "bookshop", "order"};
  shop->start("order");
  ASSERT_TRUE(eventually([&] { return sleeper.renew().size() == 2; })) << "it holds half of the partitions";
  constexpr int orders = 12;
  for (int i = 0; i < orders; ++i) ASSERT_NE(shop->client.buy(book, 1), 0);
  auto const is_told_where_read = [&] {
    auto const elsewhere = static_cast<double>(sleeper.orders_in_other_partitions("Shipped").size());
    return sleeper.count("Shipped") == orders &&
           metric_in(*shop, "order", R"(holdfast_events_applied_total{type="Shipped"})") == elsewhere;
  };
  ASSERT_TRUE(eventually(is_told_where_read));
  sleeper.leave();  // now its partitions are read, with what order told of itself long ago
  expect({"K-5"});
}

TEST_F(Defect, BS13_AnUnsetStatusIsNull) {
  open("BS-13", {{"delivery", {{"SHIP_DELAY_MS", "60000"}}}});
  auto const id = shop->client.buy(book, 1);
  EXPECT_TRUE(order_in(*shop, id)["status"].is_null());
  expect({"K-7", "I-4"});
}

TEST_F(Defect, BS14_StockOfADuplicatedBookNeverComesBack) {
  open("BS-14");
  auto const id = shop->client.buy(book, 4);
  ASSERT_NE(shop->client.register_book(book, 100), 0);
  shop->client.cancel(id);
  expect({"K-1"});
}

TEST_F(Defect, Original_AnswersWith500AndKeepsNothing) {
  open("", {}, {{"MODE", "original"}, {"STATE_DIR", ""}});
  auto const refused = shop->client.place(book, 1000);
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(refused.json()["message"], "No Available stock!");
  EXPECT_EQ(shop->document("order", "/orders")["page"]["totalElements"], 0);
  EXPECT_EQ(shop->client.place(book, 1).status, 201);
  shop->kill("book");
  EXPECT_EQ(shop->client.place(book, 1).status, 500);
  EXPECT_EQ(shop->document("order", "/orders")["page"]["totalElements"], 1);
}

}  // namespace
}  // namespace holdfast::bookshop
