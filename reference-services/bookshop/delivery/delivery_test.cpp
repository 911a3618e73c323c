#include "bookshop/delivery/delivery.hpp"

#include <gtest/gtest.h>

namespace holdfast::bookshop {
namespace {

TEST(Shipment, ArrivesAfterItsDelay) {
  EXPECT_EQ(remaining_ms(1000, 500, 1000), 500);
  EXPECT_EQ(remaining_ms(1000, 500, 1499), 1);
  EXPECT_EQ(remaining_ms(1000, 500, 1500), 0);
  EXPECT_EQ(remaining_ms(1000, 500, 90'000), 0) << "found after a long outage";
}

TEST(Shipment, IsNotKeptWaitingByAClockThatWentBack) { EXPECT_EQ(remaining_ms(3'600'000, 500, 1000), 0); }

TEST(Shipment, IsLookedForWhenTheNextOneIsDue) {
  EXPECT_EQ(pause_ms(120, 300), 120);
  EXPECT_EQ(pause_ms(0, 300), 10) << "something failed: not at once again";
  EXPECT_EQ(pause_ms(5000, 6000), 500);
}

TEST(Shipment, ThatBeginsMeanwhileIsNotFoundTooLate) {
  EXPECT_EQ(pause_ms(std::nullopt, 300), 300);
  EXPECT_EQ(pause_ms(std::nullopt, 0), 500);
  EXPECT_EQ(pause_ms(std::nullopt, 60'000), 500);
}

}  // namespace
}  // namespace holdfast::bookshop
