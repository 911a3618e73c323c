#include "load/deadline_list.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

TEST(DeadlineList, ExpiresInOrderAndNotBeforeTheLimit) {
  deadline_list limits{1s};
  deadline_hook first;
  deadline_hook second;
  limits.add(first, start);
  limits.add(second, start + 100ms);
  EXPECT_EQ(limits.take_expired(start + 999ms), nullptr);
  EXPECT_EQ(limits.take_expired(start + 1s), &first);
  EXPECT_EQ(limits.take_expired(start + 1s), nullptr);
  EXPECT_EQ(limits.take_expired(start + 2s), &second);
  EXPECT_EQ(limits.take_expired(start + 9s), nullptr);
}

TEST(DeadlineList, AnEntryThatBeginsAgainMovesToTheEnd) {
  deadline_list limits{1s};
  deadline_hook first;
  deadline_hook second;
  limits.add(first, start);
  limits.add(second, start + 1ms);
  limits.add(first, start + 2ms);
  EXPECT_EQ(limits.take_expired(start + 1s + 1ms), &second);
  EXPECT_EQ(limits.take_expired(start + 1s + 2ms), &first);
}

TEST(DeadlineList, WhatIsUnlinkedOrDestroyedNeverExpires) {
  deadline_list limits{1s};
  deadline_hook kept;
  {
    deadline_hook gone;
    limits.add(gone, start);
    limits.add(kept, start);
  }
  kept.unlink();
  EXPECT_EQ(limits.take_expired(start + 1h), nullptr);
}

}  // namespace
}  // namespace holdfast::load
