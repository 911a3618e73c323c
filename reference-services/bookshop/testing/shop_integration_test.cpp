// The shop as its customers know it: five real services, all behaviour of reference-systems 5 that concerns orders,
// deliveries and my-page.
#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"
#include "kit/testing/topic_probe.hpp"

namespace holdfast::bookshop {
namespace {

using kit::eventually;

/// One system for all tests; each sells books of its own. In the end every invariant holds over everything they did.
struct Shop : testing::Test {
  static void SetUpTestSuite() {
    shop = std::make_unique<bookshop_system>();
    shop->start_all();
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(told(violations_of(*shop)), "");
    for (auto const& service : bookshop_system::services()) {
      shop->process(service).send_signal(SIGTERM);
      EXPECT_EQ(shop->process(service).wait(), 0) << service;
    }
    shop.reset();
  }
  static std::int64_t new_book(std::int64_t stock) {
    static std::int64_t last = 0;
    EXPECT_NE(shop->client.register_book(++last, stock), 0);
    return last;
  }
  static std::int64_t stock_of(std::int64_t book_id) { return stock_in(*shop, book_id); }
  static nlohmann::json order(std::int64_t id) { return order_in(*shop, id); }
  static nlohmann::json page(std::int64_t order_id) { return page_in(*shop, order_id); }
  static nlohmann::json delivery(std::int64_t order_id) { return delivery_in(*shop, order_id); }
  static std::size_t order_count() { return shop->document("order", "/orders")["page"]["totalElements"]; }
  static kit::probe_answer post_order(std::string body, std::string type = "application/json") {
    return shop->ask("order", {.method = "POST",
                               .target = "/orders",
                               .body = std::move(body),
                               .headers = {{"Accept", "application/json"}},
                               .content_type = std::move(type)});
  }
  static inline std::unique_ptr<bookshop_system> shop;
};

TEST_F(Shop, TakesAnOrderAndItsStockTogether) {
  auto const book = new_book(10);
  auto const answer = shop->client.place(book, 2);
  ASSERT_EQ(answer.status, 201);
  EXPECT_TRUE(answer.body.empty()) << "no Accept field, no body";
  EXPECT_EQ(stock_of(book), 8);
  auto const id = id_in(answer.header("location"));
  EXPECT_EQ(answer.header("location"), "http://service:8080/orders/" + std::to_string(id));
  auto const stored = order(id);
  EXPECT_EQ(stored["bookId"], book);
  EXPECT_EQ(stored["qty"], 2);
  EXPECT_EQ(stored["title"], "NoMadLand");
}

TEST_F(Shop, AnswersWithTheOrderAsBought) {
  auto const book = new_book(10);
  auto const body = R"({"bookId":)" + std::to_string(book) +
                    R"(,"buyer":"numeric","title":"NoMadLand","qty":"1","address":"street 0","status":"Shipped"})";
  auto const answer = post_order(body);
  ASSERT_EQ(answer.status, 201);
  EXPECT_EQ(answer.header("content-type"), "application/json;charset=UTF-8");
  auto const shown = answer.json();
  EXPECT_EQ(shown["status"], "Bought") << "whatever the client sent";
  EXPECT_EQ(shown["qty"], 1) << "numbers may come as text";
  auto const id = id_in(answer.header("location"));
  EXPECT_EQ(shown["_links"]["order"]["href"], "http://service:8080/orders/" + std::to_string(id));
  order_row sent{.id = id,
                 .book_id = book,
                 .qty = 1,
                 .buyer = "numeric",
                 .title = "NoMadLand",
                 .address = "street 0",
                 .status = {}};
  shop->client.account.orders.push_back({.end = request_end::acknowledged, .sent = sent});
}

TEST_F(Shop, DeliversWhatWasBought) {
  auto const id = shop->client.buy(new_book(3), 3);
  ASSERT_NE(id, 0);
  EXPECT_TRUE(eventually([&] { return shop->client.look_at(id) == "Shipped"; }));
  EXPECT_TRUE(has_status(delivery(id), "Shipped"));
  EXPECT_EQ(delivery(id)["address"], order(id)["address"]);
  EXPECT_TRUE(eventually([&] { return has_status(page(id), "Shipped"); }));
}

TEST_F(Shop, RefusesWhatItHasNot) {
  auto const book = new_book(1);
  auto const before = order_count();
  auto const answer = shop->client.place(book, 2);
  shop->client.account.orders.back().stock_then = 1;
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.json()["message"], "No Available stock!");
  EXPECT_EQ(answer.json()["path"], "/orders");
  EXPECT_EQ(shop->client.place(4711, 1).status, 409) << "nobody knows this book";
  EXPECT_EQ(order_count(), before);
  EXPECT_EQ(stock_of(book), 1);
}

TEST_F(Shop, RefusesWhatIsNoOrder) {
  auto const book = std::to_string(new_book(10));
  auto const before = order_count();
  auto const with = [&](std::string const& rest) { return R"({"bookId":)" + book + rest + '}'; };
  for (auto const& body :
       std::vector<std::string>{with(R"(,"qty":0)"), with(R"(,"qty":-1)"), with(""), with(R"(,"qty":null)"),
                                R"({"qty":1})", R"({"boookId":1,"qty":1})", with(R"(,"qty":99999999999)"),
                                with(R"(,"qty":1.5)"), R"({"bookId":"x","qty":1})", "{", "[]", "\xff"}) {
    EXPECT_EQ(post_order(body).status, 400) << body;
  }
  EXPECT_EQ(post_order("bookId=1&qty=1", "application/x-www-form-urlencoded").status, 415);
  EXPECT_EQ(order_count(), before);
  EXPECT_EQ(stock_of(std::stoll(book)), 10);
}

TEST_F(Shop, CancelsAndGivesTheStockBackOnce) {
  auto const book = new_book(10);
  auto const id = shop->client.buy(book, 4);
  ASSERT_TRUE(eventually([&] { return has_status(delivery(id), "Shipped"); }));
  EXPECT_EQ(shop->client.cancel(id).status, 204) << "shipped orders may be cancelled, too";
  EXPECT_EQ(shop->client.cancel(id).status, 404);
  EXPECT_EQ(shop->get("order", "/orders/" + std::to_string(id)).status, 404);
  EXPECT_TRUE(eventually([&] { return stock_of(book) == 10; }));
  EXPECT_TRUE(eventually([&] { return has_status(delivery(id), "Cancelled"); }));
  EXPECT_TRUE(eventually([&] { return has_status(page(id), "Cancelled"); })) << "the row stays";
}

/// Without what is different each time.
std::vector<nlohmann::json> events_of(bookshop_system const& shop, std::int64_t order_id, std::string const& type) {
  std::vector<nlohmann::json> found;
  for (auto& event : kit::topic_probe{shop.events_folder(), "bookshop"}.events(type)) {
    if (event.value(type == "Shipped" ? "orderId" : "id", std::int64_t{0}) != order_id) continue;
    for (auto const* const field : {"timestamp", "eventId"}) {
      EXPECT_TRUE(event[field].is_string()) << event;
      event.erase(field);
    }
    found.push_back(std::move(event));
  }
  return found;
}

TEST_F(Shop, TellsOthersOfAnOrderAndOfItsEnd) {
  auto const book = new_book(10);
  auto const id = id_in(shop->client.place(book, 2, {{"title", "A title of nobody's book"}}).header("location"));
  ASSERT_NE(id, 0) << "the book counts, not its title";
  auto expected = order(id);
  ASSERT_TRUE(eventually([&] { return has_status(order(id), "Shipped"); }));
  EXPECT_EQ(shop->client.cancel(id).status, 204);
  ASSERT_TRUE(eventually([&] { return has_status(page(id), "Cancelled"); }));
  expected.erase("_links");
  expected.update({{"eventType", "Bought"}, {"id", id}, {"status", "Bought"}, {"me", true}});
  EXPECT_EQ(events_of(*shop, id, "Bought"), std::vector{expected});
  expected.update({{"eventType", "Canceled"}, {"status", "Cancelled"}});
  EXPECT_EQ(events_of(*shop, id, "Canceled"), std::vector{expected});
  nlohmann::json const shipped{{"eventType", "Shipped"}, {"id", id_in(delivery(id)["_links"]["self"]["href"])},
                               {"orderId", id},          {"address", expected["address"]},
                               {"status", "Shipped"},    {"me", true}};
  EXPECT_EQ(events_of(*shop, id, "Shipped"), std::vector{shipped});
}

TEST_F(Shop, ShowsAReviewThatWasToldBeforeItsOrder) {
  // Nobody checks the order of a review, so the next one's can be written in advance.
  auto const book = new_book(2);
  auto const next = shop->client.buy(book, 1) + 1;
  EXPECT_EQ(shop->client.review(next, "I know it already").status, 201);
  kit::topic_probe const log{shop->events_folder(), "bookshop"};
  auto const is_told = [&] {
    auto const all = log.events("Wrote");
    return std::any_of(all.begin(), all.end(), [&](auto const& e) { return e["orderId"] == next; });
  };
  ASSERT_TRUE(eventually(is_told));
  EXPECT_TRUE(page(next).is_null()) << "no order, no row";
  ASSERT_EQ(shop->client.buy(book, 1), next);
  EXPECT_TRUE(eventually([&] { return has_status(page(next), "Shipped"); }));
  EXPECT_EQ(page(next)["review"], "I know it already");
}

TEST_F(Shop, SellsTheOldestOfTwoRowsOfABook) {
  auto const book = new_book(10);
  auto const id = shop->client.buy(book, 4);
  ASSERT_NE(shop->client.register_book(book, 50), 0) << "as load tests of the original do it";
  EXPECT_NE(shop->client.buy(book, 1), 0);
  EXPECT_EQ(shop->client.cancel(id).status, 204);
  EXPECT_TRUE(eventually([&] { return stock_of(book) == 9; }));
  EXPECT_EQ(shop->client.place(book, 10).status, 409) << "the second row is not for sale";
  shop->client.account.orders.back().stock_then = 9;
}

TEST_F(Shop, ShowsTheLastReviewOnMyPage) {
  auto const id = shop->client.buy(new_book(1), 1);
  ASSERT_TRUE(eventually([&] { return page(id).is_object(); }));
  EXPECT_EQ(page(id)["review"], "");
  EXPECT_EQ(shop->client.review(id, "good").status, 201);
  EXPECT_EQ(shop->client.review(id, "better").status, 201);
  EXPECT_TRUE(eventually([&] { return page(id)["review"] == "better"; }));
}

TEST_F(Shop, LetsNobodyChangeWhatOthersWereTold) {
  auto const id = shop->client.buy(new_book(5), 1);
  ASSERT_TRUE(eventually([&] { return has_status(order(id), "Shipped"); }));
  auto const target = "/orders/" + std::to_string(id);
  auto const patch = [&](std::string body) {
    return shop->ask("order", {.method = "PATCH", .target = target, .body = std::move(body)}).status;
  };
  for (auto const* const body : {R"({"status":"Bought"})", R"({"qty":3})", R"({"bookId":77})", R"({"address":"x"})"}) {
    EXPECT_EQ(patch(body), 400) << body;
  }
  EXPECT_EQ(patch(R"({"status":"Shipped"})"), 204) << "it is so already";
  EXPECT_TRUE(has_status(order(id), "Shipped"));
}

TEST_F(Shop, AnIdInTheBodyIsNobodysBusiness) {
  auto const book = new_book(5);
  auto const first = shop->client.buy(book, 1);
  auto const second = shop->client.place(book, 2, {{"id", first}});
  ASSERT_EQ(second.status, 201);
  EXPECT_NE(id_in(second.header("location")), first);
  EXPECT_EQ(order(first)["qty"], 1);
}

TEST_F(Shop, MyPageIsWrittenByEventsAlone) {
  auto const id = shop->client.buy(new_book(1), 1);
  ASSERT_TRUE(eventually([&] { return page(id).is_object(); }));
  auto const self = page(id)["_links"]["self"]["href"].get<std::string>();
  auto const one = self.substr(self.find("/mypages"));
  for (auto const& [method, target] : std::vector<std::pair<std::string, std::string>>{
           {"POST", "/mypages"}, {"PATCH", one}, {"PUT", one}, {"DELETE", one}, {"POST", "/myPages"}}) {
    auto const body = method == "DELETE" ? "" : R"({"orderId":999,"status":"Bought"})";
    auto const answer = shop->ask("mypage", {.method = method, .target = target, .body = body});
    EXPECT_EQ(answer.status, 405) << method << ' ' << target;
    EXPECT_EQ(answer.header("allow"), "GET, HEAD, OPTIONS");
  }
}

TEST_F(Shop, MyPageHasNoPagesAndTwoNames) {
  auto const all = shop->document("mypage", "/mypages?size=1");
  EXPECT_FALSE(all.contains("page"));
  auto const alias = shop->document("mypage", "/myPages");
  EXPECT_EQ(alias["_links"]["self"], all["_links"]["self"]) << "links name one of them";
  auto const none = shop->document("mypage", "/mypages/search/findByOrderId?orderId=123456");
  EXPECT_TRUE(none["_embedded"]["mypages"].empty());
  EXPECT_EQ(shop->get("mypage", "/mypages/search/findByTitle?title=x").status, 404);
}

TEST_F(Shop, SellsNoMoreThanThereIsToManyAtOnce) {
  auto const book = new_book(7);
  constexpr int clients = 6, tries = 4;
  std::vector<shopper> all;
  for (int i = 0; i < clients; ++i) all.emplace_back(shop->address(), "rush " + std::to_string(i));
  std::vector<std::jthread> threads;
  for (auto& one : all) {
    threads.emplace_back([&one, book] {
      for (int i = 0; i < tries; ++i) one.buy(book, 1);
    });
  }
  threads.clear();
  int sold = 0, refused = 0;
  for (auto& one : all) {
    for (auto const& asked : one.account.orders) {
      if (asked.end == request_end::acknowledged) ++sold;
      if (asked.lacked_stock) ++refused;
    }
    merge(shop->client.account, std::move(one.account));
  }
  EXPECT_EQ(sold, 7);
  EXPECT_EQ(refused, clients * tries - 7);
  EXPECT_EQ(stock_of(book), 0);
}

TEST_F(Shop, TellsTheSameToEveryReplica) {
  auto const id = shop->client.buy(new_book(1), 1);
  ASSERT_TRUE(eventually([&] { return has_status(order(id), "Shipped"); }));
  auto& answers = shop->client.account.replica_answers;
  shop->start_replica("order");
  for (auto const& path : {"/orders/" + std::to_string(id), std::string{"/orders?size=1000"}}) {
    answers[path] = {shop->get("order", path).body, shop->ask_replica("order", {.target = path}).body};
  }
  shop->stop_replica("order");
}

}  // namespace
}  // namespace holdfast::bookshop
