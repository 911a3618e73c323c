#include "cli/progress_line.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/text_table.hpp"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::array rates{0.0, 500.0, 1000.0, 1000.0, 2000.0, 2000.0};

progress_figures figures() {
  return {.elapsed = 12s,
          .total = 30s,
          .per_second = 2000,
          .p50 = stats::quantile_value{.value = 1234us},
          .p99 = stats::quantile_value{.value = 30s, .at_least = true, .at_most = std::nullopt},
          .errors = 1234,
          .in_flight = 64};
}

TEST(Sparkline, ScalesToTheLargestValue) {
  EXPECT_EQ(sparkline(rates, charset::utf8), "▁▃▅▅██");
  EXPECT_EQ(sparkline(rates, charset::ascii), "_,==##");
  EXPECT_EQ(sparkline(std::array{0.0, 0.0}, charset::utf8), "▁▁");
  EXPECT_EQ(sparkline({}, charset::utf8), "");
}

TEST(ProgressText, ShowsWhereTheRunIsAndHowItGoes) {
  EXPECT_EQ(progress_text(figures(), rates, 100, charset::utf8),
            "12 s of 30 s  2,000/s  errors 1,234  p99 > 30.0 s  p50 1.23 ms  in flight 64  ▁▃▅▅██");
}

TEST(ProgressText, ShowsDropsOnlyWhenThereAreSome) {
  EXPECT_THAT(progress_text(figures(), rates, 100, charset::utf8), Not(HasSubstr("dropped")));
  auto dropping = figures();
  dropping.dropped = 5;
  EXPECT_THAT(progress_text(dropping, rates, 100, charset::utf8), HasSubstr("dropped 5"));
}

TEST(ProgressText, FitsAnyWidth) {
  for (std::size_t width = 0; width < 120; ++width) {
    EXPECT_LE(report::text_width(progress_text(figures(), rates, width, charset::utf8)), width);
  }
  EXPECT_EQ(progress_text(figures(), rates, 24, charset::utf8), "12 s of 30 s  2,000/s");
}

TEST(ProgressText, KeepsTheNewestBarsWhenThereIsLittleRoom) {
  auto const text = progress_text(figures(), rates, 83, charset::ascii);
  EXPECT_THAT(text, EndsWith("  ,==##"));
}

TEST(ProgressLine, CountsErrorsOverTheWholeRun) {
  progress_line line{10s, charset::ascii};
  line.begin(time_point{});
  for (int second = 0; second < 40; ++second) {
    load::interval_record record;
    record.began = time_point{std::chrono::seconds{second}};
    record.ended = record.began + 1s;
    record.ledger.ended[static_cast<std::size_t>(load::outcome::ok)] = 90;
    record.ledger.ended[static_cast<std::size_t>(load::outcome::reset)] = 10;
    record.in_flight = 3;
    line.add(record);
  }
  EXPECT_EQ(line.text(200), "40 s of 10 s  100/s  errors 400  p99 -  p50 -  in flight 3  " + std::string(30, '#'));
}

TEST(ProgressLine, KeepsTheRateOfTheLastWholeIntervalThroughAFragment) {
  progress_line line{1s, charset::ascii};
  line.begin(time_point{});
  load::interval_record second;
  second.began = time_point{};
  second.ended = second.began + 1s;
  second.ledger.ended[static_cast<std::size_t>(load::outcome::ok)] = 100;
  line.add(second);
  load::interval_record fragment;
  fragment.began = second.ended;
  fragment.ended = fragment.began + 10ms;
  fragment.ledger.ended[static_cast<std::size_t>(load::outcome::ok)] = 9;
  fragment.ledger.ended[static_cast<std::size_t>(load::outcome::reset)] = 1;
  line.add(fragment);
  EXPECT_EQ(line.text(200), "1 s of 1 s  100/s  errors 1  p99 -  p50 -  in flight 0  #");
}

TEST(ProgressLine, ShowsAFragmentWhereThereIsNothingElse) {
  progress_line line{std::nullopt, charset::ascii};
  line.begin(time_point{});
  load::interval_record fragment;
  fragment.began = time_point{};
  fragment.ended = fragment.began + 10ms;
  fragment.ledger.ended[static_cast<std::size_t>(load::outcome::ok)] = 9;
  line.add(fragment);
  EXPECT_THAT(line.text(200), HasSubstr("  900/s  "));
}

TEST(Charset, FollowsTheOrderOfTheLocaleVariables) {
  EXPECT_EQ(charset_of(nullptr, nullptr, "en_US.UTF-8"), charset::utf8);
  EXPECT_EQ(charset_of("C", nullptr, "en_US.UTF-8"), charset::ascii);
  EXPECT_EQ(charset_of("", "C.utf8", "C"), charset::utf8);
  EXPECT_EQ(charset_of(nullptr, nullptr, nullptr), charset::ascii);
}

}  // namespace
}  // namespace holdfast::cli
