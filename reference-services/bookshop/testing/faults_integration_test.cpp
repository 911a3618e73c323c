// Services are killed at random while customers buy, cancel, review and look. Afterwards every invariant holds.
// HOLDFAST_FAULT_SECONDS says for how long (10).
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"
#include "core/clock.hpp"

namespace holdfast::bookshop {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t seed = 20210304;
constexpr int customers = 6;
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

/// One customer: what it does is decided by its own seed, how it ends by the faults.
class customer {
 public:
  customer(std::string address, unsigned number)
      : shopper_{std::move(address), "customer " + std::to_string(number)}, random_{seed + number} {}

  void act_until(time_point end) {
    while (clock_seam::now() < end) act();
  }
  client_account take() { return std::move(shopper_.account); }

 private:
  int draw(int below) { return std::uniform_int_distribution<int>{0, below - 1}(random_); }

  void act() {
    constexpr int hundred = 100, looks = 10, reviews = 20, cancels = 30;
    auto const dice = draw(hundred);
    if (mine_.empty() || dice >= cancels) return buy();
    auto const place = static_cast<std::size_t>(draw(static_cast<int>(mine_.size())));
    auto const id = mine_[place];
    if (dice < looks) {
      shopper_.look_at(id);
    } else if (dice < reviews) {
      shopper_.review(id, "review " + std::to_string(++written_));
    } else {
      shopper_.cancel(id);
      mine_.erase(mine_.begin() + static_cast<std::ptrdiff_t>(place));
    }
  }
  void buy() {
    constexpr int books = 4, most = 3;
    auto const answer = shopper_.place(1 + draw(books), 1 + draw(most));
    if (answer.status == 201) mine_.push_back(id_in(answer.header("location")));
    if (answer.status <= 0 || answer.status == 503) kit::rest_a_moment();
  }

  shopper shopper_;
  std::mt19937_64 random_;
  std::vector<std::int64_t> mine_;
  int written_ = 0;
};

/// Kills one service after the other, and starts it again.
int kill_until(bookshop_system& shop, time_point end) {
  std::mt19937_64 random{seed};
  auto const draw = [&](int from, int to) { return std::uniform_int_distribution<int>{from, to}(random); };
  auto const& services = bookshop_system::services();
  int kills = 0;
  while (true) {
    constexpr int shortest_peace = 100, longest_peace = 700, longest_outage = 400;
    auto const strike = clock_seam::now() + milliseconds{draw(shortest_peace, longest_peace)};
    if (strike > end) return kills;
    wait_until(strike);
    auto const& victim = services[static_cast<std::size_t>(draw(0, static_cast<int>(services.size()) - 1))];
    shop.kill(victim);
    ++kills;
    wait_until(clock_seam::now() + milliseconds{draw(0, longest_outage)});
    shop.start(victim);
  }
}

void buy_and_kill(bookshop_system& shop, nanoseconds lasting) {
  std::vector<customer> all;
  for (unsigned i = 0; i < customers; ++i) all.emplace_back(shop.address(), i);
  auto const end = clock_seam::now() + lasting;
  int kills = 0;
  {
    std::vector<std::jthread> threads;
    for (auto& one : all) threads.emplace_back([&one, end] { one.act_until(end); });
    kills = kill_until(shop, end);
  }
  for (auto& one : all) merge(shop.client.account, one.take());
  std::map<request_end, int> ends;
  for (auto const& asked : shop.client.account.orders) ++ends[asked.end];
  std::cout << kills << " kills; orders: " << ends[request_end::acknowledged] << " acknowledged, "
            << ends[request_end::refused] << " refused, " << ends[request_end::ambiguous] << " ambiguous; "
            << shop.client.account.cancels.size() << " cancels, " << shop.client.account.reviews.size() << " reviews\n";
  EXPECT_GT(kills, 0);
  EXPECT_GT(ends[request_end::acknowledged], 0);
}

TEST(Faults, KillingServicesAtRandomBreaksNothing) {
  bookshop_system shop{{{"CB_SLEEP_MS", "500"}},
                       {{"delivery", {{"SHIP_DELAY_MS", "50"}}}, {"book", {{"BOOK_DELAY_JITTER_MS", "5"}}}}};
  shop.start_all();
  for (std::int64_t const book : {1, 2, 3}) shop.client.register_book(book, plenty);
  shop.client.register_book(4, few);
  shop.start_replica("order");  // takes part in relaying, aborting and consuming all the time

  buy_and_kill(shop, length());

  ASSERT_TRUE(becomes_quiescent(shop));
  auto& answers = shop.client.account.replica_answers;
  for (auto const* const path : {"/orders?size=1000", "/orders?size=20&page=1&sort=qty,desc"}) {
    answers[path] = {shop.get("order", path).body, shop.ask_replica("order", {.target = path}).body};
  }
  EXPECT_EQ(told(violations_of(shop)), "");
}

}  // namespace
}  // namespace holdfast::bookshop
