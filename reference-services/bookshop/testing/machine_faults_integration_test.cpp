// What a machine does to the shop while customers buy: its disk is full, its clock is set. Afterwards every invariant
// holds.
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include <gtest/gtest.h>

#include "bookshop/testing/crowd.hpp"
#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"
#include "kit/testing/small_disk.hpp"
#include "kit/testing/wall_clock_shift.hpp"

namespace holdfast::bookshop {
namespace {

using kit::eventually;
using namespace std::chrono_literals;

constexpr std::uint64_t seed = 20211231;
constexpr unsigned customers = 4;
constexpr std::int64_t plenty = 1'000'000;

int readiness(bookshop_system const& shop, std::string const& service) {
  return shop.get(service, "/actuator/health/readiness").status;
}
int liveness(bookshop_system const& shop, std::string const& service) {
  return shop.get(service, "/actuator/health/liveness").status;
}

TEST(Machine, AFullDiskStopsSalesUntilThereIsRoomAgain) {
  bookshop_system shop{{{"CB_SLEEP_MS", "500"}}};
  kit::small_disk disk{shop.folder(), 48U << 20U};
  if (disk.problem()) GTEST_SKIP() << "NOT TESTED: a full disk; " << *disk.problem();
  shop.start_all();
  shop.client.register_book(1, plenty);
  shop.client.register_book(2, plenty);
  crowd all{shop, seed, customers, 2};
  ASSERT_TRUE(all.buys(50));

  constexpr int many = 100;
  auto const before = all.disappointed();
  EXPECT_TRUE(eventually([&] {
    disk.fill();
    return all.disappointed() > before + many;
  })) << "nobody felt it";
  EXPECT_TRUE(eventually([&] {
    disk.fill();
    return readiness(shop, "order") == 503 || readiness(shop, "book") == 503;
  })) << "and nobody told";
  for (auto const& service : bookshop_system::services()) {
    EXPECT_EQ(liveness(shop, service), 200) << service << ": a restart would not help";
  }

  disk.free();
  EXPECT_TRUE(all.buys(50)) << "it does not recover by itself";
  all.leave();
  std::cout << summary(shop.client.account) << '\n';
  for (auto const& service : bookshop_system::services()) {
    EXPECT_TRUE(shop.is_running(service)) << service;
    EXPECT_TRUE(eventually([&] { return readiness(shop, service) == 200; })) << service;
  }
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Machine, AKillWhileTheDiskIsFullLosesNothing) {
  bookshop_system shop{{{"CB_SLEEP_MS", "500"}}};
  kit::small_disk disk{shop.folder(), 48U << 20U};
  if (disk.problem()) GTEST_SKIP() << "NOT TESTED: a full disk; " << *disk.problem();
  shop.start_all();
  shop.client.register_book(1, plenty);
  crowd all{shop, seed, customers, 1};
  ASSERT_TRUE(all.buys(50));
  EXPECT_TRUE(eventually([&] {
    disk.fill();
    return readiness(shop, "order") == 503 || readiness(shop, "book") == 503;
  }));
  for (auto const& service : bookshop_system::services()) shop.kill(service);
  disk.free();
  shop.start_all();
  EXPECT_TRUE(all.buys(20));
  all.leave();
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Machine, AClockThatIsSetBackOrForthIsNotNoticed) {
  kit::temporary_folder const folder;
  kit::wall_clock_shift clock{folder.path("shift")};
  // Some stock calls are too slow: their aborts wait for times that the clock leaves behind it.
  bookshop_system shop{clock.variables(),
                       {{"delivery", {{"SHIP_DELAY_MS", "100"}}},
                        {"book", {{"BOOK_DELAY_JITTER_MS", "60"}}},
                        {"order", {{"CB_TIMEOUT_MS", "55"}, {"CB_ERROR_PCT", "100"}, {"HEADER_TIMEOUT_MS", "60000"}}}}};
  shop.start_all();
  shop.client.register_book(1, plenty);
  shop.client.register_book(2, plenty);
  crowd all{shop, seed, customers, 2};
  ASSERT_TRUE(all.buys(20));
  for (auto const off : {-3600s, 7200s, -86'400s, 0s}) {
    clock.set(off);
    EXPECT_TRUE(all.buys(20)) << "off by " << off.count() << " s";
  }
  all.leave();
  std::cout << summary(shop.client.account) << '\n';
  EXPECT_GT(metric_in(shop, "order", R"(holdfast_client_calls_total{client="book",end="timed_out"})"), 0);
  EXPECT_TRUE(becomes_quiescent(shop));
  EXPECT_TRUE(everything_arrives(shop));
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Machine, AShipmentUnderWayArrivesThoughTheClockWasSetBack) {
  kit::temporary_folder const folder;
  kit::wall_clock_shift clock{folder.path("shift")};
  bookshop_system shop{clock.variables(), {{"delivery", {{"SHIP_DELAY_MS", "500"}}}}};
  shop.start_all();
  shop.client.register_book(1, 10);
  auto const id = shop.client.buy(1, 1);
  ASSERT_TRUE(eventually([&] { return has_status(delivery_in(shop, id), "ShipStarted"); }));
  shop.kill("delivery");
  clock.set(-3600s);
  shop.start("delivery");
  EXPECT_TRUE(eventually([&] { return has_status(delivery_in(shop, id), "Shipped"); }));
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Machine, AnOrderThatDiedBeforeTheClockWasSetBackGivesItsStockBack) {
  kit::temporary_folder const folder;
  kit::wall_clock_shift clock{folder.path("shift")};
  bookshop_system shop{clock.variables(), {{"book", {{"BOOK_DELAY_MS", "300"}}}}};
  shop.start_all();
  shop.client.register_book(1, 10);
  {
    std::jthread const waiting{[&] { shop.client.place(1, 3); }};
    ASSERT_TRUE(eventually([&] { return metric_in(shop, "order", "holdfast_intents_pending") == 1; }));
    shop.kill("order");
  }
  clock.set(-3600s);
  shop.start("order");
  EXPECT_TRUE(becomes_quiescent(shop)) << "what it had begun is over, though by the clock it lasts another hour";
  EXPECT_EQ(stock_in(shop, 1), 10);
  EXPECT_EQ(told(violations_of(shop)), "");
}

TEST(Machine, AnAbortThatWaitsIsDeliveredThoughTheClockWasSetBack) {
  kit::temporary_folder const folder;
  kit::wall_clock_shift clock{folder.path("shift")};
  bookshop_system shop{clock.variables()};
  shop.start_all();
  shop.client.register_book(1, 10);
  shop.process("book").send_signal(SIGSTOP);
  EXPECT_EQ(shop.client.place(1, 3).status, 503);
  // Its first delivery must have failed: until then it waits for nothing.
  EXPECT_TRUE(eventually(
      [&] { return metric_in(shop, "order", R"(holdfast_client_calls_total{client="book",end="timed_out"})") >= 2; }));
  clock.set(-3600s);
  shop.process("book").send_signal(SIGCONT);
  EXPECT_TRUE(becomes_quiescent(shop));
  EXPECT_EQ(stock_in(shop, 1), 10);
  EXPECT_EQ(told(violations_of(shop)), "");
}

}  // namespace
}  // namespace holdfast::bookshop
