#include "core/timeline_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

timeline_event ready(nanoseconds at, std::string pod) {
  return {.at = at, .arm = "with", .kind = timeline_kinds::pod, .subject = std::move(pod), .what = "ready"};
}

TEST(TimelineFile, GivesItsEventsInOrder) {
  auto const read = read_timeline(to_line(ready(1s, "a")) + '\n' + to_line(ready(2s, "b")) + '\n', "t");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_FALSE(read->is_cut);
  EXPECT_EQ(read->events, (std::vector{ready(1s, "a"), ready(2s, "b")}));
}

TEST(TimelineFile, EveryCutOfItCanBeReadUpToTheLastWholeLine) {
  auto const whole = to_line(ready(1s, "a")) + '\n' + to_line(ready(2s, "b")) + '\n';
  auto const first = whole.find('\n') + 1;
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    auto const read = read_timeline(std::string_view{whole}.substr(0, length), "t");
    ASSERT_TRUE(read) << length << to_string(read.error());
    EXPECT_EQ(read->events.size(), length < first ? 0U : length < whole.size() ? 1U : 2U) << length;
    EXPECT_EQ(read->is_cut, length != 0 && length != first && length != whole.size()) << length;
  }
}

TEST(TimelineFile, NamesTheLinesThatAreWrong) {
  auto const read = read_timeline(to_line(ready(1s, "a")) + "\n\nno\n" + to_line(ready(2s, "b")) + '\n', "t");
  ASSERT_FALSE(read);
  ASSERT_EQ(read.error().size(), 2U);
  EXPECT_EQ(read.error()[0].line, 2U);
  EXPECT_EQ(read.error()[1].line, 3U);
}

TEST(TimelineFile, SaysSoOfAFewWrongLinesOnly) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "x\n";
  EXPECT_EQ(read_timeline(text, "t").error().size(), 100U);
}

TEST(TimelineFile, IsReadFromDisk) {
  auto const path = (std::filesystem::temp_directory_path() / ("timeline-" + std::to_string(::getpid()))).string();
  std::ofstream{path}.flush();
  EXPECT_TRUE(read_timeline_file(path)) << "it may be empty";
  std::ofstream{path} << to_line(ready(1s, "a")) << '\n';
  auto const read = read_timeline_file(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->events.size(), 1U);
  std::remove(path.c_str());
  auto const none = read_timeline_file(path);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error()[0].file, path);
  EXPECT_FALSE(read_timeline_file("/")) << "a folder";
}

}  // namespace
}  // namespace holdfast
