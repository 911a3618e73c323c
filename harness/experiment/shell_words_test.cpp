#include "experiment/shell_words.hpp"

#include <gtest/gtest.h>

namespace holdfast::experiment {
namespace {

TEST(ShellWords, AreTakenApartAsAShellDoes) {
  using words = std::vector<std::string>;
  struct row {
    std::string_view line;
    words expected;
  };
  for (auto const& r : {
           row{"", {}},
           row{" siege  -c100\t-t30S ", {"siege", "-c100", "-t30S"}},
           row{R"(--content-type "application/json" 'http://order:8080/orders POST {"qty" : "1"}')",
               {"--content-type", "application/json", R"(http://order:8080/orders POST {"qty" : "1"})"}},
           row{R"(a"b c"'d e'f)", {"ab cd ef"}},
           row{R"(a\ b "\"\\\$x" "\n")", {"a b", R"("\$x)", R"(\n)"}},
           row{"'' \"\"", {"", ""}},
           row{"5$ $", {"5$", "$"}},
       }) {
    SCOPED_TRACE(r.line);
    auto const made = shell_words(r.line);
    ASSERT_TRUE(made) << made.error().problem;
    EXPECT_EQ(*made, r.expected);
  }
}

TEST(ShellWords, RefuseWhatAShellWouldDoMoreWith) {
  for (std::string_view const line :
       {"a 'b", "a \"b", "a\\", "a; b", "a | b", "a > b", "a & b", "$(a)", "\"$HOME\"", "`a`"}) {
    EXPECT_FALSE(shell_words(line)) << line;
  }
}

}  // namespace
}  // namespace holdfast::experiment
