#include "cli/run/profile_command_line.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

profile_command_line sorted(std::vector<std::string> const& words) {
  constexpr std::array<std::string_view, 2> flags{"--plan", "--json"};
  return sort_profile_words(words, "validate", flags);
}

TEST(ProfileCommandLine, SortsFilesOverridesAndFlags) {
  auto const made = sorted({"a.json", "--set", "load.users=20", "--set=load.rate=5/s", "--arm", "x", "--seed=7",
                            "--repeat", "3", "--plan", "b.json"});
  EXPECT_TRUE(made.problems.empty()) << to_string(made.problems);
  EXPECT_EQ(made.files, (std::vector<std::string>{"a.json", "b.json"}));
  EXPECT_EQ(made.overrides.set,
            (std::vector<std::pair<std::string, std::string>>{{"load.users", "20"}, {"load.rate", "5/s"}}));
  EXPECT_EQ(made.overrides.arms, std::vector<std::string>{"x"});
  EXPECT_EQ(made.overrides.seed, 7U);
  EXPECT_EQ(made.overrides.repeat, 3U);
  EXPECT_TRUE(made.has("--plan"));
  EXPECT_FALSE(made.has("--json"));
}

TEST(ProfileCommandLine, SaysEverythingThatIsWrong) {
  auto const said = to_string(sorted({"--seed", "x", "--repeat=0", "--set", "users", "--pln", "--arm"}).problems);
  for (auto const* const part : {"--seed: not a whole number (got \"x\")", "--repeat: must be above zero",
                                 "--set: is not PATH=VALUE (got \"users\")", "--pln: is not an option",
                                 "Did you mean \"--plan\"?", "--arm: needs a value"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << " in\n" << said;
  }
  EXPECT_NE(to_string(sorted({}).problems).find("no profile is named"), std::string::npos);
  EXPECT_TRUE(sorted({"--help"}).wants_help);
}

}  // namespace
}  // namespace holdfast::cli
