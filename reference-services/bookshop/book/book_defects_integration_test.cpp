// Each defect of the original that concerns books: with its switch on, the invariant that it breaks is seen broken.
// That it holds otherwise is shown beside this file.
#include "bookshop/book/book_fixture.hpp"

namespace holdfast::bookshop {
namespace {

TEST_F(BookService, BS04_ASecondRowOfABookIdStopsItsSale) {  // K-8
  auto service = start({{"DEFECTS", "BS-04"}});
  add_book(service.port(), 1, 10);
  EXPECT_EQ(check_and_modify(service.port(), 1, 1).body, "true");
  EXPECT_EQ(add_book(service.port(), 1, 10).status, 201);
  EXPECT_EQ(check_and_modify(service.port(), 1, 1).status, 500);
  EXPECT_EQ(modify(service.port(), 1, 1, "k").status, 500);
  EXPECT_EQ(kit::ask(service.port(), {.method = "HEAD", .target = "/chkAndModifyStock?bookId=1&qty=1"}).status, 500);
  EXPECT_EQ(stock_of(service.port(), 1), 9);
}

TEST_F(BookService, BS06_CustomersAtOnceBuyMoreThanThereIs) {  // K-1
  auto service = start({{"DEFECTS", "BS-06"}, {"BOOK_DELAY_MS", "100"}});
  add_book(service.port(), 1, 5);
  constexpr int customers = 10;
  auto const sold = buyers_at_once(service.port(), 1, customers);
  EXPECT_GT(sold, 5);
  EXPECT_NE(stock_of(service.port(), 1), 5 - sold);
}

TEST_F(BookService, BS07_ANegativeQuantityRaisesTheStock) {  // K-1
  auto service = start({{"DEFECTS", "BS-07"}});
  add_book(service.port(), 1, 10);
  EXPECT_EQ(check_and_modify(service.port(), 1, -5).body, "true");
  EXPECT_EQ(modify(service.port(), 1, -5, "k").status, 200);
  EXPECT_EQ(stock_of(service.port(), 1), 20);
  EXPECT_EQ(get(service.port(), "/chkAndModifyStock?bookId=1").status, 500);
}

TEST_F(BookService, BS08_ANullBookIsAnErrorThatBreakersCount) {
  auto service = start({{"DEFECTS", "BS-08"}});
  EXPECT_EQ(get(service.port(), "/chkAndModifyStock?bookId=&qty=1").status, 500);
  EXPECT_EQ(get(service.port(), "/chkAndModifyStock?qty=1").status, 500);
}

TEST_F(BookService, BS09_TheGetIsRepeatedWithEffect) {  // K-1
  auto service = start({{"DEFECTS", "BS-09"}});
  auto const port = service.port();
  add_book(port, 1, 10);
  headers const key{{"Idempotency-Key", "k"}};
  check_and_modify(port, 1, 2, key);
  check_and_modify(port, 1, 2, key);
  kit::ask(port, {.method = "HEAD", .target = "/chkAndModifyStock?bookId=1&qty=2"});
  EXPECT_EQ(stock_of(port, 1), 4);
}

TEST_F(BookService, BS14_StockOfADuplicatedBookNeverComesBack) {  // K-1
  topic.publish(1, "Canceled", {{"id", 1}, {"bookId", 1}, {"qty", 4}});
  topic.publish(1, "Canceled", {{"id", 2}, {"bookId", 77}, {"qty", 4}});
  topic.publish(1, "Canceled", {{"id", 3}, {"bookId", 2}, {"qty", 1}});  // one key: each waits for the one before
  for (std::string const defects : {"BS-14", "BS-14,G-04"}) {
    SCOPED_TRACE(defects);
    std::string const state = defects.size() > 5 ? "with" : "alone";
    environment const books{{"STATE_DIR", folder.path(state)}, {"PARTITIONS", "1"}, {"TIME_SCALE", "0.01"}};
    {
      auto before = books;
      before["TOPIC"] = "elsewhere";
      auto service = start(before);
      add_book(service.port(), 1, 10);
      EXPECT_EQ(modify(service.port(), 1, 4, stock_call::key_of(1)).status, 200);
      add_book(service.port(), 1, 10);
      add_book(service.port(), 2, 10);
    }
    auto now = books;
    now["DEFECTS"] = defects;
    auto service = start(now);
    auto const port = service.port();
    ASSERT_TRUE(kit::eventually([&] { return stock_of(port, 3) == 11; })) << "after the others were given up";
    EXPECT_EQ(stock_of(port, 1), 6);
  }
}

TEST_F(BookService, G01_ARestartForgetsBooksAndTheirIds) {  // I-1, I-2
  {
    auto service = start({{"DEFECTS", "G-01"}});
    EXPECT_EQ(add_book(service.port(), 1, 10).header("location"), "http://service:8080/books/1");
  }
  auto service = start({{"DEFECTS", "G-01"}});
  EXPECT_EQ(get(service.port(), "/books/1").status, 404);
  EXPECT_EQ(add_book(service.port(), 1, 10).header("location"), "http://service:8080/books/1");
}

TEST_F(BookService, G05_NegativeStockIsStored) {  // K-2
  auto service = start({{"DEFECTS", "G-05"}});
  EXPECT_EQ(add_book(service.port(), 1, -4).status, 201);
  EXPECT_EQ(stock_of(service.port(), 1), -4);
  EXPECT_EQ(send(service.port(), "POST", "/books", R"({"bookId":1,"stock":2147483648})").status, 400);
}

TEST_F(BookService, TheOriginalModeIsAllOfThem) {
  auto service = start({{"MODE", "original"}});
  auto const port = service.port();
  EXPECT_EQ(send(port, "POST", "/books", "{}").status, 201);
  add_book(port, 1, 10);
  EXPECT_EQ(check_and_modify(port, 1, 4).body, "true");
  EXPECT_EQ(check_and_modify(port, 1, 7).body, "false");
  EXPECT_EQ(check_and_modify(port, 1, -1).body, "true");
  EXPECT_EQ(stock_of(port, 2), 7);
  EXPECT_EQ(get(port, "/chkAndModifyStock").status, 500);
  topic.publish(1, "Canceled", {{"id", 1}, {"bookId", 1}, {"qty", 3}});
  EXPECT_TRUE(kit::eventually([&] { return stock_of(port, 2) == 10; }));
}

}  // namespace
}  // namespace holdfast::bookshop
