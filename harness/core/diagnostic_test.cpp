#include "core/diagnostic.hpp"

#include <array>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Diagnostic, NamesFileLineFieldValueAndFix) {
  diagnostic const d{.file = "checkout.json",
                     .line = 12,
                     .field = "load.stages[1].rate",
                     .value = "0/s",
                     .problem = "an open-loop stage needs a rate above zero",
                     .fix = "Write e.g. \"500/s\", or remove the stage."};
  EXPECT_EQ(to_string(d),
            "checkout.json:12: load.stages[1].rate: an open-loop stage needs a rate above zero (got \"0/s\").\n"
            "Write e.g. \"500/s\", or remove the stage.");
}

TEST(Diagnostic, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(to_string(diagnostic{.problem = "no target given"}), "no target given.");
  EXPECT_EQ(to_string(diagnostics{{.problem = "one"}, {.problem = "two"}}), "one.\ntwo.\n");
}

TEST(NearestWord, FindsASlipOfTheFingerAndNoMore) {
  constexpr std::array<std::string_view, 3> words{"timeout", "threads", "rate"};
  EXPECT_EQ(nearest_word("timeuot", words), "timeout");
  EXPECT_EQ(nearest_word("thread", words), "threads");
  EXPECT_EQ(nearest_word("laod", std::array<std::string_view, 2>{"load", "siege"}), "load");
  EXPECT_EQ(nearest_word("zebra", words), "");
  EXPECT_EQ(did_you_mean("rat", words), " Did you mean \"rate\"?");
  EXPECT_EQ(did_you_mean("zebra", words), "");
}

}  // namespace
}  // namespace holdfast
