#include "analysis/metric_catalogue.hpp"

#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(MetricCatalogue, EveryMetricHasANameOfItsOwnAFormulaAndASource) {
  std::set<std::string_view> names;
  for (auto const& metric : metric_catalogue()) {
    SCOPED_TRACE(metric.name);
    EXPECT_TRUE(names.insert(metric.name).second) << "twice";
    EXPECT_TRUE(
        std::regex_match(std::string{metric.name}, std::regex{"([a-z0-9_]+|<[a-z]+>)(\\.([a-z0-9_]+|<[a-z]+>))*"}));
    EXPECT_THAT(metric.formula, Not(IsEmpty()));
    EXPECT_THAT(metric.source, Not(IsEmpty()));
    EXPECT_THAT(name_of(metric.unit), Not(IsEmpty()));
    EXPECT_THAT(example_of(metric.unit), Not(IsEmpty()));
  }
}

TEST(MetricCatalogue, EveryMetricFindsItself) {
  for (auto const& metric : metric_catalogue()) {
    std::string name{metric.name};
    for (auto at = name.find('<'); at != name.npos; at = name.find('<')) {
      name.replace(at, name.find('>') - at + 1, "x-1");
    }
    ASSERT_NE(find_metric(name), nullptr) << name;
    EXPECT_EQ(find_metric(name)->name, metric.name);
  }
}

TEST(MetricCatalogue, APlaceholderStandsForAnyNameWithoutADot) {
  struct name_case {
    char const* claim;
    char const* name;
    char const* pattern;
    bool expected;
  };
  for (auto const& c :
       {name_case{"a metric is an instance of itself", "availability", "availability", true},
        name_case{"a service's name", "breaker.book.leak", "breaker.<name>.leak", true},
        name_case{"caller and callee", "breaker.order/book.leak", "breaker.<name>.leak", true},
        name_case{"nothing is no name", "breaker..leak", "breaker.<name>.leak", false},
        name_case{"a placeholder does not stand for two parts", "breaker.a.b.leak", "breaker.<name>.leak", false},
        name_case{"the end must be there", "breaker.book", "breaker.<name>.leak", false},
        name_case{"the placeholder itself is no name", "breaker.<name>.leak", "breaker.<name>.leak", false}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(is_instance_of(c.name, c.pattern), c.expected);
  }
}

TEST(MetricCatalogue, TellsWhatStandsInThePlaceOfThePlaceholders) {
  EXPECT_THAT(
      placeholders_in("recovery.kill-book.time_to_detect.endpoint", "recovery.<fault>.time_to_detect.<mechanism>"),
      ElementsAre("kill-book", "endpoint"));
  EXPECT_THAT(placeholders_in("availability", "availability"), IsEmpty());
  EXPECT_THAT(placeholders_in("availability", "breaker.<name>.leak"), IsEmpty());
}

TEST(MetricCatalogue, AnExactNameGoesBeforeAFamily) {
  ASSERT_NE(find_metric("causes.unexplained_share"), nullptr);
  EXPECT_EQ(find_metric("causes.unexplained_share")->unit, metric_unit::share);
  EXPECT_EQ(find_metric("causes.pod-died")->unit, metric_unit::count);
}

TEST(MetricCatalogue, SuggestsTheNearestNameWithTheGivenOneFilledIn) {
  EXPECT_EQ(find_metric("availabilty"), nullptr);
  EXPECT_EQ(nearest_metric("availabilty"), "availability");
  EXPECT_EQ(nearest_metric("latency.p98"), "latency.p90");
  EXPECT_EQ(nearest_metric("breaker.book.time_to_opn"), "breaker.book.time_to_open");
  EXPECT_EQ(nearest_metric("something else altogether"), "");
  EXPECT_EQ(nearest_metric(""), "");
}

}  // namespace
}  // namespace holdfast::analysis
