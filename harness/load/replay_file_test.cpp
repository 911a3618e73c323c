#include "load/replay_file.hpp"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

TEST(ReplayFile, HoldsAnOffsetInSecondsALine) {
  EXPECT_EQ(*parse_replay("# recorded on Monday\n0\n0.1\n\n  0.25 # a pair\r\n0.25\n1e1", "a.txt"),
            (std::vector<nanoseconds>{0s, 100ms, 250ms, 250ms, 10s}));
}

struct bad_replay {
  char const* claim;
  char const* text;
  char const* message;
};

TEST(ReplayFile, SaysWhichLineIsWrongAndHowToMendIt) {
  for (auto const& c : {
           bad_replay{"no number", "0\nsoon\n",
                      "a.txt:2: --replay: not a number of seconds (got \"soon\").\n"
                      "Write one offset in seconds a line, e.g. \"0.25\".\n"},
           bad_replay{"a unit", "1s\n",
                      "a.txt:1: --replay: not a number of seconds (got \"1s\").\n"
                      "Write one offset in seconds a line, e.g. \"0.25\".\n"},
           bad_replay{"not sorted", "1\n\n3\n2\n",
                      "a.txt:4: --replay: the offset is before that of line 3 (got \"2\").\nSort the file: sort -n.\n"},
           bad_replay{"negative", "-1\n",
                      "a.txt:1: --replay: an offset before the start of the run (got \"-1\").\n"
                      "Write offsets from the first request on, e.g. \"0.25\".\n"},
           bad_replay{"seconds since 1970", "1700000000.5\n",
                      "a.txt:1: --replay: an offset of more than a year (got \"1700000000.5\").\n"
                      "Write offsets from the start of the run, not times of the clock.\n"},
           bad_replay{"empty", "# nothing\n",
                      "a.txt: --replay: the file holds no offsets.\n"
                      "Write one offset in seconds a line, e.g. \"0.25\".\n"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const parsed = parse_replay(c.text, "a.txt");
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(to_string(parsed.error()), c.message);
  }
}

TEST(ReplayFile, TellsAllProblemsButNotThousands) {
  EXPECT_EQ(parse_replay("x\n1\ny\n0\n", "a.txt").error().size(), 3U);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "x\n";
  auto const parsed = parse_replay(many, "a.txt");
  ASSERT_EQ(parsed.error().size(), 21U);
  EXPECT_EQ(parsed.error().back().problem, "980 more lines have problems");
  EXPECT_LE(parse_replay(std::string(100'000, 'x'), "a.txt").error().front().value.size(), 80U);
}

TEST(ReplayFile, IsReadFromDisk) {
  auto const path = testing::TempDir() + "holdfast_replay_test.txt";
  std::ofstream{path} << "0.5\n1.5\n";
  EXPECT_EQ(*read_replay_file(path), (std::vector<nanoseconds>{500ms, 1500ms}));
  std::remove(path.c_str());
}

TEST(ReplayFile, AFileThatCannotBeReadIsNamed) {
  auto const missing = read_replay_file("/nonexistent/offsets.txt");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().front().value, "/nonexistent/offsets.txt");
  EXPECT_NE(missing.error().front().problem.find("No such file"), std::string::npos);
  EXPECT_FALSE(read_replay_file(testing::TempDir()).has_value());
}

}  // namespace
}  // namespace holdfast::load
