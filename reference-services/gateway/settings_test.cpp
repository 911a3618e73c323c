#include "gateway/settings.hpp"

#include <map>

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

result<settings, diagnostics> read(std::map<std::string, std::string> const& given) {
  return read_settings([&given](std::string const& name) -> std::optional<std::string> {
    auto const found = given.find(name);
    return found == given.end() ? std::nullopt : std::optional{found->second};
  });
}

TEST(Settings, TheDefaultsAreThoseOfTheBookShop) {
  auto const parsed = read({});
  ASSERT_TRUE(parsed);
  auto const& s = *parsed;
  EXPECT_EQ(s.port, 8088);
  EXPECT_EQ(s.routes.find("/myPages/1")->target, "/mypages/1");
  EXPECT_FALSE(s.is_original);
  EXPECT_FALSE(s.names_backend);
}

TEST(Settings, TheOriginalNamesTheBackend) {
  auto const parsed = read({{"MODE", "original"}});
  ASSERT_TRUE(parsed);
  auto const& s = *parsed;
  EXPECT_TRUE(s.is_original);
  EXPECT_TRUE(s.names_backend);
}

TEST(Settings, AllProblemsAreToldWithKeyValueAndFix) {
  auto const wrong = read({{"PORT", "99999"}, {"ROUTES", "/a=b=c"}, {"ANSWER_TIMEOUT_MS", "0"}});
  ASSERT_FALSE(wrong);
  auto const text = to_string(wrong.error());
  for (auto const* const part : {"PORT", "99999", "ROUTES", "/a=b=c", "ANSWER_TIMEOUT_MS"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
  for (auto const& each : wrong.error()) EXPECT_FALSE(each.fix.empty());
}

TEST(Settings, EveryKeyIsDocumented) {
  for (auto const& key : setting_keys()) EXPECT_FALSE(key.meaning.empty()) << key.name;
}

TEST(Settings, TheLeastRateOfABodyIsRead) {
  EXPECT_EQ(read({})->least_body_rate, 500U);
  EXPECT_EQ(read({{"LEAST_BODY_RATE", "0"}})->least_body_rate, 0U);
  EXPECT_FALSE(read({{"LEAST_BODY_RATE", "-1"}}));
}

TEST(Settings, TimesScale) {
  auto const parsed = read({{"TIME_SCALE", "0.1"}, {"ANSWER_TIMEOUT_MS", "1000"}});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->answer_time, std::chrono::milliseconds{100});
}

}  // namespace
}  // namespace holdfast::gateway
