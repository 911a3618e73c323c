#include "experiment/observers/breaker_states.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/timeline_test_support.hpp"

namespace holdfast::experiment {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BreakerStates : public ::testing::Test {
 protected:
  std::vector<timeline_event> looks(double state, double opened, double last_look = 1) {
    return states_.seen("order-1", "order",
                        std::vector<cluster::labelled_value>{{"holdfast_breaker_state", "book", state},
                                                             {"holdfast_breaker_opened_total", "book", opened}},
                        last_look);
  }
  breaker_states states_;
};

TEST_F(BreakerStates, TellsChangesWithTheTimeOfTheLookBefore) {
  EXPECT_THAT(looks(0, 0), IsEmpty());
  auto const opened = looks(2, 1, 2.25);
  ASSERT_THAT(short_texts(opened), ElementsAre("breaker order/book open"));
  EXPECT_EQ(opened[0].detail.dump(), R"({"pod":"order-1","since_s":2.25,"opened":1})");
  EXPECT_THAT(looks(2, 1), IsEmpty());
  EXPECT_THAT(short_texts(looks(1, 1)), ElementsAre("breaker order/book half-open"));
  EXPECT_THAT(short_texts(looks(2, 2)), ElementsAre("breaker order/book open"));
  EXPECT_THAT(short_texts(looks(0, 2)), ElementsAre("breaker order/book closed"));
}

TEST_F(BreakerStates, AnOpeningThatNoLookSawShowsInTheCount) {
  EXPECT_THAT(looks(0, 0), IsEmpty());
  auto const events = looks(0, 1);
  ASSERT_THAT(short_texts(events), ElementsAre("breaker order/book closed"));
  EXPECT_EQ(detail(events[0], "opened"), 1);
}

TEST_F(BreakerStates, OneThatIsOpenWhenSeenFirstIsTold) {
  EXPECT_THAT(short_texts(looks(2, 1)), ElementsAre("breaker order/book open"));
}

TEST_F(BreakerStates, ValuesThatAreNoneArePassedOver) {
  for (double const value : {-1.0, 3.0, 0.5, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(looks(value, value), IsEmpty());
  }
  auto const events = looks(2, std::numeric_limits<double>::infinity());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(detail(events[0], "opened"), 0);
}

}  // namespace
}  // namespace holdfast::experiment
