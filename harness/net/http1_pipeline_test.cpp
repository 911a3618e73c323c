#include "net/http1_pipeline.hpp"

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using texts = std::vector<std::string>;

struct owner final : connection_events {
  explicit owner(texts& into) : log{into} {}
  void on_connected(client_connection&) override { log.push_back(name + " connected"); }
  void on_reconnecting(client_connection&, time_point) override { log.push_back(name + " reconnects"); }
  void on_answer(client_connection& on, response_scanner const& scanner, time_point) override {
    log.push_back(name + " got " + std::string{scanner.body()});
    found_open = on.is_open();
    if (!next.empty()) send(on, std::exchange(next, {}));
  }
  void on_failure(client_connection& on, exchange_failure why, std::string_view, time_point) override {
    log.push_back(name + (why == exchange_failure::closed_early ? " closed early"
                          : why == exchange_failure::malformed  ? " malformed"
                          : why == exchange_failure::connect    ? " not connected"
                                                                : " failed"));
    failed_on = on.connection_id();
    if (!next.empty()) send(on, std::exchange(next, {}));
  }
  void send(client_connection& on, std::string const& path) {
    request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    on.send({.bytes = request, .collect = true, .close_after = close_after});
  }
  texts& log;
  std::string name;
  std::string request;
  std::string next;             ///< asked for when the first answer is there, or has failed
  bool found_open = false;      ///< when the latest answer came
  bool close_after = false;     ///< of its requests
  std::uint64_t failed_on = 0;  ///< the connection of the latest failure
};

std::string answer(std::string const& body, std::string const& more = "") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

/// Three owners on one pipeline, and a server that does as it is told, all on one thread.
class Http1Pipeline : public testing::Test {
 protected:
  Http1Pipeline() {
    for (auto const* const name : {"a", "b", "c"}) {
      owners_.emplace_back(log_).name = name;
      lanes_.push_back(pipeline_->add_lane(owners_.back()));
    }
  }
  ~Http1Pipeline() override {
    for (auto const& lane : lanes_) lane->abandon();
    io_.restart();
    io_.poll();
  }
  void send_all() {
    for (std::size_t i = 0; i < owners_.size(); ++i) owners_[i].send(*lanes_[i], "/" + owners_[i].name);
  }
  void accept() { server_ = acceptor_.accept(); }
  /// What the clients have sent on the accepted connection until there are `requests` of them.
  std::string read(std::size_t requests) {
    std::string got;
    char some[4096];
    while (true) {
      std::size_t heads = 0;
      for (auto at = got.find("\r\n\r\n"); at != std::string::npos; at = got.find("\r\n\r\n", at + 4)) ++heads;
      if (heads >= requests) return got;
      io_.restart();
      io_.poll();
      got.append(some, server_.read_some(asio::buffer(some)));
    }
  }
  void reply(std::string const& bytes) { asio::write(server_, asio::buffer(bytes)); }
  /// Lets the clients run until they have told so much.
  texts const& told(std::size_t events) {
    io_.restart();
    while (log_.size() < events && io_.run_one_for(std::chrono::seconds{10}) > 0) {
    }
    return log_;
  }

  asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  tcp::socket server_{io_};
  connection_environment environment_{.context = io_};
  address_list addresses_{.addresses = {acceptor_.local_endpoint()}};
  std::shared_ptr<http1_pipeline> pipeline_ = make_http1_pipeline(
      environment_, origin{.host = "127.0.0.1", .port = acceptor_.local_endpoint().port()}, addresses_);
  texts log_;
  std::deque<owner> owners_;
  std::vector<std::unique_ptr<client_connection>> lanes_;
};

TEST_F(Http1Pipeline, SendsWithoutWaitingAndGivesEachOwnerItsAnswer) {
  send_all();
  accept();
  auto const requests = read(3);
  EXPECT_LT(requests.find("GET /a "), requests.find("GET /b "));
  EXPECT_LT(requests.find("GET /b "), requests.find("GET /c "));
  reply(answer("1") + answer("2") + answer("3"));
  EXPECT_EQ(told(4), (texts{"a connected", "a got 1", "b got 2", "c got 3"}));
  EXPECT_GT(lanes_[0]->bytes_received(), 0U);
  EXPECT_TRUE(lanes_[2]->is_open());
}

TEST_F(Http1Pipeline, AnswersMayComeInAnyPieces) {
  send_all();
  accept();
  read(3);
  for (auto const byte : answer("1") + answer("2") + answer("3")) {
    reply(std::string(1, byte));
    io_.restart();
    io_.poll();
  }
  EXPECT_EQ(told(4), (texts{"a connected", "a got 1", "b got 2", "c got 3"}));
}

TEST_F(Http1Pipeline, AnOwnerThatWasAnsweredJoinsTheLineAgain) {
  send_all();
  accept();
  read(3);
  owners_[0].next = "/again";
  reply(answer("1") + answer("2"));
  EXPECT_NE(read(1).find("GET /again "), std::string::npos);
  reply(answer("3") + answer("4"));
  EXPECT_EQ(told(5), (texts{"a connected", "a got 1", "b got 2", "c got 3", "a got 4"}));
}

TEST_F(Http1Pipeline, WhatStandsBehindAnAnnouncedEndIsSentAgain) {
  send_all();
  accept();
  read(3);
  reply(answer("1", "Connection: close\r\n"));
  server_.close();
  told(2);
  accept();
  auto const requests = read(2);
  EXPECT_EQ(requests.find("GET /b "), 0U);
  reply(answer("2") + answer("3"));
  EXPECT_EQ(told(6), (texts{"a connected", "a got 1", "b reconnects", "b connected", "b got 2", "c got 3"}));
  EXPECT_EQ(environment_.peak_connections, 1U);
}

TEST_F(Http1Pipeline, SendsNothingBehindARequestThatEndsTheConnection) {
  owners_[1].close_after = true;
  send_all();
  accept();
  EXPECT_EQ(read(2).find("GET /c "), std::string::npos);
  reply(answer("1") + answer("2"));
  char more = 0;
  boost::system::error_code ec;
  told(4);
  EXPECT_EQ(server_.read_some(asio::buffer(&more, 1), ec), 0U);
  EXPECT_EQ(ec, asio::error::eof);
  accept();
  EXPECT_EQ(read(1).find("GET /c "), 0U);
  reply(answer("3"));
  EXPECT_EQ(told(6), (texts{"a connected", "a got 1", "b got 2", "c reconnects", "c connected", "c got 3"}));
}

TEST_F(Http1Pipeline, AnAnswerIsNotTakenForThatToARequestWhichWasNotSentYet) {
  owners_[0].send(*lanes_[0], "/a");
  owners_[1].send(*lanes_[1], "/b");
  accept();
  read(2);
  owners_[0].next = "/again";
  reply(answer("1") + answer("2") + answer("stray"));
  told(4);
  accept();
  EXPECT_EQ(read(1).find("GET /again "), 0U);
  reply(answer("3"));
  EXPECT_EQ(told(6), (texts{"a connected", "a got 1", "b got 2", "a reconnects", "a connected", "a got 3"}));
}

TEST_F(Http1Pipeline, AFailureNamesTheConnectionThatFailed) {
  send_all();
  accept();
  read(3);
  owners_[0].next = "/again";
  reply("rubbish\r\n\r\n");
  told(5);
  EXPECT_EQ(owners_[2].failed_on, 1U);
  EXPECT_EQ(lanes_[0]->connection_id(), 2U);
}

TEST_F(Http1Pipeline, WhoJoinsWhileItOpensAgainNeedNotWatchThat) {
  send_all();
  accept();
  read(3);
  reply(answer("1", "Connection: close\r\n"));
  server_.close();
  told(2);
  EXPECT_TRUE(owners_[0].found_open);
  accept();
  read(2);
  reply(answer("2") + answer("3"));
  told(6);
}

TEST_F(Http1Pipeline, AnswersThatAreThereAreReadThoughWritingFails) {
  owners_.emplace_back(log_).name = "d";
  lanes_.push_back(pipeline_->add_lane(owners_.back()));
  owners_[0].send(*lanes_[0], "/a");
  owners_[1].send(*lanes_[1], "/b");
  accept();
  read(2);
  reply(answer("1") + answer("2"));
  server_.close();
  owners_[2].send(*lanes_[2], "/c");  // is answered with a reset,
  owners_[3].send(*lanes_[3], "/d");  // so that this write fails before any answer was read
  EXPECT_EQ(told(5), (texts{"a connected", "a got 1", "b got 2", "c failed", "d failed"}));
}

TEST_F(Http1Pipeline, ABodyThatEndsWithTheConnectionIsAnAnnouncedEnd) {
  send_all();
  accept();
  read(3);
  reply("HTTP/1.1 200 OK\r\n\r\nto the end");
  server_.close();
  told(2);
  accept();
  read(2);
  reply(answer("2") + answer("3"));
  EXPECT_EQ(told(6), (texts{"a connected", "a got to the end", "b reconnects", "b connected", "b got 2", "c got 3"}));
}

TEST_F(Http1Pipeline, AnUnannouncedEndEndsAllThatWait) {
  send_all();
  accept();
  read(3);
  reply(answer("1"));
  server_.close();
  EXPECT_EQ(told(4), (texts{"a connected", "a got 1", "b closed early", "c closed early"}));
}

TEST_F(Http1Pipeline, RubbishIsTheFaultOfOneAnswerAndEndsTheOthers) {
  send_all();
  accept();
  read(3);
  reply("rubbish\r\n\r\n");
  EXPECT_EQ(told(4), (texts{"a connected", "a malformed", "b closed early", "c closed early"}));
}

TEST_F(Http1Pipeline, AnOwnerThatGivesUpTakesTheOthersAlong) {
  send_all();
  accept();
  read(3);
  lanes_[1]->abandon();
  EXPECT_EQ(told(3), (texts{"a connected", "a closed early", "c closed early"}));
}

TEST_F(Http1Pipeline, WhenAllGiveUpNobodyIsTold) {
  send_all();
  accept();
  read(3);
  for (auto const& lane : lanes_) lane->abandon();
  io_.restart();
  io_.poll();
  EXPECT_EQ(log_, (texts{"a connected"}));
}

TEST_F(Http1Pipeline, AnIdleOwnerMayCloseWithoutHarm) {
  owners_[0].send(*lanes_[0], "/a");
  accept();
  read(1);
  lanes_[1]->abandon();
  reply(answer("1"));
  EXPECT_EQ(told(2), (texts{"a connected", "a got 1"}));
}

TEST_F(Http1Pipeline, ARefusedConnectionIsEverybodysFailure) {
  acceptor_.close();
  send_all();
  EXPECT_EQ(told(3), (texts{"a not connected", "b not connected", "c not connected"}));
}

}  // namespace
}  // namespace holdfast::net
