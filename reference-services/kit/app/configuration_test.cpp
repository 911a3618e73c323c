#include "kit/app/configuration.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using variables = std::map<std::string, std::string>;

result<configuration, diagnostics> read(variables const& given, std::vector<config_key> const& keys = common_keys()) {
  return configuration::read(keys, [&](std::string const& name) {
    auto const found = given.find(name);
    return found != given.end() ? std::optional{found->second} : std::nullopt;
  });
}

TEST(Configuration, EveryDefaultIsAValidValue) {
  for (auto const* const mode : {"reference", "original"}) {
    variables given{{"MODE", mode}};
    for (auto const& key : common_keys()) {
      if (key.name != "MODE")
        given[key.name] = *mode == 'o' && !key.original_default.empty() ? key.original_default : key.default_value;
    }
    auto const config = read(given);
    EXPECT_TRUE(config.has_value()) << to_string(config.error());
  }
}

TEST(Configuration, TellsAllProblemsAtOnce) {
  auto const config = read({{"PORT", "70000"},
                            {"CB_ERROR_PCT", "0"},
                            {"MODE", "orginal"},
                            {"DEFECTS", "G-01,G-99"},
                            {"TIME_SCALE", "-1"},
                            {"CB_TIMEOUT_MS", "500ms"},
                            {"BROKER_ADDR", "127.0.0.1:9092"}});
  ASSERT_TRUE(config.has_error());
  EXPECT_EQ(config.error().size(), 7U);
  auto const text = to_string(config.error());
  for (auto const* const part :
       {"environment: PORT: must be a port (got \"70000\")", "Did you mean \"original\"?", "unknown switch \"G-99\"",
        "a factor from 0.000001 to 1000", "milliseconds without a unit (got \"500ms\")", "embedded event log only"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

TEST(Configuration, DurationsAreScaled) {
  auto const config = read({{"TIME_SCALE", "0.1"}, {"CB_TIMEOUT_MS", "610"}});
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->duration("CB_TIMEOUT_MS"), nanoseconds{61'000'000});
  EXPECT_TRUE(config->is_set("CB_TIMEOUT_MS"));
  EXPECT_FALSE(config->is_set("CB_SLEEP_MS"));
}

TEST(Configuration, NoScaleMakesTimesVanish) {
  EXPECT_TRUE(read({{"TIME_SCALE", "0.000000001"}}).has_error());
  auto const config = read({{"TIME_SCALE", "0.000001"}, {"CB_WINDOW_MS", "20"}});
  ASSERT_TRUE(config.has_value());
  EXPECT_GT(config->duration("CB_WINDOW_MS"), nanoseconds{0});
}

TEST(Configuration, OriginalModeSwitchesEveryDefectOnAndChangesDefaults) {
  auto const config = read({{"MODE", "original"}, {"SYNC_FAIL_STATUS", "502"}});
  ASSERT_TRUE(config.has_value());
  EXPECT_TRUE(config->is_original());
  EXPECT_TRUE(config->has_defect("G-01") && config->has_defect("G-08"));
  EXPECT_EQ(config->number("REFUSAL_STATUS"), 500);
  EXPECT_EQ(config->number("SYNC_FAIL_STATUS"), 502) << "what is told goes before";
  EXPECT_EQ(config->number("PARTITIONS"), 1);
}

TEST(Configuration, SingleDefectsAreSwitches) {
  auto const config = read({{"DEFECTS", "G-02, G-07"}});
  ASSERT_TRUE(config.has_value());
  EXPECT_TRUE(config->has_defect("G-02") && config->has_defect("G-07"));
  EXPECT_FALSE(config->has_defect("G-01") || config->is_original());
}

TEST(Configuration, AnEmptyStateFolderIsAllowedAndAnEmptyNumberIsNot) {
  EXPECT_TRUE(read({{"STATE_DIR", ""}}).has_value());
  EXPECT_TRUE(read({{"DB_POOL", ""}}).has_error());
}

TEST(Configuration, UrlsNameAHostAndAtMostAPort) {
  std::vector<config_key> const keys{{.name = "BOOK_URL", .default_value = "http://book:8080", .kind = key_kind::url}};
  for (auto const* const good : {"http://book:8080", "http://127.0.0.1", "http://book:80/"}) {
    EXPECT_TRUE(read({{"BOOK_URL", good}}, keys).has_value()) << good;
  }
  for (auto const* const bad :
       {"book:8080", "http://", "http://book:x", "http://book:0", "http://a/b", "https://book"}) {
    EXPECT_TRUE(read({{"BOOK_URL", bad}}, keys).has_error()) << bad;
  }
}

TEST(Configuration, HelpNamesEveryKeyWithItsMeaning) {
  auto const keys = common_keys("bookshop", "order");
  auto const text = help_text("order", keys);
  for (auto const& key : keys) {
    EXPECT_NE(text.find("  " + key.name + " (default "), std::string::npos) << key.name;
    EXPECT_FALSE(key.meaning.empty());
  }
}

TEST(Configuration, AServiceOverridesADefault) {
  std::vector<config_key> const own{{.name = "CB_TIMEOUT_MS", .default_value = "610", .kind = key_kind::milliseconds}};
  auto const keys = merged_keys(common_keys(), own);
  EXPECT_EQ(keys.size(), common_keys().size());
  EXPECT_EQ(read({}, keys)->number("CB_TIMEOUT_MS"), 610);
}

TEST(Configuration, NamesOneLetterAwayAreWarnedOf) {
  std::vector<std::string> const names{"CB_TIMEOT_MS", "DBPOOL", "PATH", "PORT", "HOME", "WORK_CPU_MS"};
  auto const warnings = likely_misspellings(common_keys(), names);
  ASSERT_EQ(warnings.size(), 3U);
  EXPECT_EQ(warnings[0], "CB_TIMEOT_MS is no key of this service. Did you mean CB_TIMEOUT_MS?");
}

}  // namespace
}  // namespace holdfast::kit
