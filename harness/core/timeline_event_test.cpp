#include "core/timeline_event.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using ordered_json = nlohmann::ordered_json;

timeline_event example() {
  return {.at = 12'345'678us,
          .arm = "with",
          .kind = timeline_kinds::pod,
          .subject = "book-7d9-x2",
          .what = "exited",
          .detail = {{"owner", "book"}, {"exit_code", 137}, {"restarts", 0}, {"reason", "Error"}}};
}

diagnostics problems_of(std::string_view line) {
  auto const read = read_line(line, "timeline.ndjson", 7);
  EXPECT_FALSE(read) << line;
  return read ? diagnostics{} : read.error();
}

TEST(TimelineEvent, IsOneLineWithTheTimeInSecondsToTheMicrosecond) {
  EXPECT_EQ(to_line(example()),
            R"({"at_s":12.345678,"arm":"with","kind":"pod","subject":"book-7d9-x2","what":"exited",)"
            R"("detail":{"owner":"book","exit_code":137,"restarts":0,"reason":"Error"}})");
}

TEST(TimelineEvent, TimesAreRoundedAndKeepTheirSign) {
  struct time_case {
    nanoseconds at;
    char const* text;
  };
  for (auto const& c : {time_case{0ns, "0.000000"},
                        {499ns, "0.000000"},
                        {500ns, "0.000001"},
                        {3600s + 1us, "3600.000001"},
                        {-1ms, "-0.001000"},
                        {-1s - 500ms, "-1.500000"}}) {
    auto event = example();
    event.at = c.at;
    EXPECT_TRUE(to_line(event).starts_with(std::string{"{\"at_s\":"} + c.text + ',')) << to_line(event);
  }
}

TEST(TimelineEvent, ComesBackAsItWasWritten) {
  auto event = example();
  event.subject = "a \"quoted\"\nname \xc3\xa9";
  event.detail = ordered_json::parse(
      R"({"z":[{"ip":"127.0.0.1","pod":"a"},{}],"a":{"deep":[1,-2,2.5,18446744073709551615,true,null]}})");
  auto const read = read_line(to_line(event), "timeline.ndjson", 1);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(*read, event);
  EXPECT_EQ(to_line(*read), to_line(event));
  EXPECT_EQ(to_line(event).find('\n'), std::string::npos);
}

TEST(TimelineEvent, TheDetailMayBeEmpty) {
  auto const read = read_line(to_line({.at = 1s, .kind = "cluster", .subject = "local", .what = "ready"}), "f", 1);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_TRUE(read->detail.is_object());
  EXPECT_TRUE(read->detail.empty());
}

TEST(TimelineEvent, TextThatIsNotUtf8IsReplaced) {
  auto event = example();
  event.subject = "a\xff";
  event.detail["reason"] = "\xc3";
  auto const read = read_line(to_line(event), "f", 1);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->subject, "a\xef\xbf\xbd");
}

TEST(TimelineEvent, EveryCutOfALineIsRefusedWithItsNumber) {
  auto const line = to_line(example());
  for (std::size_t length = 0; length < line.size(); ++length) {
    auto const problems = problems_of(std::string_view{line}.substr(0, length));
    ASSERT_FALSE(problems.empty()) << length;
    EXPECT_EQ(problems.front().line, 7U);
    EXPECT_EQ(problems.front().file, "timeline.ndjson");
  }
}

struct refused_case {
  char const* claim;
  char const* line;
  char const* field;
};

TEST(TimelineEvent, NamesWhatIsWrongWithALine) {
  for (auto const& c :
       {refused_case{"no object", R"([1])", ""},
        {"a time that is a text", R"({"at_s":"1","arm":"","kind":"","subject":"","what":"","detail":{}})", "at_s"},
        {"a time beyond all runs", R"({"at_s":1e300,"arm":"","kind":"","subject":"","what":"","detail":{}})", "at_s"},
        {"a missing member", R"({"at_s":1,"arm":"","kind":"","subject":"","detail":{}})", "what"},
        {"a text that is a number", R"({"at_s":1,"arm":"","kind":3,"subject":"","what":"","detail":{}})", "kind"},
        {"a detail that is no object", R"({"at_s":1,"arm":"","kind":"","subject":"","what":"","detail":[]})", "detail"},
        {"an unknown member", R"({"at_s":1,"arm":"","kind":"","subject":"","what":"","detail":{},"wat":1})", "wat"},
        {"a member twice", R"({"at_s":1,"at_s":2,"arm":"","kind":"","subject":"","what":"","detail":{}})", "at_s"},
        {"one twice in the detail",
         R"({"at_s":1,"arm":"","kind":"","subject":"","what":"","detail":{"a":{"b":1,"b":2}}})", "detail.a.b"}}) {
    SCOPED_TRACE(c.claim);
    auto const problems = problems_of(c.line);
    ASSERT_FALSE(problems.empty());
    EXPECT_EQ(problems.front().field, c.field);
    EXPECT_EQ(problems.front().line, 7U);
  }
}

TEST(TimelineEvent, HostileLinesCostNothing) {
  EXPECT_FALSE(problems_of(std::string(std::size_t{1} << 21U, '[')).empty());
  EXPECT_FALSE(problems_of("{\"detail\":" + std::string(100'000, '[')).empty());
  EXPECT_FALSE(problems_of(std::string(1000, '\0')).empty());
}

}  // namespace
}  // namespace holdfast
