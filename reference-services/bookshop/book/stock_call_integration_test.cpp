// The call by which orders take stock: idempotent, abortable, never below zero; and the original's form of it.
#include <csignal>
#include <set>

#include "bookshop/book/book_fixture.hpp"

namespace holdfast::bookshop {
namespace {

struct StockCall : BookService {
  kit::service_process service = start();
  std::uint16_t port = service.port();
  void SetUp() override { ASSERT_EQ(add_book(port, 1, 10).status, 201); }
};

TEST_F(StockCall, TakesOnceHoweverOftenItIsRepeated) {
  auto const first = modify(port, 1, 4, "k");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, R"({"result":true})");
  auto const again = modify(port, 1, 4, "k");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(stock_of(port, 1), 6);
}

TEST_F(StockCall, IsRefusedWhenThereIsTooLittleAndStaysRefused) {
  auto const refused = modify(port, 1, 11, "k");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.body, R"({"result":false,"message":"No Available stock!"})");
  send(port, "PATCH", "/books/1", R"({"stock":100})");
  EXPECT_EQ(modify(port, 1, 11, "k").status, 409) << "the stored answer";
  EXPECT_EQ(modify(port, 9, 1, "other").status, 409) << "a book that nobody knows";
  EXPECT_EQ(stock_of(port, 1), 100);
}

TEST_F(StockCall, NeedsAKeyAndOneUseForIt) {
  auto without = modification(1, 1, "k");
  without.headers.clear();
  EXPECT_EQ(kit::ask(port, without).status, 400);
  auto twice = modification(1, 1, "k");
  twice.headers.emplace_back("idempotency-key", "k2");
  EXPECT_EQ(kit::ask(port, twice).status, 400);
  EXPECT_EQ(modify(port, 1, 1, "k").status, 200);
  EXPECT_EQ(modify(port, 1, 2, "k").status, 422);
  EXPECT_EQ(modify(port, 2, 1, "k").status, 422);
  EXPECT_EQ(stock_of(port, 1), 9);
}

TEST_F(StockCall, AnAbortBringsBackWhatWasTakenOnce) {
  modify(port, 1, 4, "k");
  EXPECT_EQ(abort(port, "k").status, 204);
  EXPECT_EQ(abort(port, "k").status, 204);
  EXPECT_EQ(stock_of(port, 1), 10);
  EXPECT_EQ(modify(port, 1, 4, "k").status, 410);
  EXPECT_EQ(stock_of(port, 1), 10);
}

TEST_F(StockCall, AnAbortOfAnUnseenCallMakesItVoid) {
  EXPECT_EQ(abort(port, "k").status, 204);
  EXPECT_EQ(modify(port, 1, 4, "k").status, 410);
  EXPECT_EQ(stock_of(port, 1), 10);
}

TEST_F(StockCall, AnAbortOfARefusedCallAddsNothing) {
  modify(port, 1, 11, "k");
  EXPECT_EQ(abort(port, "k").status, 204);
  EXPECT_EQ(stock_of(port, 1), 10);
  EXPECT_EQ(kit::ask(port, {.method = "POST", .target = "/stock/abort"}).status, 400);
}

TEST_F(StockCall, WhatWasAnsweredSurvivesKill) {
  modify(port, 1, 4, "taken");
  abort(port, "void");
  service.kill_and_wait();
  auto successor = start();
  EXPECT_EQ(stock_of(successor.port(), 1), 6);
  EXPECT_EQ(modify(successor.port(), 1, 4, "taken").status, 200);
  EXPECT_EQ(modify(successor.port(), 1, 4, "void").status, 410);
  EXPECT_EQ(stock_of(successor.port(), 1), 6);
}

TEST_F(StockCall, KilledInTheMidstEachCallIsDoneOnceInTheEnd) {
  constexpr int callers = 30;
  send(port, "PATCH", "/books/1", R"({"stock":100})");
  std::vector<std::unique_ptr<kit::probe_connection>> connections;
  for (int i = 0; i < callers; ++i) {
    connections.push_back(std::make_unique<kit::probe_connection>(port));
    connections.back()->send(
        "POST /stock/modify HTTP/1.1\r\nHost: book\r\nContent-Type: application/json\r\n"
        "Content-Length: 20\r\nIdempotency-Key: " +
        stock_call::key_of(i) + "\r\n\r\n{\"bookId\":1,\"qty\":1}");
  }
  EXPECT_EQ(connections.front()->receive().status, 200);
  service.kill_and_wait();
  auto successor = start();
  for (int i = 0; i < callers; ++i) EXPECT_EQ(modify(successor.port(), 1, 1, stock_call::key_of(i)).status, 200);
  EXPECT_EQ(stock_of(successor.port(), 1), 100 - callers);
  std::set<std::string> told;  // an event may be published twice, by the one that was killed and by its successor
  EXPECT_TRUE(kit::eventually([&] {
    for (auto const& change : topic.events("StockModified")) told.insert(change["eventId"]);
    return told.size() == callers + 1;
  }));
}

TEST_F(StockCall, ReplicasShareStockAndKeys) {
  auto replica = start();
  modify(port, 1, 4, "k");
  EXPECT_EQ(modify(replica.port(), 1, 4, "k").status, 200);
  EXPECT_EQ(modify(replica.port(), 1, 6, "k2").status, 200);
  EXPECT_EQ(modify(port, 1, 1, "k3").status, 409);
  EXPECT_EQ(abort(replica.port(), "k").status, 204);
  EXPECT_EQ(stock_of(port, 1), 4);
}

TEST_F(StockCall, ManyAtOnceGetExactlyWhatIsThere) {
  EXPECT_EQ(buyers_at_once(port, 1, 30), 10);
  EXPECT_EQ(stock_of(port, 1), 0);
}

TEST_F(StockCall, TheOriginalsFormAnswersTrueOrFalse) {
  auto const taken = check_and_modify(port, 1, 10);
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(taken.body, "true");
  EXPECT_EQ(taken.header("content-type"), "application/json;charset=UTF-8");
  EXPECT_EQ(check_and_modify(port, 1, 1).body, "false");
  EXPECT_EQ(check_and_modify(port, 5, 1).body, "false");
  EXPECT_EQ(check_and_modify(port, 1, 0).body, "false");
  EXPECT_EQ(check_and_modify(port, 1, -3).body, "false");
  EXPECT_EQ(stock_of(port, 1), 0);
  for (auto const* const wrong :
       {"", "?bookId=1", "?qty=1", "?bookId=1&qty=", "?bookId=x&qty=1", "?bookId=1&qty=1.5"}) {
    EXPECT_EQ(get(port, std::string{"/chkAndModifyStock"} + wrong).status, 400) << wrong;
  }
  EXPECT_EQ(send(port, "POST", "/chkAndModifyStock?bookId=1&qty=1", "{}").status, 405);
}

TEST_F(StockCall, TheOriginalsFormCanBeRepeatedWithAKeyAndLookedAtWithHead) {
  BookService::headers const key{{"Idempotency-Key", "k"}};
  EXPECT_EQ(check_and_modify(port, 1, 4, key).body, "true");
  EXPECT_EQ(check_and_modify(port, 1, 4, key).body, "true");
  EXPECT_EQ(kit::ask(port, {.method = "HEAD", .target = "/chkAndModifyStock?bookId=1&qty=1"}).status, 200);
  EXPECT_EQ(stock_of(port, 1), 6);
  abort(port, "k");
  EXPECT_EQ(check_and_modify(port, 1, 4, key).body, "false");
  EXPECT_EQ(stock_of(port, 1), 10);
}

TEST_F(BookService, ACallWhoseCallerWentAwayIsDoneAndCanBeAborted) {
  auto service = start({{"BOOK_DELAY_MS", "100"}, {"BOOK_DELAY_JITTER_MS", "20"}});
  auto const port = service.port();
  add_book(port, 1, 10);
  {
    kit::probe_connection impatient{port};
    impatient.send(
        "POST /stock/modify HTTP/1.1\r\nHost: book\r\nIdempotency-Key: k\r\nContent-Type: application/json"
        "\r\nContent-Length: 20\r\n\r\n{\"bookId\":1,\"qty\":4}");
  }
  EXPECT_TRUE(kit::eventually([&] { return stock_of(port, 1) == 6; }));
  EXPECT_EQ(abort(port, "k").status, 204);
  EXPECT_EQ(stock_of(port, 1), 10);
}

TEST_F(BookService, AnAbortThatOvertakesItsCallWins) {
  auto service = start({{"BOOK_DELAY_MS", "300"}});
  auto const port = service.port();
  add_book(port, 1, 10);
  kit::probe_connection caller{port};
  caller.send(
      "POST /stock/modify HTTP/1.1\r\nHost: book\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n"
      "Content-Length: 20\r\n\r\n{\"bookId\":1,\"qty\":4}");
  EXPECT_EQ(abort(port, "k").status, 204);
  EXPECT_EQ(caller.receive().status, 410);
  EXPECT_EQ(stock_of(port, 1), 10);
}

TEST_F(BookService, ADrainLetsACallEnd) {
  auto service = start({{"BOOK_DELAY_MS", "100"}});
  add_book(service.port(), 1, 10);
  kit::probe_connection caller{service.port()};
  caller.send(
      "GET /books HTTP/1.1\r\nHost: book\r\n\r\n"
      "GET /chkAndModifyStock?bookId=1&qty=1 HTTP/1.1\r\nHost: book\r\n\r\n");
  EXPECT_EQ(caller.receive().status, 200);  // so the call behind it has been read too
  service.send_signal(SIGTERM);
  EXPECT_EQ(caller.receive().body, "true");
  EXPECT_EQ(service.wait(), 0);
  EXPECT_TRUE(kit::eventually([&] { return topic.count("StockModified") == 1; }));
}

}  // namespace
}  // namespace holdfast::bookshop
