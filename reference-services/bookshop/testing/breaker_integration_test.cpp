// I-11: an open breaker lets one call through in each sleep window, and without one the check says so.
#include <chrono>

#include <gtest/gtest.h>

#include "bookshop/testing/observed_rows.hpp"
#include "bookshop/testing/shop_views.hpp"
#include "core/clock.hpp"
#include "kit/client/scripted_server.hpp"

namespace holdfast::bookshop {
namespace {

using namespace std::chrono_literals;

constexpr nanoseconds sleep_window = 300ms;

/// Orders with a book that always fails.
struct Breaker : testing::Test {
  void open(std::string const& is_enabled) {
    shop.variables("order") = {{"BOOK_URL", broken_book.url()},
                               {"CB_ENABLED", is_enabled},
                               {"CB_VOLUME", "5"},
                               {"CB_SLEEP_MS", std::to_string(sleep_window / 1ms)}};
    shop.start_all();
  }
  void order() { EXPECT_EQ(shop.client.place(1, 1).status, 503); }
  bool is_open() const { return metric_in(shop, "order", R"(holdfast_breaker_opened_total{client="book"})") > 0; }
  /// Notes how many calls reach book in a time that has a few sleep windows.
  void watch() {
    auto const begin = clock_seam::now();
    auto const before = broken_book.requests();
    while (clock_seam::now() < begin + 3 * sleep_window) order();
    auto const calls = static_cast<std::uint64_t>(broken_book.requests() - before);
    // Trials are a window apart at least: in any time there is one more than windows fit into it.
    auto const windows = static_cast<std::uint64_t>((clock_seam::now() - begin) / sleep_window) + 1;
    shop.client.account.calls_while_open = {calls, windows};
  }
  /// Makes book well, so that what is under way can end.
  std::vector<violation> found() {
    shop.variables("order").erase("BOOK_URL");
    shop.end("order");
    shop.start("order");
    return violations_of(shop);
  }

  kit::scripted_server broken_book{[](kit::scripted_exchange& exchange) { exchange.answer(500); }};
  bookshop_system shop;
};

TEST_F(Breaker, OpenLetsOneCallThroughInEachSleepWindow) {
  open("on");
  ASSERT_TRUE(kit::eventually([&] {
    order();
    return is_open();
  }));
  watch();
  EXPECT_GT(shop.client.account.calls_while_open->first, 0U) << "trials";
  EXPECT_EQ(told(found()), "");
}

TEST_F(Breaker, WithoutOneTheCalledServiceIsFlooded) {
  open("off");
  for (int i = 0; i < 20; ++i) order();
  watch();
  EXPECT_TRUE(is_violated(found(), "I-11"));
}

}  // namespace
}  // namespace holdfast::bookshop
