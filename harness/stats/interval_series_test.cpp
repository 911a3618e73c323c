#include "stats/interval_series.hpp"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "stats/error.hpp"

namespace holdfast::stats {
namespace {

using namespace std::chrono_literals;

TEST(IntervalSeries, WritesALineAnInterval) {
  std::ostringstream out;
  interval_series_writer writer{sink_into(out), {"timeout", "reset, or \"gone\""}};
  ASSERT_TRUE(writer.begin());
  latency_summary const response{quantile_value{1250us}, quantile_value{2ms}, quantile_value{30s, true, {}},
                                 quantile_value{30s, true, {}}};
  ASSERT_TRUE(writer.add({.start = 0s,
                          .length = 1s,
                          .counts = {.scheduled = 100,
                                     .started = 98,
                                     .completed_ok = 90,
                                     .failed = 5,
                                     .dropped = 2,
                                     .in_flight = 3,
                                     .bytes_received = 123456,
                                     .by_class = {4, 1}},
                          .response = response}));
  ASSERT_TRUE(writer.add({.start = 1s, .length = 500100us, .counts = {.by_class = {0, 0}}}));
  EXPECT_EQ(out.str(),
            "start_s,length_s,scheduled,started,completed_ok,failed,dropped,in_flight,bytes_received,timeout,"
            "\"reset, or \"\"gone\"\"\","
            "response_p50_us,response_p50_is_bound,response_p90_us,response_p90_is_bound,response_p99_us,"
            "response_p99_is_bound,response_max_us,response_max_is_bound,"
            "service_p50_us,service_p50_is_bound,service_p90_us,service_p90_is_bound,service_p99_us,"
            "service_p99_is_bound,service_max_us,service_max_is_bound\n"
            "0.000000000,1.000000000,100,98,90,5,2,3,123456,4,1,"
            "1250.000,0,2000.000,0,30000000.000,1,30000000.000,1,,,,,,,,\n"
            "1.000000000,0.500100000,0,0,0,0,0,0,0,0,0,,,,,,,,,,,,,,,,\n");
  auto const text = out.str();
  auto const first_line = text.substr(0, text.find('\n'));
  auto const last_line = text.substr(text.rfind('\n', text.size() - 2));
  EXPECT_EQ(std::ranges::count(first_line, ','), std::ranges::count(last_line, ',') + 1) << "one comma is quoted";
}

TEST(IntervalSeries, AWriteThatFailsIsReported) {
  auto const full = make_error_code(boost::system::errc::no_space_on_device);
  interval_series_writer writer{[&](std::string_view) -> result<void> { return full; }, {}};
  EXPECT_EQ(writer.begin().error(), full);
  EXPECT_EQ(writer.add({}).error(), full);
}

TEST(IntervalSeries, CountsOfShardsAdd) {
  interval_counts a{.scheduled = 1, .started = 2, .in_flight = 3, .by_class = {1}};
  a += interval_counts{.scheduled = 10, .failed = 5, .in_flight = 4, .by_class = {2, 3}};
  EXPECT_EQ(a, (interval_counts{.scheduled = 11, .started = 2, .failed = 5, .in_flight = 7, .by_class = {3, 3}}));
}

TEST(IntervalSeries, SummarisesADistribution) {
  EXPECT_FALSE(summary_of({}));
  censored_distribution d;
  for (int i = 1; i <= 95; ++i) d.record(1ms * i);
  for (int i = 0; i < 5; ++i) d.record_censored(1s);
  auto const summary = summary_of(d);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->p50, *d.quantile(0.5));
  EXPECT_FALSE(summary->p90.at_least);
  EXPECT_TRUE(summary->p99.at_least);
  EXPECT_EQ(summary->max.value, 1s);
}

}  // namespace
}  // namespace holdfast::stats
