// The event log's file is locked by another process, moved away or lost while customers buy. Orders are accepted all
// the time; what they owe others waits in the outboxes. Afterwards every invariant holds.
#include <chrono>
#include <filesystem>

#include <gtest/gtest.h>

#include "bookshop/testing/crowd.hpp"
#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"
#include "kit/documents/sqlite_database.hpp"

namespace holdfast::bookshop {
namespace {

using kit::eventually;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::uint64_t seed = 20211114;
constexpr unsigned customers = 4;
constexpr std::int64_t book = 1;

struct EventLog : testing::Test {
  void SetUp() override {
    shop.start_all();
    shop.client.register_book(book, 1'000'000);
  }
  std::string file() const { return shop.events_folder() + "/events.db"; }
  /// What a service says is wrong; empty when it is well.
  std::string trouble(std::string const& service) const {
    auto const answer = shop.get(service, "/actuator/health");
    return answer.status == 503 ? answer.json().at("reason").get<std::string>() : std::string{};
  }
  testing::AssertionResult tells(std::string const& service, std::string const& reason) const {
    std::string last;
    auto const says_so = [&] { return (last = trouble(service)).find(reason) != std::string::npos; };
    if (eventually(says_so)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << service << " says: " << last;
  }
  bool is_ready(std::string const& service) const {
    return shop.get(service, "/actuator/health/readiness").status == 200;
  }
  void end_all() {
    for (auto const& service : bookshop_system::services()) shop.end(service);
  }
  void expect_everybody_well() const {
    for (auto const& service : bookshop_system::services()) {
      EXPECT_TRUE(eventually([&] { return trouble(service).empty(); })) << service << ": " << trouble(service);
    }
  }

  bookshop_system shop;
};

TEST_F(EventLog, LockedByAnotherDelaysDeliveriesAndNothingElse) {
  crowd all{shop, seed, customers, 1};
  ASSERT_TRUE(all.buys(20));
  {
    kit::sqlite::database other{file(), 10s};
    other.execute("BEGIN EXCLUSIVE");
    auto const disappointed = all.disappointed();
    EXPECT_TRUE(all.buys(100));
    for (auto const* const service : {"book", "order", "delivery", "mypage"}) {
      EXPECT_TRUE(tells(service, "locked"));
      EXPECT_TRUE(is_ready(service)) << service;
    }
    EXPECT_EQ(all.disappointed(), disappointed);
    EXPECT_GT(metric_in(shop, "order", "holdfast_outbox_depth"), 0);
    other.execute("ROLLBACK");
  }
  EXPECT_TRUE(all.buys(20));
  all.leave();
  expect_everybody_well();
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST_F(EventLog, LockedAsAWholeAtTheStartIsWaitedFor) {
  ASSERT_TRUE(becomes_quiescent(shop));
  end_all();
  {
    kit::sqlite::database other{file(), 10s};
    other.execute("PRAGMA locking_mode = EXCLUSIVE");
    other.execute("BEGIN EXCLUSIVE");
    shop.start_all();
    auto const id = shop.client.buy(book, 1);
    EXPECT_NE(id, 0);
    for (auto const* const service : {"order", "mypage"}) {
      EXPECT_TRUE(tells(service, "locked"));
      EXPECT_TRUE(is_ready(service)) << service;
    }
    EXPECT_EQ(shop.client.look_at(id), "Bought");
    other.execute("ROLLBACK");
  }
  expect_everybody_well();
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST_F(EventLog, MovedAwayDuringTheRunIsWaitedForAndNotMadeAnew) {
  crowd all{shop, seed, customers, 1};
  ASSERT_TRUE(all.buys(20));
  fs::rename(shop.events_folder(), shop.events_folder() + ".away");
  auto const disappointed = all.disappointed();
  EXPECT_TRUE(all.buys(100));
  for (auto const* const service : {"book", "order", "delivery", "mypage"}) {
    EXPECT_TRUE(tells(service, "events.db is gone; waiting for it to come back"));
    EXPECT_TRUE(is_ready(service)) << service;
  }
  EXPECT_EQ(all.disappointed(), disappointed);
  fs::rename(shop.events_folder() + ".away", shop.events_folder());
  EXPECT_TRUE(all.buys(20));
  all.leave();
  expect_everybody_well();
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST_F(EventLog, AbsentAtTheStartIsWaitedForByThoseWhoKnewIt) {
  ASSERT_TRUE(becomes_quiescent(shop));
  end_all();
  fs::rename(shop.events_folder(), shop.events_folder() + ".away");
  shop.start_all();
  for (auto const& service : bookshop_system::services()) {
    EXPECT_TRUE(tells(service, "events.db is gone; waiting for it to come back"));
    EXPECT_TRUE(is_ready(service)) << service;
  }
  auto const id = shop.client.buy(book, 1);
  EXPECT_NE(id, 0);
  EXPECT_FALSE(fs::exists(shop.events_folder())) << "what is in the old one would be lost";
  fs::rename(shop.events_folder() + ".away", shop.events_folder());
  EXPECT_TRUE(eventually([&] { return shop.client.look_at(id) == "Shipped"; }));
  expect_everybody_well();
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST_F(EventLog, LostForGoodIsBegunAnewWhenSomebodySaysSo) {
  shop.client.buy(book, 1);
  ASSERT_TRUE(becomes_quiescent(shop));
  end_all();
  fs::remove_all(shop.events_folder());
  shop.start_all();
  auto const meanwhile = shop.client.buy(book, 1);
  EXPECT_TRUE(tells("order", "is gone"));
  EXPECT_EQ(shop.client.look_at(meanwhile), "Bought");
  shop.variables("order")["LOST_LOG"] = "begin";
  shop.end("order");
  shop.start("order");
  EXPECT_TRUE(eventually([&] { return shop.client.look_at(meanwhile) == "Shipped"; })) << "what had to wait is told";
  expect_everybody_well();
  auto const later = shop.client.buy(book, 1);
  EXPECT_TRUE(eventually([&] { return has_status(page_in(shop, later), "Shipped"); }));
}

}  // namespace
}  // namespace holdfast::bookshop
