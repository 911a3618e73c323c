// Services and gateway are killed at random while customers buy, cancel, review and look. Afterwards every invariant
// holds. HOLDFAST_FAULT_SECONDS says for how long (10).
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

#include "bookshop/testing/crowd.hpp"
#include "bookshop/testing/observed_rows.hpp"
#include "core/clock.hpp"

namespace holdfast::bookshop {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t seed = 20210304;
constexpr unsigned customers = 6;
constexpr std::int64_t plenty = 1'000'000;
constexpr std::int64_t few = 60;

nanoseconds length() {
  auto const* const given = std::getenv("HOLDFAST_FAULT_SECONDS");
  constexpr int usual = 10;
  return std::chrono::seconds{given != nullptr ? std::atoi(given) : usual};
}

void wait_until(time_point end) {
  while (clock_seam::now() < end) kit::rest_a_moment();
}

/// Kills one service after the other, and starts it again.
int kill_until(bookshop_system& shop, time_point end) {
  std::mt19937_64 random{seed};
  auto const draw = [&](int from, int to) { return std::uniform_int_distribution<int>{from, to}(random); };
  auto victims = bookshop_system::services();
  victims.emplace_back("gateway");
  int kills = 0;
  while (true) {
    constexpr int shortest_peace = 100, longest_peace = 700, longest_outage = 400;
    auto const strike = clock_seam::now() + milliseconds{draw(shortest_peace, longest_peace)};
    if (strike > end) return kills;
    wait_until(strike);
    auto const& victim = victims[static_cast<std::size_t>(draw(0, static_cast<int>(victims.size()) - 1))];
    shop.kill(victim);
    ++kills;
    wait_until(clock_seam::now() + milliseconds{draw(0, longest_outage)});
    shop.start(victim);
  }
}

TEST(Faults, KillingServicesAtRandomBreaksNothing) {
  bookshop_system shop{{{"CB_SLEEP_MS", "500"}},
                       {{"delivery", {{"SHIP_DELAY_MS", "50"}}}, {"book", {{"BOOK_DELAY_JITTER_MS", "5"}}}}};
  shop.start_all();
  for (std::int64_t const book : {1, 2, 3}) shop.client.register_book(book, plenty);
  shop.client.register_book(4, few);
  shop.start_replica("order");  // takes part in relaying, aborting and consuming all the time

  shop.start("gateway");

  crowd all{shop, seed, customers, 4, way::through_gateway};
  auto const kills = kill_until(shop, clock_seam::now() + length());
  EXPECT_GT(kills, 0);
  EXPECT_GT(all.acknowledged(), 0);
  all.leave();
  std::cout << kills << " kills; " << summary(shop.client.account) << '\n';

  ASSERT_TRUE(becomes_quiescent(shop));
  ASSERT_TRUE(everything_arrives(shop));
  ASSERT_TRUE(becomes_quiescent(shop));
  auto& answers = shop.client.account.replica_answers;
  for (auto const* const path : {"/orders?size=1000", "/orders?size=20&page=1&sort=qty,desc"}) {
    answers[path] = {shop.get("order", path).body, shop.ask_replica("order", {.target = path}).body};
  }
  EXPECT_EQ(told(violations_of(shop)), "");
}

}  // namespace
}  // namespace holdfast::bookshop
