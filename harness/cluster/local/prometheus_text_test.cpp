#include "cluster/local/prometheus_text.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using ::testing::HasSubstr;

metric_sums read(std::string_view page, metric_names const& names) {
  auto const sums = sums_in(page, names);
  EXPECT_TRUE(sums.has_value()) << sums.error();
  return sums ? *sums : metric_sums{};
}

TEST(PrometheusText, SumsTheSeriesOfTheWantedNames) {
  auto const sums = read(R"(# HELP requests_total Requests by code.
# TYPE requests_total counter
requests_total{method="post",code="200"} 1027 1395066363000
requests_total{method="post",code="400",}    3 1395066363000
requests_total_of_others 7

# TYPE queue_length gauge
queue_length 1.5
# a comment
latency_seconds_bucket{le="0.05"} 24054
latency_seconds_count	144320
job:rate:sum -2.5e-1 -12
)",
                         {"requests_total", "queue_length", "latency_seconds_count", "job:rate:sum", "absent"});
  EXPECT_EQ(sums, (metric_sums{{"requests_total", {1030, 2, true}},
                               {"queue_length", {1.5, 1, false}},
                               {"latency_seconds_count", {144320, 1, false}},
                               {"job:rate:sum", {-0.25, 1, false}}}));
}

TEST(PrometheusText, LabelValuesMayHoldAnything) {
  auto const sums = read("a{x=\"}\",y=\"\\\"} 5 \\\\\",z = \"\xff # , =\" } 2\n  a\t3\r\na{}4", {"a"});
  EXPECT_EQ(sums.at("a"), (metric_sum{9, 3, false}));
}

TEST(PrometheusText, ValuesAreThoseOfGo) {
  for (auto const& [text, value] : std::map<std::string, double>{
           {"0", 0}, {"+5", 5}, {"-5", -5}, {".5", 0.5}, {"5.", 5}, {"1e3", 1000}, {"1E+3", 1000}}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(read("a " + text, {"a"}).at("a").value, value);
  }
  EXPECT_TRUE(std::isnan(read("a NaN\na 1", {"a"}).at("a").value));
  EXPECT_EQ(read("a +Inf", {"a"}).at("a").value, HUGE_VAL);
  EXPECT_EQ(read("a -Inf", {"a"}).at("a").value, -HUGE_VAL);
}

struct broken_page {
  char const* claim;
  char const* page;
  char const* problem;
};

TEST(PrometheusText, ABrokenLineIsRefusedByItsNumber) {
  for (auto const& each : {
           broken_page{"a page of another kind", "<html>",
                       "line 1 is no metric: it does not begin with a metric's name"},
           broken_page{"a name that begins with a digit", "a 1\n2b 1", "line 2 is no metric: it does not begin"},
           broken_page{"no value", "a", "its value is no number"},
           broken_page{"a value that is a word", "a one", "its value is no number"},
           broken_page{"two signs", "a +-1", "its value is no number"},
           broken_page{"a value with a unit", "a 1s", "its value is no number"},
           broken_page{"labels without an end", "a{b=\"c\" 1", "its labels have no end"},
           broken_page{"a label without a name", "a{=\"c\"} 1", "a label has no name"},
           broken_page{"a label without a value", "a{b} 1", "a label has no value"},
           broken_page{"a label's value without quotes", "a{b=c} 1", "not between quotation marks"},
           broken_page{"a value without an end", "a{b=\"c} 1\n", "not between quotation marks"},
           broken_page{"a backslash at the end", "a{b=\"\\", "not between quotation marks"},
           broken_page{"a fraction as its time", "a 1 1.5", "its timestamp is no whole number"},
           broken_page{"an exemplar", "a 1 15 # {x=\"y\"} 2", "something follows its timestamp"},
           broken_page{"a later line", "a 1\n\n\\", "line 3"},
       }) {
    SCOPED_TRACE(each.claim);
    auto const sums = sums_in(each.page, {"a"});
    ASSERT_FALSE(sums.has_value());
    EXPECT_THAT(sums.error(), HasSubstr(each.problem));
  }
}

TEST(PrometheusText, AnEmptyPageHoldsNothing) {
  for (auto const* const page : {"", "\n", "\n\n  \n", "#", "# TYPE", "# TYPE a", "# TYPE a counter"}) {
    EXPECT_TRUE(read(page, {"a"}).empty()) << page;
  }
}

TEST(PrometheusText, AMebibyteOfHostileTextIsReadInOneGo) {
  constexpr std::size_t size = 1024UL * 1024;
  EXPECT_FALSE(sums_in(std::string(size, '{'), {"a"}).has_value());
  EXPECT_FALSE(sums_in("a{b=\"" + std::string(size, '\\'), {"a"}).has_value());
  EXPECT_FALSE(sums_in("a " + std::string(size, '9') + 'x', {"a"}).has_value());
  EXPECT_TRUE(sums_in(std::string(size, '\n'), {"a"}).has_value());
  EXPECT_TRUE(sums_in("a{" + std::string(size, ' ') + "} 1", {"a"}).has_value());
  std::string many;
  while (many.size() < size) many += "b" + std::to_string(many.size()) + " 1\n";
  EXPECT_TRUE(read(many, {"a"}).empty()) << "nothing is kept of other names";
}

TEST(PrometheusSeries, AreToldApartByALabel) {
  auto const page =
      "# HELP state A state.\nstate{client=\"a\\\"b\",x=\"1\"} 2\nother{client=\"a\"} 1\nstate 0\n"
      "state{client=\"c\"} 1\n";
  auto const read = series_in(page, {"state"}, "client");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, (std::vector<labelled_value>{{"state", "a\"b", 2}, {"state", "", 0}, {"state", "c", 1}}));
  EXPECT_EQ(series_in(page, {"state"}, "client", 1)->size(), 1U);
  EXPECT_EQ(series_in("state 1\n<html>\n", {"state"}, "client").error(),
            "line 2 is no metric: it does not begin with a metric's name");
}

}  // namespace
}  // namespace holdfast::cluster
