#include "experiment/check.hpp"

#include <limits>
#include <map>

#include <gtest/gtest.h>

namespace holdfast::experiment {
namespace {

check_condition good_check(std::string_view text) {
  auto made = parse_check(text);
  EXPECT_TRUE(made) << text << ": " << made.error().problem;
  return made ? *std::move(made) : check_condition{};
}

TEST(ParseCheck, ReadsAMetricAnOperatorAndALimitWithItsUnit) {
  struct row {
    std::string_view text;
    comparison how;
    quantity limit;
  };
  for (auto const& r : {
           row{"availability >= 99.9%", comparison::at_least, {0.999, quantity_unit::share}},
           row{"latency.p99<250ms", comparison::less, {0.25, quantity_unit::duration}},
           row{"downtime.total <= 1m30s", comparison::at_most, {90, quantity_unit::duration}},
           row{"goodput > 30/m", comparison::more, {0.5, quantity_unit::rate}},
           row{"rollout.book.failures = 0", comparison::equal, {0, quantity_unit::number}},
           row{"rollout.book.failures == 0", comparison::equal, {0, quantity_unit::number}},
           row{"failures.http_5xx != 2.5", comparison::different, {2.5, quantity_unit::number}},
           row{" autoscale.order.jitter \n <\t-0.5 ", comparison::less, {-0.5, quantity_unit::number}},
       }) {
    SCOPED_TRACE(r.text);
    auto const made = good_check(r.text);
    EXPECT_EQ(made.how, r.how);
    auto const limit = std::get<quantity>(made.limit);
    EXPECT_DOUBLE_EQ(limit.value, r.limit.value);
    EXPECT_EQ(limit.unit, r.limit.unit);
    EXPECT_EQ(made.scope, check_scope{});
    EXPECT_EQ(made.text, r.text);
  }
}

TEST(ParseCheck, ReadsArmsFactorsAndScopes) {
  auto const made = good_check("arms.with.latency.p99 <= 1.2 * arms.without-it.latency.p99 during slow-book");
  EXPECT_EQ(made.metric, (metric_reference{"with", "latency.p99"}));
  EXPECT_EQ(std::get<scaled_metric>(made.limit), (scaled_metric{1.2, {"without-it", "latency.p99"}}));
  EXPECT_EQ(made.scope, (check_scope{scope_kind::during, "slow-book"}));
  EXPECT_EQ(std::get<scaled_metric>(good_check("latency.p50 < service_time.p99").limit),
            (scaled_metric{1, {"", "service_time.p99"}}));
  EXPECT_EQ(good_check("availability = 100% before x").scope, (check_scope{scope_kind::before, "x"}));
  EXPECT_EQ(good_check("availability = 100% after x").scope, (check_scope{scope_kind::after, "x"}));
}

TEST(ParseCheck, SaysWhatIsWrongAndHowToWriteIt) {
  struct row {
    std::string_view text, problem, fix;
  };
  for (auto const& r : {
           row{"", "an empty check", "Write e.g."},
           row{"availability", "a comparison is missing", "Use one of <"},
           row{"availability is 3", "\"is 3\" is no comparison", "Use one of"},
           row{"availability >=", "nothing to compare with", "Write e.g."},
           row{">= 99%", "\"\" is not the name of a metric", "latency.p99"},
           row{"a..b > 1", "\"a..b\" is not the name", "Write e.g."},
           row{"arms.with > 1", "names an arm and no metric", "arms.with.latency"},
           row{"latency.p99 < 250", "", ""},  // a number: whether it fits is for those who know the metric
           row{"latency.p99 < 250mss", "mss", "Write"},
           row{"latency.p99 < 1e999", "1e999", ""},
           row{"latency.p99 < 25 % during", "\"%\" is too much", "during, before or after"},
           row{"latency.p99 < 25ms durin x", "\"durin\" is too much", "Did you mean \"during\"?"},
           row{"latency.p99 < 25ms during", "needs the name of a phase or an action", "during rollout"},
           row{"latency.p99 < 25ms during x and y", "\"and y\" is too much", "two checks"},
           row{"a < 2 *", "\"\" is not the name of a metric", ""},
           row{"a < 2s * b", "", ""},
       }) {
    SCOPED_TRACE(r.text);
    auto const made = parse_check(r.text);
    if (r.text == "latency.p99 < 250") {
      EXPECT_TRUE(made);
      continue;
    }
    ASSERT_FALSE(made);
    auto const all = made.error().problem + " | " + made.error().fix;
    EXPECT_NE(all.find(r.problem), std::string::npos) << all;
    EXPECT_NE(all.find(r.fix), std::string::npos) << all;
  }
}

TEST(Quantities, ArePrintedWithTheDigitsThatTellThemApart) {
  EXPECT_EQ(to_string({0.999, quantity_unit::share}), "99.9%");
  EXPECT_EQ(to_string({1, quantity_unit::share}), "100%");
  EXPECT_EQ(to_string({0.9999996, quantity_unit::share}), "99.99996%");
  EXPECT_EQ(to_string({0.000001, quantity_unit::share}), "0.0001%");
  EXPECT_EQ(to_string({0, quantity_unit::share}), "0%");
  EXPECT_EQ(to_string({0.25, quantity_unit::duration}), "250 ms");
  EXPECT_EQ(to_string({-0.25, quantity_unit::duration}), "-250 ms");
  EXPECT_EQ(to_string({500, quantity_unit::rate}), "500/s");
  EXPECT_EQ(to_string({3, quantity_unit::number}), "3");
  EXPECT_EQ(to_string({-0.0001, quantity_unit::number}), "0");
}

// Values by "arm/metric".
metric_lookup lookup_with(std::map<std::string, metric_reading> values) {
  return [values = std::move(values)](metric_reference const& metric, check_scope const&) {
    auto const found = values.find(metric.arm + "/" + metric.name);
    return found == values.end() ? metric_reading{} : found->second;
  };
}

metric_reading share(double value) {
  return {.is = metric_reading::state::known, .value = {value, quantity_unit::share}};
}
metric_reading share_in(double value, double low, double high) {
  auto made = share(value);
  made.low = low;
  made.high = high;
  return made;
}
metric_reading at_least_seconds(double value) {
  return {.is = metric_reading::state::known, .value = {value, quantity_unit::duration}, .at_least = true};
}

struct verdict_case {
  char const* claim;
  std::string_view check;
  metric_reading reading;
  check_verdict expected;
};

TEST(EvaluateCheck, ComparesTheWholeIntervalWithTheLimit) {
  using enum check_verdict;
  for (auto const& c : {
           verdict_case{"a value alone that is above", "a >= 99.9%", share(0.9995), pass},
           verdict_case{"a value alone that is below", "a >= 99.9%", share(0.998), fail},
           verdict_case{"the limit itself", "a >= 99.9%", share(0.999), pass},
           verdict_case{"the limit itself, strictly", "a > 99.9%", share(0.999), fail},
           verdict_case{"all of the interval above", "a >= 99%", share_in(0.999, 0.995, 1), pass},
           verdict_case{"all of the interval below", "a >= 99%", share_in(0.95, 0.93, 0.97), fail},
           verdict_case{"the limit within the interval", "a >= 99%", share_in(1, 0.98, 1), inconclusive},
           verdict_case{"all below, as wanted", "a < 5%", share_in(0.01, 0, 0.04), pass},
           verdict_case{"the limit within, from below", "a < 5%", share_in(0.01, 0, 0.06), inconclusive},
           verdict_case{"nothing below", "a <= 5%", share_in(0.1, 0.06, 0.2), fail},
           verdict_case{"what was seen counts for =", "a = 100%", share_in(1, 0.98, 1), pass},
           verdict_case{"and for !=", "a != 100%", share_in(1, 0.98, 1), fail},
           verdict_case{"a censored value may be too large", "a < 5s", at_least_seconds(3), inconclusive},
           verdict_case{"a censored value is too large", "a < 5s", at_least_seconds(5), fail},
           verdict_case{"a censored value is large enough", "a > 2s", at_least_seconds(3), pass},
           verdict_case{"a censored value may be large enough", "a > 4s", at_least_seconds(3), inconclusive},
           verdict_case{"a censored value cannot be smaller", "a = 2s", at_least_seconds(3), fail},
           verdict_case{"a censored value may be equal", "a = 4s", at_least_seconds(3), inconclusive},
           verdict_case{"a zero needs no unit", "a = 0", share(0), pass},
           verdict_case{"units that do not fit", "a = 3", share(0), inconclusive},
           verdict_case{"no such metric", "b = 0%", share(0), no_such_metric},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(evaluate(good_check(c.check), lookup_with({{"/a", c.reading}})).verdict, c.expected);
  }
}

TEST(EvaluateCheck, ComparesArms) {
  auto const lookup = lookup_with({{"with/a", share_in(0.999, 0.99, 1)}, {"without/a", share_in(0.9, 0.85, 0.95)}});
  auto const better = evaluate(good_check("arms.with.a > arms.without.a"), lookup);
  EXPECT_EQ(better.verdict, check_verdict::pass);
  EXPECT_EQ(better.message, "arms.with.a is 99.9% [99%, 100%], needed > 90% [85%, 95%] (arms.without.a)");
  EXPECT_EQ(evaluate(good_check("arms.with.a > 1.05 * arms.without.a"), lookup).verdict, check_verdict::inconclusive);
  EXPECT_EQ(evaluate(good_check("arms.with.a > 1.2 * arms.without.a"), lookup).verdict, check_verdict::fail);
}

TEST(EvaluateCheck, SaysTheNumberAndWhatWasNeeded) {
  auto reading = share_in(1, 0.994, 1);
  reading.note = "3,000 requests without a failure would settle it";
  auto const unsure = evaluate(good_check("a >= 99.9%"), lookup_with({{"/a", reading}}));
  EXPECT_EQ(unsure.message,
            "a is 100% [99.4%, 100%], needed >= 99.9%: 3,000 requests without a failure would settle it");
  EXPECT_EQ(unsure.value, 1);
  EXPECT_EQ(evaluate(good_check("a < 5s"), lookup_with({{"/a", at_least_seconds(6)}})).message,
            "a is > 6.00 s, needed < 5.00 s");
  auto const absent =
      evaluate(good_check("a < 5s"),
               lookup_with({{"/a", {.is = metric_reading::state::not_measured, .note = "no fault acted"}}}));
  EXPECT_EQ(absent.verdict, check_verdict::inconclusive);
  EXPECT_EQ(absent.message, "a was not measured: no fault acted");
  EXPECT_EQ(evaluate(good_check("arms.x.b < 5s"), lookup_with({})).message, "there is no metric arms.x.b");
}

}  // namespace
}  // namespace holdfast::experiment
