#include "report/load_window.hpp"

#include <gtest/gtest.h>

#include "report/load_report_example.hpp"

namespace holdfast::report {
namespace {

using namespace std::chrono_literals;
using example::at;

load::interval_record interval(nanoseconds from, nanoseconds to, std::uint64_t ok) {
  load::interval_record record;
  record.began = at(from);
  record.ended = at(to);
  record.ledger.ended[static_cast<std::size_t>(load::outcome::ok)] = ok;
  return record;
}

TEST(LoadWindow, LeavesOutTheTimeAfterTheLastStart) {
  load_window window{2s};
  window.begin(at(0s));
  window.add(interval(0s, 1s, 100));
  window.add(interval(1s, 2001ms, 100));
  window.add(interval(2001ms, 3s, 5));
  EXPECT_EQ(window.so_far().completed, 200U);
  EXPECT_EQ(window.so_far().length, 2001ms);
}

TEST(LoadWindow, IsTheWholeRunWhenARequestCountEndsIt) {
  load_window window{std::nullopt};
  window.begin(at(0s));
  window.add(interval(0s, 1s, 100));
  window.add(interval(1s, 1500ms, 50));
  EXPECT_EQ(window.so_far().ok, 150U);
  EXPECT_EQ(window.so_far().length, 1500ms);
}

TEST(LoadWindow, IsTheWholeRunWhenThatIsShorterThanAnInterval) {
  load_window window{500ms};
  window.begin(at(0s));
  window.add(interval(0s, 600ms, 10));
  EXPECT_EQ(window.so_far().ok, 10U);
  EXPECT_EQ(window.so_far().length, 600ms);
}

TEST(LoadWindow, TakesThePlannedLengthFromTheSettings) {
  EXPECT_EQ(planned_length({.arrivals = load::closed_loop_plan{.duration = 30s}}), 30s);
  EXPECT_EQ(planned_length({.arrivals = load::closed_loop_plan{.requests = 30}}), std::nullopt);
  EXPECT_EQ(planned_length(example::settings()), 10s);
}

}  // namespace
}  // namespace holdfast::report
