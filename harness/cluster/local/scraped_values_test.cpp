#include "cluster/local/scraped_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class ScrapedValues : public ::testing::Test {
 protected:
  ScrapedValues() { keep({"a", "b"}); }

  static scrape_target target(std::string const& name, std::string uid = "1", std::string problem = "") {
    return {.pod = {"shop", name}, .uid = std::move(uid), .problem = std::move(problem)};
  }
  void keep(std::vector<std::string> const& names) {
    std::vector<scrape_target> targets;
    for (auto const& name : names) targets.push_back(target(name));
    values.keep(targets);
  }
  void put(std::string const& pod, metric_sums sums, nanoseconds after = 0s) {
    values.put({"shop", pod}, std::move(sums), begin + after);
  }
  static metric_sums counted(double requests) { return {{"requests_total", {requests, 1, true}}}; }
  metric_reading read(std::string_view name, std::vector<std::string> const& pods = {"a", "b"}) {
    std::vector<scaled_pod> asked;
    for (auto const& pod : pods) asked.push_back({.name = pod});
    return values.reading({.name_space = "shop", .name = name, .pods = asked, .now = begin}, clock);
  }
  std::string failure(std::string_view name) { return read(name, {"a"}).failure; }

  time_point const begin{1000h};
  cluster_clock clock{{begin, {}}, 10};
  scraped_values values;
};

TEST_F(ScrapedValues, AGaugeIsToldInThousandths) {
  put("a", {{"queue", {1.5, 2, false}}}, 2s);
  put("b", {{"queue", {-0.0001, 1, false}}}, 2s);
  auto const reading = read("queue");
  EXPECT_EQ(reading.failure, "");
  ASSERT_EQ(reading.samples.size(), 2U);
  EXPECT_EQ(reading.samples.at("a").value, 1500);
  EXPECT_EQ(reading.samples.at("a").timestamp, begin + 20s) << "in platform time";
  EXPECT_EQ(reading.samples.at("b").value, -1) << "finer values are rounded away from zero";
}

TEST_F(ScrapedValues, ValuesAreRoundedAsTheyAreWritten) {
  for (auto const& [value, milli] : std::vector<std::pair<double, std::int64_t>>{
           {1.1, 1100}, {0.0701, 71}, {2.675, 2675}, {0, 0}, {1e300, INT64_MAX}, {-1e300, -INT64_MAX}}) {
    put("a", {{"queue", {value, 1, false}}});
    EXPECT_EQ(read("queue").samples.at("a").value, milli) << value;
  }
}

TEST_F(ScrapedValues, ACounterBecomesARatePerRealSecond) {
  put("a", counted(100));
  EXPECT_EQ(failure("requests_per_second"),
            "none of 1 pods tells it: pod \"a\": one reading of the counter \"requests_total\" is no rate yet");
  put("a", counted(130), 2s);
  auto const sample = read("requests_per_second").samples.at("a");
  EXPECT_EQ(sample.value, 15'000);
  EXPECT_EQ(sample.window, 20s) << "in platform time";
  EXPECT_EQ(sample.timestamp, begin + 20s);
  put("a", counted(10), 4s);
  EXPECT_EQ(read("requests_per_second").samples.at("a").value, 5000) << "it began anew at zero";
  put("a", {}, 6s);
  put("a", counted(4), 8s);
  EXPECT_EQ(read("requests_per_second").samples.at("a").value, 2000) << "a series that is new began at zero";
}

TEST_F(ScrapedValues, AGaugeOfTheNameGoesBeforeARate) {
  metric_sums both = counted(100);
  both["requests_per_second"] = {7, 1, false};
  put("a", both);
  EXPECT_EQ(read("requests_per_second").samples.at("a").value, 7000);
  EXPECT_THAT(names_on_page({"requests_per_second", "queue"}),
              ElementsAre("queue", "requests_per_second", "requests_total"));
}

TEST_F(ScrapedValues, APodWithoutAValueIsMissingWhileOthersHaveOne) {
  put("a", {{"queue", {1, 1, false}}});
  values.put_failure({"shop", "b"}, "connection refused");
  auto const reading = read("queue", {"a", "b", "c"});
  EXPECT_EQ(reading.failure, "");
  EXPECT_EQ(reading.samples.size(), 1U);
}

TEST_F(ScrapedValues, TheFailureNamesEveryReasonOnce) {
  values.put_failure({"shop", "b"}, "connection refused");
  EXPECT_EQ(read("queue", {"a", "b", "c"}).failure,
            "none of 3 pods tells it: pod \"b\": connection refused; pod \"a\": it has not been asked yet");
  EXPECT_EQ(read("queue", {}).failure, "");
}

TEST_F(ScrapedValues, ReasonsAreWords) {
  put("a", {{"requests_total", {1, 1, true}}, {"odd", {std::numeric_limits<double>::quiet_NaN(), 1, false}}});
  auto const of_a = std::string{"none of 1 pods tells it: pod \"a\": "};
  EXPECT_EQ(failure("queue"), of_a + "its metrics do not hold \"queue\"");
  EXPECT_EQ(failure("queue_per_second"),
            of_a + "its metrics do not hold \"queue_per_second\" and no counter \"queue_total\"");
  EXPECT_EQ(failure("odd"), of_a + "its \"odd\" is not a finite number");
  EXPECT_EQ(failure("requests_total"),
            of_a + "\"requests_total\" is a counter, which only grows: ask for \"requests_per_second\"");
}

TEST_F(ScrapedValues, AFailureEndsWhatWasKnown) {
  put("a", counted(100));
  values.put_failure({"shop", "a"}, "connection refused");
  put("a", counted(200), 2s);
  EXPECT_TRUE(read("requests_per_second").samples.empty()) << "what it was before the failure says nothing";
}

TEST_F(ScrapedValues, AnotherPodOfTheSameNameBeginsAnew) {
  put("a", {{"queue", {1, 1, false}}});
  keep({"a"});
  EXPECT_EQ(read("queue").samples.size(), 1U);
  values.keep(std::vector{target("a", "2")});
  EXPECT_TRUE(read("queue").samples.empty());
  put("b", {{"queue", {1, 1, false}}});
  EXPECT_TRUE(read("queue").samples.empty()) << "nobody asks for it any more";
}

TEST_F(ScrapedValues, WhatCannotBeAskedSaysWhy) {
  values.keep(std::vector{target("a", "1", "it has no port")});
  EXPECT_EQ(failure("queue"), "none of 1 pods tells it: pod \"a\": it has no port");
}

}  // namespace
}  // namespace holdfast::cluster
