#include "cli/siege/siege_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

std::string summary_of(std::vector<std::string> const& words) {
  auto const split = split_siege_arguments(words);
  if (!split) return to_string(split.error());
  std::string out;
  for (auto const& use : split->options) out += use.written + (use.value ? "=" + *use.value : "") + " ";
  out += "|";
  for (auto const& word : split->rest) out += " " + word;
  return out;
}

struct split_case {
  char const* claim;
  std::vector<std::string> words;
  char const* expected;
};

TEST(SiegeArguments, AreTakenApartAsGetoptLongDoes) {
  for (auto const& c : {
           split_case{"a value glued to its letter", {"-c200", "-t60S"}, "-c=200 -t=60S |"},
           split_case{"a value in the next word", {"-c", "200", "u"}, "-c=200 | u"},
           split_case{"letters in one word, the last with its value", {"-vbc5"}, "-v -b -c=5 |"},
           split_case{"a long name with = or a blank", {"--delay=1S", "--delay", "2"}, "--delay=1S --delay=2 |"},
           split_case{"an optional value must be glued on",
                      {"-l", "x", "-lf", "--log=g", "--log", "y"},
                      "-l -l=f --log=g --log | x y"},
           split_case{"options after the URL", {"http://h/", "--delay=1S"}, "--delay=1S | http://h/"},
           split_case{"-- ends the options", {"--", "-v"}, "| -v"},
           split_case{"a lone dash is no option", {"-"}, "| -"},
           split_case{"an unambiguous abbreviation", {"--conc=3", "--benc"}, "--concurrent=3 --benchmark |"},
           split_case{"siege's abbreviations stay, though we have --threads and --more",
                      {"--t=1S", "--m=x"},
                      "--time=1S --mark=x |"},
           split_case{"ours can be abbreviated where siege has nothing",
                      {"--thr=2", "--siege=4.1"},
                      "--threads=2 --siege-compat=4.1 |"},
           split_case{"-L FILE as the manual promises", {"-L", "f"}, "-L=f |"},
           split_case{"an empty glued value", {"--mark="}, "--mark= |"},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(summary_of(c.words), c.expected);
  }
}

TEST(SiegeArguments, ProblemsNameTheOptionAndAllComeAtOnce) {
  auto const text = summary_of({"-Z", "--co=1", "--quiet=1", "--concurent=2", "-c"});
  EXPECT_THAT(text, HasSubstr("command line: -Z: there is no such option"));
  EXPECT_THAT(text, HasSubstr("--co: this abbreviation fits several options: --config, --concurrent, --content-type"));
  EXPECT_THAT(text, HasSubstr("--quiet: this option takes no value (got \"1\")"));
  EXPECT_THAT(text, HasSubstr("Did you mean \"concurrent\"?"));
  EXPECT_THAT(text, HasSubstr("-c: the value is missing"));
}

}  // namespace
}  // namespace holdfast::cli
