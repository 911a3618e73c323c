#include "load/virtual_user.hpp"

#include <algorithm>
#include <deque>
#include <string>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

/// A connection that does what the test says, in virtual time.
class fake_connection final : public net::client_connection {
 public:
  fake_connection(net::connection_events& events, std::vector<std::string>& log) : events_{events}, log_{log} {}
  void send(net::exchange_request const& request) override {
    log_.emplace_back(request.bytes);
    sent_ += request.bytes.size();
    is_busy_ = true;
    if (id_ == 0) {
      id_ = 1;
      events_.on_connected(*this);
    }
  }
  void abandon() override {
    is_busy_ = false;
    log_.emplace_back("abandoned");
  }
  bool is_open() const override { return id_ != 0 && !is_busy_; }
  std::uint64_t connection_id() const override { return id_; }
  std::string peer() const override { return "127.0.0.1:80"; }
  std::uint64_t bytes_received() const override { return received_; }
  std::uint64_t bytes_sent() const override { return sent_; }

  void answer(std::string_view text, time_point at) {
    received_ += text.size();
    net::response_scanner scanner;
    scanner.start();
    scanner.feed(text);
    ASSERT_EQ(scanner.state(), net::scan_state::complete);
    is_busy_ = false;
    events_.on_answer(*this, scanner, at);
  }
  void open_already() { id_ = 1; }
  void reconnect(time_point at) { events_.on_reconnecting(*this, at); }
  void fail(net::exchange_failure why, time_point at) {
    is_busy_ = false;
    events_.on_failure(*this, why, "as told", at);
  }

 private:
  net::connection_events& events_;
  std::vector<std::string>& log_;
  std::uint64_t id_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  bool is_busy_ = false;
};

/// Says its moves one after the other; a second attempt of the same request when the answer is 302.
class told_script final : public user_script {
 public:
  explicit told_script(std::deque<next_move> moves) : moves_{std::move(moves)} {}
  next_move next(time_point) override {
    if (moves_.empty()) return retired{};
    auto const move = moves_.front();
    moves_.pop_front();
    return move;
  }
  judgement on_answer(answer const& reply, attempt_times const&) override {
    if (reply.status == 302) return {.continues = true};
    return {.verdict = reply.status < 400 ? outcome::ok : outcome::http_4xx};
  }
  void on_failure(outcome reason, std::string_view detail, attempt_times const&) override {
    failures.push_back(reason);
    details.emplace_back(detail);
  }
  std::vector<outcome> failures;
  std::vector<std::string> details;

 private:
  std::deque<next_move> moves_;
};

class VirtualUser : public testing::Test, public user_host {
 protected:
  recorder& records() override { return records_; }
  origin_table const& origins() const override { return origins_; }
  bool may_start_request() const override { return may_start_; }
  void on_request_start(virtual_user&, bool is_first) override {
    records_.scheduled();
    first_flags_.push_back(is_first);
  }
  after_sequence on_sequence_end(virtual_user& user, time_point now) override {
    ++sequences_;
    user.set_intended(now);
    return after_sequence::go_on;
  }
  void on_idle(virtual_user&) override { ++idles_; }
  void wake_at(virtual_user&, time_point when) override { wake_ = when; }
  std::unique_ptr<net::client_connection> connect(virtual_user& user, std::uint32_t) override {
    if (!has_addresses_) return nullptr;
    auto made = std::make_unique<fake_connection>(user.events(), log_);
    connection_ = made.get();
    if (is_shared_) made->open_already();
    return made;
  }
  deadline_list& response_limits() override { return response_limits_; }
  deadline_list& connect_limits() override { return connect_limits_; }

  virtual_user& user(std::deque<next_move> moves) {
    auto script = std::make_unique<told_script>(std::move(moves));
    script_ = script.get();
    return user_.emplace(*this, 7, std::move(script));
  }
  std::unique_ptr<interval_record> recorded() {
    return records_.swap(start + 1h, 0ns, std::make_unique<interval_record>());
  }

  recorder records_{0, 1, 1ms, start};
  origin_table origins_;
  deadline_list response_limits_{1s};
  deadline_list connect_limits_{500ms};
  std::vector<std::string> log_;
  std::vector<bool> first_flags_;
  fake_connection* connection_ = nullptr;
  told_script* script_ = nullptr;
  std::optional<virtual_user> user_;
  std::optional<time_point> wake_;
  int sequences_ = 0;
  int idles_ = 0;
  bool may_start_ = true;
  bool has_addresses_ = true;
  bool is_shared_ = false;  // with users that have opened it already
};

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
constexpr std::string_view moved = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n";

TEST_F(VirtualUser, SendsOneRequestAfterTheOtherOnOneConnection) {
  auto& it = user({attempt{.bytes = "one"}, attempt{.bytes = "two"}, finished{}});
  it.begin(start, start + 1ms);
  connection_->answer(ok, start + 5ms);
  connection_->answer(ok, start + 9ms);
  EXPECT_EQ(log_, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(first_flags_, (std::vector<bool>{true, false}));
  EXPECT_EQ(sequences_, 1);
  EXPECT_EQ(idles_, 1);
  auto const record = recorded();
  EXPECT_EQ(record->ledger.ok(), 2U);
  EXPECT_EQ(record->connections_opened, 1U);
  EXPECT_EQ(record->requests[0].response.observed().min(), 4ms);  // the second was intended when the first ended
  EXPECT_EQ(record->requests[0].response.observed().max(), 5ms);  // the first counts from the schedule's word
  EXPECT_EQ(record->body_bytes, 4U);
}

TEST_F(VirtualUser, ThePauseEndsWhereTheNextRequestWasIntended) {
  auto& it = user({pause{10ms}, attempt{.bytes = "one"}});
  it.begin(start, start);
  ASSERT_EQ(wake_, start + 10ms);
  it.wake(start + 12ms);
  connection_->answer(ok, start + 15ms);
  auto const record = recorded();
  EXPECT_EQ(record->requests[0].response.observed().max(), 5ms);
  EXPECT_EQ(record->requests[0].service.observed().max(), 3ms);
  EXPECT_EQ(record->ledger.late, 1U);
}

TEST_F(VirtualUser, RedirectHopsAreAttemptsOfOneRequest) {
  auto& it = user({attempt{.bytes = "one"}, attempt{.bytes = "hop"}});
  it.begin(start, start);
  connection_->answer(moved, start + 5ms);
  connection_->answer(ok, start + 8ms);
  auto const record = recorded();
  EXPECT_EQ(record->attempts, 2U);
  EXPECT_EQ(record->ledger.started, 1U);
  EXPECT_EQ(record->requests[0].service.observed().max(), 8ms);
}

TEST_F(VirtualUser, KeepsSoManyConnectionsOpenAndNoMore) {
  std::deque<next_move> moves;
  for (std::uint32_t origin = 0; origin <= most_open_connections; ++origin) {
    moves.push_back(attempt{.bytes = "x", .origin = origin});
  }
  auto& it = user(std::move(moves));
  it.begin(start, start);
  for (std::size_t i = 0; i < most_open_connections; ++i) {
    EXPECT_EQ(std::ranges::count(log_, "abandoned"), 0);
    connection_->answer(ok, start + std::chrono::milliseconds{i + 1});
  }
  EXPECT_EQ(std::ranges::count(log_, "abandoned"), 1);
}

TEST_F(VirtualUser, WhatThisMachineLacksIsCountedApart) {
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  connection_->fail(net::exchange_failure::own_limit, start + 5ms);
  EXPECT_EQ(script_->failures, std::vector{outcome::connect_refused});
  EXPECT_EQ(recorded()->own_limit_hits, 1U);
}

TEST_F(VirtualUser, AFailureEndsTheRequestAndIsKeptWithItsPlace) {
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  connection_->fail(net::exchange_failure::reset, start + 5ms);
  EXPECT_EQ(script_->failures, std::vector{outcome::reset});
  EXPECT_EQ(script_->details, std::vector<std::string>{"as told"});
  auto const record = recorded();
  ASSERT_EQ(record->failures.size(), 1U);
  EXPECT_EQ(record->failures[0].peer, "127.0.0.1:80");
  EXPECT_EQ(record->failures[0].detail, "as told");
  EXPECT_EQ(record->failures[0].user, 7U);
  EXPECT_EQ(record->ledger.ended_as(outcome::reset), 1U);
}

TEST_F(VirtualUser, TheLimitOfTimeAbandonsTheAnswer) {
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  EXPECT_EQ(connect_limits_.take_expired(start + 1h), nullptr) << "connected: only the answer is limited";
  ASSERT_NE(response_limits_.take_expired(start + 1s), nullptr);
  it.on_time_limit(start + 1s);
  EXPECT_EQ(log_.back(), "abandoned");
  auto const record = recorded();
  EXPECT_EQ(record->ledger.ended_as(outcome::response_timeout), 1U);
  EXPECT_EQ(record->requests[0].response.censored().max(), 1s);
}

TEST_F(VirtualUser, ALookUpThatTakesTooLongIsAConnectTimeout) {
  has_addresses_ = false;
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  ASSERT_NE(connect_limits_.take_expired(start + 500ms), nullptr);
  it.on_time_limit(start + 500ms);
  it.resume(true, {}, start + 600ms);  // too late: nobody waits any more
  EXPECT_TRUE(log_.empty());
  EXPECT_EQ(recorded()->ledger.ended_as(outcome::connect_timeout), 1U);
}

TEST_F(VirtualUser, TheLimitForConnectingEndsWithTheLookUpWhenAnotherHasConnected) {
  has_addresses_ = false;
  is_shared_ = true;
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  has_addresses_ = true;
  it.resume(true, {}, start + 1ms);
  EXPECT_EQ(connect_limits_.take_expired(start + 1h), nullptr);
}

TEST_F(VirtualUser, ConnectingAgainIsLimitedToo) {
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  connection_->reconnect(start + 100ms);
  EXPECT_EQ(connect_limits_.take_expired(start + 599ms), nullptr);
  ASSERT_NE(connect_limits_.take_expired(start + 600ms), nullptr);
  it.on_time_limit(start + 600ms);
  EXPECT_EQ(recorded()->ledger.ended_as(outcome::connect_timeout), 1U);
}

TEST_F(VirtualUser, ANameThatHasNoAddressFailsTheRequest) {
  has_addresses_ = false;
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  it.resume(false, "Host not found", start + 1ms);
  auto const record = recorded();
  EXPECT_EQ(record->ledger.ended_as(outcome::resolve_failed), 1U);
  EXPECT_EQ(record->failures[0].detail, "Host not found");
}

TEST_F(VirtualUser, StartsNothingWhenTheHostSaysNo) {
  may_start_ = false;
  user({attempt{.bytes = "one"}}).begin(start, start);
  EXPECT_TRUE(log_.empty());
  EXPECT_EQ(idles_, 1);
}

TEST_F(VirtualUser, WhatIsCancelledIsUnfinished) {
  auto& it = user({attempt{.bytes = "one"}});
  it.begin(start, start);
  it.cancel(start + 3s);
  it.cancel(start + 4s);
  EXPECT_FALSE(it.in_request());
  auto const record = recorded();
  EXPECT_EQ(record->ledger.unfinished(), 1U);
  EXPECT_EQ(record->requests[0].response.censored().max(), 3s);
  EXPECT_TRUE(conservation(record->ledger).empty());
}

}  // namespace
}  // namespace holdfast::load
