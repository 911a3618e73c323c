// The profiles that are shipped, their schema, the page about them and the reader say the same.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/run/profile_files.hpp"
#include "experiment/plan.hpp"
#include "experiment/profile_keys.hpp"
#include "report/schema_check.hpp"

namespace holdfast::cli {
namespace {

using json = nlohmann::json;
namespace keys = experiment::profile_keys;

std::filesystem::path const source = HOLDFAST_SOURCE_DIR;
std::filesystem::path const profiles = source / "profiles";

std::string content_of(std::filesystem::path const& path) {
  std::ifstream in{path};
  EXPECT_TRUE(in) << path;
  return (std::stringstream{} << in.rdbuf()).str();
}

std::vector<std::string> files_in(std::filesystem::path const& folder) {
  std::vector<std::string> found;
  for (auto const& entry : std::filesystem::directory_iterator{folder}) found.push_back(entry.path().string());
  std::ranges::sort(found);
  return found;
}

/// What the schema says against it.
std::vector<std::string> against_schema(json const& value, char const* name) {
  auto const schema = json::parse(content_of(profiles / name));
  return report::example::schema_check{schema}.problems(value, schema);
}

TEST(ShippedProfiles, AreValidForReaderAndSchema) {
  auto const files = files_in(profiles / "bookshop");
  EXPECT_GE(files.size(), 11U);
  for (auto const& checked : read_profiles(files, {})) {
    EXPECT_TRUE(checked.made) << to_string(checked.made.error());
    if (!checked.made) continue;
    EXPECT_EQ(against_schema(json::parse(checked.made->text), "profile.schema.json"), std::vector<std::string>{})
        << checked.file;
    EXPECT_FALSE(checked.made->checks.empty()) << checked.file;
    EXPECT_TRUE(checked.made->budget) << checked.file;
    EXPECT_FALSE(to_text(experiment::make_plan(*checked.made), *checked.made).empty());
  }
}

TEST(ShippedProfiles, ExperimentsHaveANegativeControl) {
  for (auto const& checked : read_profiles(files_in(profiles / "bookshop"), {})) {
    if (!checked.made || checked.file.find("baseline") != std::string::npos) continue;
    auto const& arms = checked.made->arms;
    EXPECT_TRUE(std::ranges::any_of(arms, &experiment::arm::is_control)) << checked.file;
    EXPECT_FALSE(std::ranges::all_of(arms, &experiment::arm::is_control)) << checked.file;
  }
}

TEST(ShippedProfiles, SuitesAreValidForReaderAndSchema) {
  for (auto const& file : files_in(profiles / "suites")) {
    EXPECT_EQ(against_schema(json::parse(content_of(file)), "suite.schema.json"), std::vector<std::string>{}) << file;
    for (auto const& checked : read_profiles({file}, {})) {
      EXPECT_TRUE(checked.made) << file << "\n" << to_string(checked.made.error());
    }
  }
  EXPECT_EQ(read_profiles({(profiles / "suites/bookshop.json").string()}, {}).size(),
            files_in(profiles / "bookshop").size())
      << "the suite has every profile";
}

TEST(ShippedProfiles, TheTourTakesAboutTwoMinutesOfLoad) {
  nanoseconds all{};
  for (auto const& checked : read_profiles({(profiles / "suites/tour.json").string()}, {})) {
    ASSERT_TRUE(checked.made);
    all += *length_of(checked.made->load) * static_cast<std::int64_t>(make_plan(*checked.made).runs.size());
  }
  EXPECT_LE(all, std::chrono::seconds{150});
}

/// The verdict of both on the structure of a wrong profile, made from a right one by one change.
TEST(ProfileSchema, RefusesWhatTheReaderRefuses) {
  auto const right = json::parse(content_of(profiles / "bookshop/breaker.json"));
  auto const file = (profiles / "bookshop/breaker.json").string();
  struct wrong {
    char const* pointer;
    json value;
  };
  for (auto const& w : {
           wrong{"/title", 3},
           wrong{"/sytem", "x"},
           wrong{"/arms", "x"},
           wrong{"/arms/0/nam", "x"},
           wrong{"/arms/0/control", "yes"},
           wrong{"/arms/0/environment/order/X", json::array()},
           wrong{"/load/usres", 3},
           wrong{"/load/users", "many"},
           wrong{"/load/url", "http://order:8080/"},
           wrong{"/load/siege", "siege -c1 http://order:8080/"},
           wrong{"/phases/0/duration", 3},
           wrong{"/phases/0/length", "3s"},
           wrong{"/phases", json::object()},
           wrong{"/actions/0/faults", 1},
           wrong{"/actions/0/fault/kind", "latensy"},
           wrong{"/actions/0/fault", "latency"},
           wrong{"/actions/0/fault/direction", "up"},
           wrong{"/actions/0/times", "3"},
           wrong{"/observers/0/scrap", 1},
           wrong{"/observers/0/scrape/port", true},
           wrong{"/checks/0", 3},
           wrong{"/checks/1/check", 3},
           wrong{"/checks/1/arm", "x"},
           wrong{"/invariants", "yes"},
           wrong{"/budget", 300},
           wrong{"/seed", "1"},
           wrong{"/repeat", 1.5},
           wrong{"/cluster", {{"scale", 2}}},
           wrong{"/prepare", 3},
       }) {
    SCOPED_TRACE(w.pointer);
    auto document = right;
    document[json::json_pointer{w.pointer}] = w.value;
    EXPECT_FALSE(experiment::read_profile(document.dump(), file, sources_beside(file)));
    EXPECT_FALSE(against_schema(document, "profile.schema.json").empty());
  }
  for (auto const* const key : {"title", "system", "load"}) {
    auto document = right;
    document.erase(key);
    EXPECT_FALSE(experiment::read_profile(document.dump(), file, sources_beside(file))) << key;
    EXPECT_FALSE(against_schema(document, "profile.schema.json").empty()) << key;
  }
}

std::set<std::string> properties_of(json const& schema) {
  std::set<std::string> found;
  for (auto const& [key, value] : schema.at("properties").items()) found.insert(key);
  return found;
}

template <class... Lists>
std::set<std::string> set_of(Lists const&... lists) {
  std::set<std::string> all;
  (all.insert(lists.begin(), lists.end()), ...);
  return all;
}

TEST(ProfileSchema, HasTheReadersKeys) {
  auto const schema = json::parse(content_of(profiles / "profile.schema.json"));
  auto const& parts = schema.at("$defs");
  EXPECT_EQ(properties_of(schema), set_of(keys::profile));
  EXPECT_EQ(properties_of(schema["properties"]["cluster"]), set_of(keys::cluster));
  EXPECT_EQ(properties_of(parts["arm"]), set_of(keys::arm));
  EXPECT_EQ(properties_of(parts["arm"]["properties"]["patches"]["items"]),
            set_of(keys::object, keys::patch, keys::arm_patch_more));
  EXPECT_EQ(properties_of(parts["phase"]), set_of(keys::phase));
  EXPECT_EQ(properties_of(parts["action"]), set_of(keys::action_common, keys::action_kinds));
  auto const& kinds = parts["action"]["properties"];
  EXPECT_EQ(properties_of(kinds["rollout"]), set_of(keys::rollout));
  EXPECT_EQ(properties_of(kinds["scale"]), set_of(keys::scale));
  EXPECT_EQ(properties_of(kinds["kill"]), set_of(keys::pods, keys::kill_more));
  EXPECT_EQ(properties_of(kinds["pause"]), set_of(keys::pods));
  EXPECT_EQ(properties_of(kinds["delete"]), set_of(keys::object, keys::pods));
  EXPECT_EQ(properties_of(kinds["create"]), set_of(keys::create));
  EXPECT_EQ(properties_of(kinds["patch"]), set_of(keys::object, keys::patch));
  EXPECT_EQ(properties_of(kinds["fault"]), set_of(keys::fault_common));
  EXPECT_EQ(properties_of(kinds["run"]), set_of(keys::run));
  EXPECT_EQ(properties_of(parts["load"]["anyOf"][2]), set_of(keys::load_request, keys::load_course, keys::load_more));
  EXPECT_EQ(properties_of(parts["check"]["anyOf"][1]), set_of(keys::check));
  EXPECT_EQ(properties_of(json::parse(content_of(profiles / "suite.schema.json"))), set_of(keys::suite));
}

TEST(ProfilePage, NamesEveryKey) {
  auto const page = content_of(source / "harness/docs/profile.md");
  auto const all = set_of(keys::profile, keys::cluster, keys::arm, keys::object, keys::patch, keys::arm_patch_more,
                          keys::load_request, keys::load_script, keys::load_course, keys::load_more, keys::tls,
                          keys::phase, keys::action_common, keys::action_kinds, keys::rollout, keys::scale, keys::pods,
                          keys::kill_more, keys::create, keys::fault_common, keys::run, keys::observer, keys::scrape,
                          keys::check, keys::invariants, keys::suite, keys::suite_entry);
  for (auto const& key : all) EXPECT_NE(page.find("`" + key + "`"), std::string::npos) << key;
}

}  // namespace
}  // namespace holdfast::cli
