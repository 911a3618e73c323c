#include "cli/siege/siege_pacing.hpp"

#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

TEST(SiegeDelay, UpToASecondEveryLengthIsLikely) {
  random_engine random{7};
  nanoseconds sum{};
  for (int i = 0; i < 10'000; ++i) {
    auto const drawn = draw_siege_delay(1s, random);
    ASSERT_GE(drawn, 1ms);
    ASSERT_LE(drawn, 1s);
    sum += drawn;
  }
  EXPECT_NEAR(in_seconds(sum) / 10'000, 0.5005, 0.01);
  EXPECT_EQ(draw_siege_delay(0s, random), 0s);
  EXPECT_LE(draw_siege_delay(500us, random), 500us);
}

TEST(SiegeDelay, AboveASecondItIsWholeSeconds) {
  random_engine random{7};
  std::set<nanoseconds> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(draw_siege_delay(2500ms, random));
  EXPECT_THAT(seen, ElementsAre(0s, 1s, 2s)) << "3 s would need the longest delay exactly";
}

std::vector<std::uint64_t> order_of(siege_settings const& settings, std::uint64_t user, std::uint64_t urls,
                                    std::size_t most = 12) {
  random_engine random{1};
  siege_url_order order{settings, user, urls};
  std::vector<std::uint64_t> out;
  while (out.size() < most) {
    auto const next = order.next(random);
    if (!next) break;
    out.push_back(*next);
  }
  return out;
}

TEST(SiegeUrlOrder, UsersStartApartAndWrap) {
  siege_settings settings;
  settings.concurrent = 3;
  settings.reps = 4;
  EXPECT_THAT(order_of(settings, 0, 7), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(order_of(settings, 1, 7), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(order_of(settings, 2, 7), ElementsAre(4, 5, 6, 0));
}

TEST(SiegeUrlOrder, MoreUsersThanUrlsAllStartAtTheFirst) {
  siege_settings settings;
  settings.concurrent = 10;
  settings.reps = 2;
  EXPECT_THAT(order_of(settings, 9, 7), ElementsAre(0, 1));
}

TEST(SiegeUrlOrder, OnceIsTheWholeListForEachUser) {
  siege_settings settings;
  settings.concurrent = 2;
  settings.once = true;
  EXPECT_THAT(order_of(settings, 1, 3), ElementsAre(0, 1, 2));
}

TEST(SiegeUrlOrder, InternetIsRandomAndSeeded) {
  siege_settings settings;
  settings.internet = true;
  settings.reps = 100;
  auto const first = order_of(settings, 0, 5, 100);
  EXPECT_EQ(first, order_of(settings, 0, 5, 100));
  EXPECT_EQ(std::set(first.begin(), first.end()).size(), 5U);
  EXPECT_EQ(first.size(), 100U);
}

TEST(SiegeUrlOrder, WithoutRepetitionsThereIsNoEnd) { EXPECT_EQ(order_of({}, 0, 2, 50).size(), 50U); }

}  // namespace
}  // namespace holdfast::cli
