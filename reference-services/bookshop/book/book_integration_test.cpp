// The catalogue: what is stored, refused and told, by a real process.
#include "bookshop/book/book_fixture.hpp"

namespace holdfast::bookshop {
namespace {

constexpr auto example = R"({"title":"NoMadLand","author":"nana","publisher":"cnn","stock":"10","bookId":"1"})";

TEST_F(BookService, TheOriginalsExampleIsStoredAndRegistered) {
  auto service = start();
  auto const made = send(service.port(), "POST", "/books", example);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("location"), "http://service:8080/books/1");
  EXPECT_EQ(made.body, R"({
  "bookId" : 1,
  "title" : "NoMadLand",
  "author" : "nana",
  "publisher" : "cnn",
  "stock" : 10,
  "_links" : {
    "self" : {
      "href" : "http://service:8080/books/1"
    },
    "book" : {
      "href" : "http://service:8080/books/1"
    }
  }
})");
  ASSERT_TRUE(kit::eventually([&] { return topic.count("Registered") == 1; }));
  auto told = topic.events("Registered").front();
  EXPECT_TRUE(told["timestamp"].is_string());
  EXPECT_TRUE(told["eventId"].is_string());
  told.erase("timestamp");
  told.erase("eventId");
  EXPECT_EQ(told, nlohmann::json::parse(R"({"eventType":"Registered","id":1,"bookId":1,"title":"NoMadLand",
    "author":"nana","publisher":"cnn","stock":10,"me":true})"));
}

TEST_F(BookService, AnyChangeOfABookIsTold) {
  auto service = start();
  add_book(service.port(), 1, 10);
  auto const changed = send(service.port(), "PATCH", "/books/1", R"({"stock":7})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.json()["stock"], 7);
  check_and_modify(service.port(), 1, 2);
  ASSERT_TRUE(kit::eventually([&] { return topic.count("StockModified") == 2; }));
  EXPECT_EQ(topic.events("StockModified").front()["stock"], 7);
  EXPECT_EQ(topic.events("StockModified").back()["stock"], 5);
}

TEST_F(BookService, ABookIdOnceGivenStays) {
  auto service = start();
  add_book(service.port(), 1, 10);
  EXPECT_EQ(send(service.port(), "PATCH", "/books/1", R"({"bookId":2})").status, 400);
  EXPECT_EQ(send(service.port(), "PATCH", "/books/1", R"({"bookId":1,"title":"New"})").status, 200);
  auto const replaced = send(service.port(), "PUT", "/books/1", R"({"stock":3})").json();
  EXPECT_EQ(replaced["bookId"], 1);
  EXPECT_EQ(replaced["title"], nullptr);
  EXPECT_EQ(replaced["stock"], 3);
}

TEST_F(BookService, FindsTheOldestRowOfABookId) {
  auto service = start();
  add_book(service.port(), 1, 10);
  add_book(service.port(), 1, 20);
  EXPECT_EQ(get(service.port(), "/books/search/findByBookId?bookId=1").json()["stock"], 10);
  EXPECT_EQ(get(service.port(), "/books/search/findByBookId?bookId=2").status, 404);
  EXPECT_EQ(book_count(service.port()), 2);
}

TEST_F(BookService, WithoutAStockThatCanBeSoldNothingIsStored) {
  auto service = start();
  for (auto const* const wrong : {"{}", R"({"bookId":1})", R"({"stock":1})", R"({"bookId":1,"stock":-1})",
                                  R"({"bookId":1,"stock":null})", R"({"bookId":1,"stock":2147483648})",
                                  R"({"bookId":1,"stock":99999999999999999999})", R"({"bookId":"one","stock":1})"}) {
    EXPECT_EQ(send(service.port(), "POST", "/books", wrong).status, 400) << wrong;
  }
  EXPECT_EQ(book_count(service.port()), 0);
  add_book(service.port(), 1, 2147483647);
  EXPECT_EQ(send(service.port(), "PATCH", "/books/1", R"({"stock":-1})").status, 400);
  EXPECT_EQ(send(service.port(), "PATCH", "/books/1", R"({"stock":null})").status, 400);
  EXPECT_EQ(stock_of(service.port(), 1), 2147483647);
  ASSERT_TRUE(kit::eventually([&] { return topic.count("Registered") == 1; }));
  EXPECT_EQ(topic.events().size(), 1U);
}

TEST_F(BookService, ACancelledOrderBringsItsStockBackOnce) {
  auto service = start();
  add_book(service.port(), 1, 10);
  add_book(service.port(), 1, 10);
  EXPECT_EQ(modify(service.port(), 1, 4, stock_call::key_of(7)).status, 200);
  std::string const canceled = R"({"eventType":"Canceled","timestamp":"20210203154500","id":7,"bookId":1,"qty":4,)"
                               R"("status":"Cancelled","me":true,"eventId":"canceled-7"})";
  topic.append(7, canceled);
  topic.append(7, canceled);                                             // as a relay that died in between leaves it
  topic.publish(7, "Canceled", {{"id", 8}, {"bookId", 1}, {"qty", 1}});  // behind them: what was applied is known then
  ASSERT_TRUE(kit::eventually([&] { return stock_of(service.port(), 1) == 11; }));
  service.kill_and_wait();
  auto successor = start();
  topic.publish(7, "Canceled", {{"id", 9}, {"bookId", 1}, {"qty", 1}});
  ASSERT_TRUE(kit::eventually([&] { return stock_of(successor.port(), 1) == 12; }));
  EXPECT_EQ(stock_of(successor.port(), 2), 10) << "the younger row is not concerned";
}

TEST_F(BookService, ACancelledOrderBringsNothingToARowThatItWasNotTakenFrom) {
  auto service = start({{"PARTITIONS", "1"}});
  add_book(service.port(), 1, 10);
  add_book(service.port(), 1, 20);
  EXPECT_EQ(modify(service.port(), 1, 4, stock_call::key_of(7)).status, 200);
  EXPECT_EQ(modify(service.port(), 1, 3, stock_call::key_of(8)).status, 200);
  EXPECT_EQ(abort(service.port(), stock_call::key_of(8)).status, 204);
  EXPECT_EQ(stock_of(service.port(), 1), 6);
  EXPECT_EQ(send(service.port(), "DELETE", "/books/1", "").status, 204);
  EXPECT_EQ(modify(service.port(), 1, 5, stock_call::key_of(9)).status, 200) << "the next one is sold now";
  topic.publish(7, "Canceled", {{"id", 7}, {"bookId", 1}, {"qty", 4}});
  topic.publish(8, "Canceled", {{"id", 8}, {"bookId", 1}, {"qty", 3}});  // as nobody should: its call was aborted
  topic.publish(9, "Canceled", {{"id", 9}, {"bookId", 1}, {"qty", 5}});
  topic.publish(9, "Canceled", {{"id", 99}, {"bookId", 1}, {"qty", 1}});  // behind them, of a call without a key
  ASSERT_TRUE(kit::eventually([&] { return stock_of(service.port(), 2) >= 21; }));
  EXPECT_EQ(stock_of(service.port(), 2), 21);
}

TEST_F(BookService, CancelsThatNobodyCanUnderstandOrNeedBlockNothing) {
  auto service = start({{"PARTITIONS", "1"}});
  add_book(service.port(), 1, 10);
  topic.publish(1, "Canceled", {{"bookId", nullptr}, {"qty", 1}});
  topic.publish(1, "Canceled", {{"bookId", 1}, {"qty", "many"}});
  topic.publish(1, "Canceled", {{"bookId", 77}, {"qty", 1}});
  topic.publish(1, "Canceled", {{"bookId", 1}, {"qty", -5}});
  topic.append(1, "no envelope");
  topic.publish(1, "Canceled", {{"bookId", 1}, {"qty", 1}});
  EXPECT_TRUE(kit::eventually([&] { return stock_of(service.port(), 1) == 11; }));
}

TEST_F(BookService, StoppedWhileOrdersAreCancelledItCatchesUp) {
  {
    auto service = start();
    add_book(service.port(), 1, 10);
    check_and_modify(service.port(), 1, 3);
  }
  topic.publish(1, "Canceled", {{"id", 1}, {"bookId", 1}, {"qty", 3}});
  auto service = start();
  EXPECT_TRUE(kit::eventually([&] { return stock_of(service.port(), 1) == 10; }));
}

}  // namespace
}  // namespace holdfast::bookshop
