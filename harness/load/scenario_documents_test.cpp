// The schema, the example and the reader say the same.
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "core/json_document.hpp"
#include "load/scenario.hpp"
#include "load/scenario_keys.hpp"

namespace holdfast::load {
namespace {

using names = std::set<std::string, std::less<>>;

std::string source_path(std::string_view name) {
  return std::string{HOLDFAST_SOURCE_DIR} + "/harness/" + std::string{name};
}

std::string content_of(std::string const& path) {
  std::ifstream in{path};
  EXPECT_TRUE(in) << path;
  return (std::stringstream{} << in.rdbuf()).str();
}

json_value const& member(json_value const& object, std::string_view key) {
  static json_value const nothing;
  auto const found = std::ranges::find(object.members, key, &json_member::key);
  EXPECT_NE(found, object.members.end()) << key;
  return found == object.members.end() ? nothing : found->value;
}

names properties_of(json_value const& schema) {
  names found;
  for (auto const& property : member(schema, "properties").members) found.insert(property.key);
  return found;
}

template <class... Lists>
names all_of(Lists const&... lists) {
  names all;
  (all.insert(lists.begin(), lists.end()), ...);
  return all;
}

TEST(ScenarioDocuments, TheSchemaHasTheReadersKeys) {
  auto const path = source_path("load/scenario.schema.json");
  auto const schema = parse_json(content_of(path), path);
  ASSERT_TRUE(schema) << to_string(schema.error());
  EXPECT_EQ(properties_of(*schema), all_of(scenario_keys::scenario));
  auto const& parts = member(*schema, "$defs");
  EXPECT_EQ(properties_of(member(parts, "feeder")), all_of(scenario_keys::feeder));
  EXPECT_EQ(properties_of(member(parts, "sequence")), all_of(scenario_keys::sequence));
  EXPECT_EQ(properties_of(member(parts, "step")), all_of(scenario_keys::methods, scenario_keys::step));
  EXPECT_EQ(properties_of(member(parts, "weighted_step")),
            all_of(scenario_keys::methods, scenario_keys::step, names{"weight"}));
  EXPECT_EQ(properties_of(member(parts, "auth")), all_of(scenario_keys::auth));
  EXPECT_EQ(properties_of(member(parts, "conditions")), all_of(scenario_keys::conditions));
  EXPECT_EQ(properties_of(member(parts, "header_condition")), all_of(scenario_keys::header_condition));
  EXPECT_EQ(properties_of(member(parts, "body_condition")), all_of(scenario_keys::body_condition));
  EXPECT_EQ(properties_of(member(parts, "json_condition")), all_of(scenario_keys::json_condition));
  EXPECT_EQ(properties_of(member(parts, "extraction")), all_of(scenario_keys::extraction));
}

TEST(ScenarioDocuments, ThePageNamesEveryKey) {
  auto const page = content_of(source_path("docs/scenario.md"));
  auto const keys = all_of(scenario_keys::scenario, scenario_keys::feeder, scenario_keys::sequence,
                           scenario_keys::methods, scenario_keys::step, scenario_keys::auth, scenario_keys::conditions,
                           scenario_keys::header_condition, scenario_keys::body_condition,
                           scenario_keys::json_condition, scenario_keys::extraction, scenario_keys::think);
  for (auto const& key : keys) EXPECT_NE(page.find("`" + key + "`"), std::string::npos) << key;
}

TEST(ScenarioDocuments, TheExampleIsAScenario) {
  auto const path = source_path("docs/examples/shop-scenario.json");
  auto const made = read_scenario(content_of(path), path, files_beside(path));
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->request_names,
            (std::vector<std::string>{"list items", "show item", "sign in", "order", "show order", "health"}));
  EXPECT_EQ(made->feeders.at(0).table.rows(), 3U);
}

TEST(ScenarioDocuments, FilesThatCannotBeHadSayWhy) {
  auto const load = files_beside(source_path("docs/examples/x.json"));
  EXPECT_TRUE(load("users.csv"));
  EXPECT_NE(load("missing.csv").error().what().find("cannot be opened: No such file"), std::string::npos);
  EXPECT_NE(load(".").error().what().find("is a folder"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::load
