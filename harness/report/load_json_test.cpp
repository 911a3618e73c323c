#include "report/load_json.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "report/load_report_example.hpp"
#include "report/schema_check.hpp"

namespace holdfast::report {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::IsEmpty;

class LoadJson : public testing::Test {
 protected:
  std::vector<std::string> problems_of(std::string const& text, json const& with) const {
    return example::schema_check{schema_}.problems(json::parse(text), with);
  }

  json const schema_ =
      json::parse(std::ifstream{std::string{HOLDFAST_SOURCE_DIR} + "/harness/report/load_result.schema.json"});
};

load_report full_report() {
  auto report = example::report();
  report.about.scenario = scenario_text{.file = "shop.json", .text = "{}"};
  report.folder = written_folder{.path = "runs/one", .problem = ""};
  report.broken_equations = {{.equation = "scheduled = started + dropped", .left = 2, .right = 1}};
  return report;
}

TEST_F(LoadJson, IsDescribedByItsSchema) {
  EXPECT_THAT(problems_of(load_json(full_report(), json_detail::record), schema_), IsEmpty());
  EXPECT_THAT(problems_of(load_json(example::report(), json_detail::result), schema_), IsEmpty());
  auto closed = example::report();
  closed.about.settings.arrivals = load::closed_loop_plan{.duration = 10s};
  EXPECT_THAT(problems_of(load_json(closed, json_detail::result), schema_), IsEmpty());
  EXPECT_THAT(problems_of(begun_run_json(example::description(), wall_time{}), schema_), IsEmpty());
}

TEST_F(LoadJson, OfARunWithoutAnswersIsDescribedToo) {
  auto const report = make_load_report({.total_length = 1s}, {}, {});
  EXPECT_THAT(problems_of(load_json(report, json_detail::result), schema_), IsEmpty());
}

TEST_F(LoadJson, FullReportHasEveryKeyOfTheSchema) {
  auto const all = json::parse(load_json(full_report(), json_detail::record));
  for (auto const& [key, unused] : schema_["properties"].items()) EXPECT_TRUE(all.contains(key)) << key;
}

TEST_F(LoadJson, LinesOfTheTimelineAndOfTheFailuresAreDescribed) {
  EXPECT_THAT(problems_of(timeline_line(example::record(), example::at(0s)), schema_["$defs"]["timeline_line"]),
              IsEmpty());
  EXPECT_THAT(problems_of(timeline_line({}, time_point{}), schema_["$defs"]["timeline_line"]), IsEmpty());
  EXPECT_THAT(problems_of(failure_line({.reason = load::outcome::reset}, time_point{}, "browse"),
                          schema_["$defs"]["failure_line"]),
              IsEmpty());
}

TEST_F(LoadJson, SchemaCheckFindsAnUnknownKey) {
  auto line = json::parse(timeline_line(example::record(), example::at(0s)));
  line["latency_p99_ms"] = 1;
  EXPECT_THAT(problems_of(line.dump(), schema_["$defs"]["timeline_line"]),
              testing::ElementsAre(".latency_p99_ms: not described"));
}

TEST_F(LoadJson, CarriesTheFiguresOfTheReport) {
  auto const all = json::parse(load_json(example::report(), json_detail::result));
  EXPECT_EQ(all["state"], "finished");
  EXPECT_EQ(all["requests"]["ok"], 1990);
  EXPECT_EQ(all["outcomes"]["http_5xx"], 6);
  EXPECT_EQ(all["statuses"]["503"], 6);
  EXPECT_DOUBLE_EQ(all["rates"]["goodput_per_second"], 199.0);
  EXPECT_NEAR(all["latency"]["p50_us"], 1010, 2);
  EXPECT_EQ(all["latency"]["max_us"], 2'000'010);
  EXPECT_THAT(all["latency"]["at_least"], testing::Contains("max"));
  EXPECT_EQ(all["by_request"][0]["name"], "browse");
  EXPECT_EQ(all["machine"]["shared_with_target"], true);
  EXPECT_EQ(all["measurement"]["verdict"], "valid");
}

TEST_F(LoadJson, KeepsTheTextOfAScenarioInTheRecordOnly) {
  auto const result = json::parse(load_json(full_report(), json_detail::result));
  EXPECT_FALSE(result["scenario"].contains("text"));
  // sha256sum of "{}".
  EXPECT_EQ(result["scenario"]["sha256"], "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  EXPECT_EQ(json::parse(load_json(full_report(), json_detail::record))["scenario"]["text"], "{}");
}

TEST_F(LoadJson, IsValidWhateverBytesANameHas) {
  auto report = example::report();
  report.requests[0].name = "\xff\xfe\"\n";
  EXPECT_TRUE(json::accept(load_json(report, json_detail::result)));
}

}  // namespace
}  // namespace holdfast::report
