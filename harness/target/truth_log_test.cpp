#include "target/truth_log.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace holdfast::target {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr time_point start{};

TEST(TruthLog, TellsWhatItWasTold) {
  truth_log log{start};
  log.count_accepted();
  log.count_arrival(path_kind::ordinary, start + 5ms);
  log.count_answers(200, 2ms);
  log.count_arrival(path_kind::status, start + 15ms);
  log.count_answers(404, 4ms);
  log.count_arrival(path_kind::reset, start + 1045ms);
  log.count_unfinished();
  log.count_misbehaviour();
  log.count_received(100);
  log.count_sent(200);
  log.count_closed();
  auto const told = json::parse(log.to_json(start + 2s));
  EXPECT_EQ(told["elapsed_s"], 2.0);
  EXPECT_EQ(told["requests_received"], 3);
  EXPECT_EQ(told["answers_sent"], 2);
  EXPECT_EQ(told["answers_unfinished"], 1);
  EXPECT_EQ(told["answers_misbehaved"], 1);
  EXPECT_EQ(told["answers_by_status"], (json{{"200", 1}, {"404", 1}}));
  EXPECT_EQ(told["requests_by_path"], (json{{"ordinary", 1}, {"status", 1}, {"reset", 1}}));
  EXPECT_EQ(told["connections_accepted"], 1);
  EXPECT_EQ(told["connections_closed"], 1);
  EXPECT_EQ(told["bytes_received"], 100);
  EXPECT_EQ(told["bytes_sent"], 200);
  EXPECT_EQ(told["service_min_us"], 2000.0);
  EXPECT_EQ(told["service_max_us"], 4000.0);
  EXPECT_EQ(told["service_mean_us"], 3000.0);
  EXPECT_NEAR(told["service_p50_us"].get<double>(), 2000.0, 2.0);
}

TEST(TruthLog, KnowsMeanAndVarianceOfTheGapsBetweenArrivals) {
  truth_log log{start};
  for (auto const at : {0ms, 10ms, 40ms}) log.count_arrival(path_kind::ordinary, start + at);
  auto const told = json::parse(log.to_json(start + 1s));
  EXPECT_EQ(told["interarrival_count"], 2);
  EXPECT_NEAR(told["interarrival_mean_us"].get<double>(), 20'000, 0.01);
  EXPECT_NEAR(told["interarrival_variance_us2"].get<double>(), 1e8, 1);
}

TEST(TruthLog, PutsArrivalsInBinsOfTenMilliseconds) {
  truth_log log{start};
  for (auto const at : {5ms, 9ms, 10ms, 1045ms}) log.count_arrival(path_kind::ordinary, start + at);
  auto const told = json::parse(log.to_json(start + 2s));
  EXPECT_EQ(told["arrivals_bin_ms"], 10);
  ASSERT_EQ(told["arrivals_per_bin"].size(), 105u);
  EXPECT_EQ(told["arrivals_per_bin"][0], 2);
  EXPECT_EQ(told["arrivals_per_bin"][1], 1);
  EXPECT_EQ(told["arrivals_per_bin"][104], 1);
  EXPECT_EQ(told["arrivals_per_second"], (json{3, 1}));
}

TEST(TruthLog, AddsUpThreadsButNotTheirGaps) {
  truth_log a{start};
  truth_log b{start};
  a.count_arrival(path_kind::ordinary, start + 5ms);
  a.count_answers(200, 1ms);
  b.count_arrival(path_kind::ordinary, start + 15ms);
  b.count_answers(503, 3ms);
  a.merge(b);
  auto const told = json::parse(a.to_json(start + 1s));
  EXPECT_EQ(told["requests_received"], 2);
  EXPECT_EQ(told["answers_by_status"], (json{{"200", 1}, {"503", 1}}));
  EXPECT_EQ(told["arrivals_per_bin"], (json{1, 1}));
  EXPECT_EQ(told["service_mean_us"], 2000.0);
  EXPECT_TRUE(told["interarrival_count"].is_null());
}

TEST(TruthLog, KeepsItsMemoryBoundedOverAnHour) {
  truth_log log{start};
  log.count_arrival(path_kind::ordinary, start + 100h);
  auto const told = json::parse(log.to_json(start + 100h));
  EXPECT_EQ(told["requests_received"], 1);
  EXPECT_TRUE(told["arrivals_per_bin"].empty());
}

}  // namespace
}  // namespace holdfast::target
