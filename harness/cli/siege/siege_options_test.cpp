#include "cli/siege/siege_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/siege/siege_test_support.hpp"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

siege_invocation read(std::vector<std::string> const& words, testing::fake_environment const& world = {}) {
  auto invocation = read_siege_invocation(words, world.view());
  EXPECT_TRUE(invocation) << to_string(invocation.error());
  return invocation ? *invocation : siege_invocation{};
}

std::string problems_of(std::vector<std::string> const& words, testing::fake_environment const& world = {}) {
  auto const invocation = read_siege_invocation(words, world.view());
  return invocation ? "" : to_string(invocation.error());
}

TEST(SiegeOptions, CommandLinesOfTheReferenceSystemsAreUnderstood) {
  auto const first = read({"-c200", "-t60S", "-r10", "-v", "--content-type", "application/json",
                           "http://drivercall:8080/drivercalls/ POST {\"tel\": \"1234567890\", \"cost\":3000}"});
  EXPECT_EQ(first.settings.concurrent, 200U);
  EXPECT_EQ(first.settings.time, 60s);
  EXPECT_FALSE(first.settings.reps) << "time wins";
  EXPECT_THAT(first.warnings, HasSubstr("CONFIG conflict"));
  EXPECT_THAT(first.warnings, HasSubstr("defaulting to time-based testing: 60 seconds"));
  EXPECT_EQ(first.settings.content_type, "application/json");
  EXPECT_EQ(first.settings.url, "http://drivercall:8080/drivercalls/ POST {\"tel\": \"1234567890\", \"cost\":3000}");

  auto const fifth = read({"-c1", "-t60S", "-v", "http://order:8080/orders", "--delay=1S"});
  EXPECT_EQ(fifth.settings.delay, 1s);
  EXPECT_EQ(fifth.settings.url, "http://order:8080/orders");
  EXPECT_EQ(fifth.warnings, "");
}

TEST(SiegeOptions, EveryOptionHasItsEffect) {
  auto const s =
      read(
          {"-vq",   "-D",      "-c", "7",  "-r", "9",      "-d",       "0.5",         "-i",       "-f",
           "u.txt", "-lx.log", "-m", "M",  "-H", "A: 1",   "-H",       "B: 2",        "-A",       "agent",
           "-T",    "t/t",     "-j", "-N", "-F", "--more", "--strict", "--threads=2", "--seed=5", "--siege-compat=4.1"})
          .settings;
  EXPECT_TRUE(s.verbose && s.quiet && s.debug && s.internet && s.logging && s.json_output && s.more && s.strict);
  EXPECT_FALSE(s.parser || s.follow_location);
  EXPECT_EQ(s.concurrent, 7U);
  EXPECT_EQ(s.reps, 9U);
  EXPECT_EQ(s.delay, 500ms);
  EXPECT_EQ(s.file, "u.txt");
  EXPECT_EQ(s.logfile, "x.log");
  EXPECT_EQ(s.mark, "M");
  EXPECT_THAT(s.headers, ElementsAre("A: 1", "B: 2"));
  EXPECT_EQ(s.user_agent, "agent");
  EXPECT_EQ(s.content_type, "t/t");
  EXPECT_EQ(s.threads, 2U);
  EXPECT_EQ(s.seed, 5U);
  EXPECT_EQ(s.dialect, siege_dialect::v4_1);
  EXPECT_EQ(read({"-d2", "-b"}).settings.delay, 0s);
  EXPECT_TRUE(read({"-ronce"}).settings.once);
  EXPECT_EQ(read({"-L", "y.log"}).settings.logfile, "y.log");
  EXPECT_EQ(read({"-V"}).task, siege_task::version);
  EXPECT_EQ(read({"-h"}).task, siege_task::help);
  EXPECT_EQ(read({"-C"}).task, siege_task::config);
}

TEST(SiegeOptions, ABadUrlShowsBesideTheOtherProblems) {
  testing::fake_environment const world{.variables = {},
                                        .files = {{"bad.conf", "url = ftp://x\nverbose = maybe\nlogin-url = ftp://y\n"},
                                                  {"url.conf", "color = off\nurl = ftp://x\n"}}};
  auto const text_of = [&](std::vector<std::string> const& arguments) {
    auto const read_back = read_siege_invocation(arguments, world.view());
    return read_back ? std::string{} : to_string(read_back.error());
  };
  EXPECT_THAT(text_of({"-R", "bad.conf"}), HasSubstr("bad.conf:1: url: FTP is not supported"));
  EXPECT_THAT(text_of({"-R", "bad.conf"}), HasSubstr("bad.conf:2: verbose: "));
  EXPECT_THAT(text_of({"-R", "bad.conf"}), HasSubstr("bad.conf:3: login-url: FTP is not supported"));
  EXPECT_THAT(text_of({"-R", "url.conf", "-cx"}), HasSubstr("url.conf:2: url: FTP is not supported"));
  EXPECT_THAT(text_of({"-cx", "ftp://z"}), HasSubstr("command line: URL: FTP is not supported"));
}

TEST(SiegeOptions, TimesHaveSiegesUnits) {
  EXPECT_EQ(read({"-t2"}).settings.time, 2min);
  EXPECT_EQ(read({"-t2m"}).settings.time, 2min);
  EXPECT_EQ(read({"-t90s"}).settings.time, 90s);
  EXPECT_EQ(read({"--time=1H"}).settings.time, 1h);
}

TEST(SiegeOptions, LookingAtOneExchangeIsOneRequestOfOneUser) {
  auto const s = read({"-g", "-c5", "-t1H", "-l", "http://h/"}).settings;
  EXPECT_EQ(s.look, siege_look::heads);
  EXPECT_EQ(s.concurrent, 1U);
  EXPECT_EQ(s.reps, 1U);
  EXPECT_FALSE(s.time || s.logging);
  EXPECT_EQ(s.protocol, siege_protocol::http_1_0);
  EXPECT_THAT(problems_of({"-g"}), HasSubstr("-g/--get: it requires a commandline URL"));
}

TEST(SiegeOptions, WithoutAResourceFileTheShippedSettingsHold) {
  auto const s = read({}).settings;
  EXPECT_EQ(s.concurrent, 25U);
  EXPECT_TRUE(s.verbose && s.parser);
  EXPECT_EQ(s.accept_encoding, "gzip, deflate");
  EXPECT_EQ(s.user_agent, "Mozilla/5.0 (pc-x86_64-linux-gnu) Siege/4.0.7");
  EXPECT_EQ(read({"--siege-compat=4.1"}).settings.user_agent, "Mozilla/5.0 (pc-x86_64-linux-gnu) Siege/4.1.7");
}

TEST(SiegeOptions, TheResourceFileIsReadFirstAndOptionsWin) {
  testing::fake_environment const world{.files = {{"my.rc", "concurrent = 3\nverbose = false\nreps = 4\n"}}};
  auto const s = read({"-c8", "-v", "-R", "my.rc"}, world).settings;
  EXPECT_EQ(s.concurrent, 8U);
  EXPECT_TRUE(s.verbose);
  EXPECT_EQ(s.reps, 4U);
  EXPECT_EQ(s.resource_file, "my.rc");
}

TEST(SiegeOptions, TheArgumentBeatsTheFileAndTheLastOneCounts) {
  EXPECT_EQ(read({"http://a/", "http://b/", "-f", "u.txt"}).settings.url, "http://b/");
}

TEST(SiegeOptions, WrongValuesAreErrorsWhichNameThem) {
  auto const text = problems_of({"-cabc", "-r0", "-tx", "-d", "-1", "-H", "nocolon", "--threads=0", "--seed=x",
                                 "--siege-compat=3", "-R", "gone.rc", "-d1m"});
  for (auto const* const part :
       {"-c: not a whole number (got \"abc\")", "-r: too small (got \"0\")", "-t: not a time (got \"x\")",
        "-d: a delay cannot be below zero (got \"-1\")", "-H: no ':' in http-header (got \"nocolon\")",
        "--threads: too small (got \"0\")", "--seed: not a whole number", "--siege-compat: not a version",
        "--rc: the resource file cannot be read", "-d: not a number of seconds (got \"1m\")"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(SiegeOptions, HeadersAreLimitedTogether) {
  EXPECT_THAT(problems_of({"-H", "A: " + std::string(5000, 'x'), "-H", "B: " + std::string(5000, 'x')}),
              HasSubstr("more than 8192"));
  EXPECT_THAT(problems_of({"-H", "A: b\r\nC: d"}), HasSubstr("control bytes"));
}

TEST(SiegeOptions, HelpNamesEveryOption) {
  auto const help = siege_help();
  for (auto const* const name :
       {"--version",   "--help",         "--verbose",    "--quiet",      "--config",       "--debug",
        "--get",       "--print",        "--concurrent", "--no-parser",  "--no-follow",    "--internet",
        "--benchmark", "--reps",         "--time",       "--delay",      "--log",          "--file",
        "--rc",        "--mark",         "--header",     "--user-agent", "--content-type", "--json-output",
        "-L FILE",     "--siege-compat", "--more",       "--strict",     "--threads",      "--seed"}) {
    EXPECT_THAT(help, HasSubstr(name));
  }
}

}  // namespace
}  // namespace holdfast::cli
