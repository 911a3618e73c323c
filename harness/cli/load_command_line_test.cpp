#include "cli/load_command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using words = std::vector<std::string>;

load_texts read(words const& given) {
  auto texts = read_load_command_line(given);
  EXPECT_TRUE(texts) << to_string(texts.error());
  return texts ? *texts : load_texts{};
}

std::string problems(words const& given) {
  auto const texts = read_load_command_line(given);
  return texts ? "no problem" : to_string(texts.error());
}

struct option_case {
  char const* option;
  std::optional<std::string> load_texts::*into;
};

TEST(LoadCommandLine, TakesTheValueOfEachOption) {
  for (auto const& [option, into] :
       {option_case{"--queue", &load_texts::queue}, option_case{"-m", &load_texts::method},
        option_case{"--method", &load_texts::method}, option_case{"--data", &load_texts::data},
        option_case{"--json-body", &load_texts::json_body}, option_case{"--user", &load_texts::user},
        option_case{"--max-redirects", &load_texts::max_redirects}, option_case{"--cacert", &load_texts::cacert},
        option_case{"--cert", &load_texts::cert}, option_case{"--key", &load_texts::key},
        option_case{"--timeout", &load_texts::timeout}, option_case{"--connect-timeout", &load_texts::connect_timeout},
        option_case{"--drain", &load_texts::drain}, option_case{"--threads", &load_texts::threads},
        option_case{"--pipeline", &load_texts::pipeline}, option_case{"--seed", &load_texts::seed},
        option_case{"--scenario", &load_texts::scenario}, option_case{"--out", &load_texts::out}}) {
    SCOPED_TRACE(option);
    EXPECT_EQ(read({"http://x/", option, "[1,2]"}).*into, "[1,2]");
    EXPECT_EQ((read({"http://x/"}).*into), std::nullopt);
  }
}

struct shape_case {
  char const* option;
  std::optional<std::string> load::load_shape_texts::*into;
};

TEST(LoadCommandLine, TakesTheShapeOfTheLoad) {
  using shape = load::load_shape_texts;
  for (auto const& [option, into] :
       {shape_case{"-c", &shape::users}, shape_case{"--connections", &shape::users}, shape_case{"-d", &shape::duration},
        shape_case{"--duration", &shape::duration}, shape_case{"-n", &shape::requests},
        shape_case{"--requests", &shape::requests}, shape_case{"--iterations", &shape::iterations},
        shape_case{"--think", &shape::think}, shape_case{"--rate", &shape::rate}, shape_case{"--ramp", &shape::ramp},
        shape_case{"--stages", &shape::stages}, shape_case{"--spike", &shape::spike},
        shape_case{"--replay", &shape::replay}, shape_case{"--replay-speed", &shape::replay_speed}}) {
    SCOPED_TRACE(option);
    EXPECT_EQ((read({"http://x/", option, "17"}).shape.*into), "17");
  }
  EXPECT_TRUE(read({"--poisson"}).shape.poisson);
}

struct flag_case {
  char const* option;
  bool load_texts::*into;
};

TEST(LoadCommandLine, TakesEachFlag) {
  for (auto const& [option, into] :
       {flag_case{"-k", &load_texts::insecure}, flag_case{"--insecure", &load_texts::insecure},
        flag_case{"--json", &load_texts::json}, flag_case{"--quiet", &load_texts::quiet},
        flag_case{"--no-progress", &load_texts::no_progress}, flag_case{"--no-probe", &load_texts::no_probe},
        flag_case{"--no-keepalive", &load_texts::no_keepalive}, flag_case{"--strict", &load_texts::strict},
        flag_case{"-h", &load_texts::wants_help}, flag_case{"--help", &load_texts::wants_help}}) {
    SCOPED_TRACE(option);
    EXPECT_TRUE(read({"http://x/", option}).*into);
    EXPECT_FALSE(read({"http://x/"}).*into);
  }
}

TEST(LoadCommandLine, AllowsTheUsualSpellings) {
  EXPECT_EQ(read({"--rate=5/s"}).shape.rate, "5/s");
  EXPECT_EQ(read({"-c64"}).shape.users, "64");
  auto const joined = read({"-kd", "5s", "http://x/"});
  EXPECT_TRUE(joined.insecure);
  EXPECT_EQ(joined.shape.duration, "5s");
}

TEST(LoadCommandLine, KeepsHeadersInTheirOrder) {
  EXPECT_THAT(read({"-H", "A: 1", "--header", "B: [2]", "-H", "A: 3"}).headers, ElementsAre("A: 1", "B: [2]", "A: 3"));
}

TEST(LoadCommandLine, KeepsTheUrlWhereverItStands) {
  EXPECT_THAT(read({"-c", "5", "http://x/", "--json"}).urls, ElementsAre("http://x/"));
}

TEST(LoadCommandLine, SuggestsTheNearestOption) {
  EXPECT_EQ(problems({"--duratoin", "5s", "http://x/"}),
            "command line: --duratoin: is not an option of \"holdfast load\".\nDid you mean \"--duration\"?\n");
  EXPECT_THAT(problems({"--zzzz"}), HasSubstr("See \"holdfast load --help\"."));
}

TEST(LoadCommandLine, RefusesASecondValue) {
  EXPECT_EQ(problems({"--rate", "5/s", "--rate=6/s"}),
            "command line: --rate: was given 2 times (got \"6/s\").\nGive it once; the first time it was \"5/s\".\n");
}

TEST(LoadCommandLine, RefusesAnOptionWithoutItsValue) {
  EXPECT_THAT(problems({"http://x/", "--rate"}), HasSubstr("command line: --rate: needs a value."));
}

TEST(LoadCommandLine, TellsAllProblemsAtOnce) {
  EXPECT_THAT(problems({"http://x/", "--spiek=1", "-q", "-d", "1s", "-d", "2s", "--rate"}),
              AllOf(HasSubstr("--spiek"), HasSubstr("-q: is not"), HasSubstr("-d: was given"),
                    HasSubstr("--rate: needs a value")));
}

TEST(LoadCommandLine, HelpNamesEveryOption) {
  auto const help = load_help();
  for (auto const* const option : {"--connections",  "--duration",  "--requests",     "--iterations",
                                   "--think",        "--rate",      "--ramp",         "--stages",
                                   "--spike",        "--replay",    "--replay-speed", "--poisson",
                                   "--queue",        "--scenario",  "--method",       "--header",
                                   "--data",         "--json-body", "--user",         "--max-redirects",
                                   "--no-keepalive", "--pipeline",  "--insecure",     "--cacert",
                                   "--cert",         "--key",       "--timeout",      "--connect-timeout",
                                   "--drain",        "--threads",   "--seed",         "--strict",
                                   "--no-probe",     "--json",      "--out",          "--quiet",
                                   "--no-progress",  "130"}) {
    EXPECT_THAT(help, HasSubstr(option));
  }
}

}  // namespace
}  // namespace holdfast::cli
