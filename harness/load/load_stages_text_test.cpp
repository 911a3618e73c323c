#include "load/load_stages_text.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

using namespace std::chrono_literals;

constexpr request_rate per_second(double value) { return request_rate::per_second(value); }

TEST(StagesText, HoldsOrMovesARate) {
  auto const stages = parse_stages("30s:100/s, 1m:6/m,10s:500/s..0/s,5s:0/s");
  ASSERT_TRUE(stages.has_value());
  EXPECT_EQ(std::get<std::vector<rate_stage>>(*stages),
            (std::vector<rate_stage>{{30s, per_second(100), per_second(100)},
                                     {1min, per_second(0.1), per_second(0.1)},
                                     {10s, per_second(500), {}},
                                     {5s, {}, {}}}));
}

TEST(StagesText, NumbersWithoutAUnitAreUsers) {
  auto const stages = parse_stages("30s:10,1m:10..50,10s:0");
  ASSERT_TRUE(stages.has_value());
  EXPECT_EQ(std::get<std::vector<user_stage>>(*stages),
            (std::vector<user_stage>{{30s, 10, 10}, {1min, 10, 50}, {10s, 0, 0}}));
}

struct bad_text {
  char const* claim;
  char const* text;
  char const* message;  ///< all of them
};

TEST(StagesText, SaysWhichStageIsWrong) {
  constexpr auto how = "\nWrite e.g. \"30s:100/s\", \"10s:100/s..500/s\", or users of a closed loop: \"30s:10\".\n";
  constexpr auto duration_how = "\nWrite a number and a unit, e.g. \"250ms\", \"30s\", \"2m\", \"1h\".\n";
  constexpr auto rate_how = "\nWrite a number per unit of time, e.g. \"500/s\", \"1k/s\", \"30/m\".\n";
  auto const line = [](std::string const& field, std::string const& problem, std::string const& fix) {
    return "command line: --stages" + field + ": " + problem + fix;
  };
  struct row {
    char const* claim;
    char const* text;
    std::string messages;
  };
  for (auto const& c : {
           row{"nothing", "", line("[0]", "a stage is a duration, a colon and a rate.", how)},
           row{"a trailing comma", "1s:5/s,", line("[1]", "a stage is a duration, a colon and a rate.", how)},
           row{"no unit of time", "30:5/s", line("[0]", "a duration needs a unit (got \"30\").", duration_how)},
           row{"two wrong stages", "x:5/s,1s:5/s,1s:y/s",
               line("[0]", "not a duration (got \"x\").", duration_how) +
                   line("[2]", "not a rate (got \"y/s\").", rate_how)},
           row{"users among rates", "1s:5/s,1s:10", line("[1]", "a rate needs a unit of time (got \"10\").", rate_how)},
           row{"half a range", "1s:5/s..", line("[0]", "not a rate.", rate_how)},
           row{"a negative number of users", "1s:-5",
               line("[0]", "not a whole number (got \"-5\").", "\nWrite digits only, e.g. \"100\".\n")},
           row{"too many users", "1s:2000000",
               line("[0]", "more than a million users (got \"2000000\").", "\nWrite a smaller number.\n")},
           row{"too high a rate", "1s:2000000000/s",
               line("[0]", "a rate of more than 1e9/s (got \"2000000000/s\").",
                    "\nWrite a rate that a machine can send, e.g. \"500/s\".\n")},
           row{"too low a rate", "1s:0.0001/h",
               line("[0]", "a rate of less than one request a year (got \"0.0001/h\").",
                    "\nWrite a higher rate, e.g. \"1/h\".\n")},
           row{"no time", "0s:5/s",
               line("[0]", "a stage needs a duration above zero (got \"0s:5/s\").",
                    "\nWrite how long it lasts, or remove it.\n")},
           row{"only pauses", "1s:0/s,1s:0/s..0/s",
               line("", "all stages together offer nothing (got \"1s:0/s,1s:0/s..0/s\").",
                    "\nGive one of them a rate above zero.\n")},
           row{"no users at all", "1s:0",
               line("", "all stages together offer nothing (got \"1s:0\").",
                    "\nGive one of them a rate above zero.\n")},
           row{"too long together", "200d:5/s,200d:5/s",
               line("", "the stages last more than a year (got \"200d:5/s,200d:5/s\").", "\nMake them shorter.\n")},
       }) {
    SCOPED_TRACE(c.claim);
    auto const stages = parse_stages(c.text);
    ASSERT_FALSE(stages.has_value());
    EXPECT_EQ(to_string(stages.error()), c.messages);
  }
}

TEST(StagesText, AVeryLongListCannotOverflowTheSum) {
  std::string text = "365d:1/s";
  for (int i = 0; i < 1000; ++i) text += ",365d:1/s";
  EXPECT_FALSE(parse_stages(text).has_value());
}

TEST(SpikeText, HasFourParts) {
  auto const spike = parse_spike("0/s, 1k/s,20s,500ms");
  ASSERT_TRUE(spike.has_value());
  EXPECT_EQ(spike->base, request_rate{});
  EXPECT_EQ(spike->peak, per_second(1000));
  EXPECT_EQ(spike->at, 20s);
  EXPECT_EQ(spike->length, 500ms);
}

TEST(SpikeText, SaysWhatIsWrong) {
  for (auto const& c : {
           bad_text{"a part is missing", "1/s,2/s,3s", "a spike has 4 parts, not 3"},
           bad_text{"base and peak are swapped", "100/s,10/s,1s,1s", "the peak is not above the base rate"},
           bad_text{"no length", "1/s,2/s,1s,0s", "the spike has no length"},
           bad_text{"a rate without unit", "1,2/s,1s,1s", "a rate needs a unit of time"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const spike = parse_spike(c.text);
    ASSERT_FALSE(spike.has_value());
    ASSERT_EQ(spike.error().size(), 1U);
    EXPECT_EQ(spike.error().front().problem, c.message);
    EXPECT_EQ(spike.error().front().field, "--spike");
    EXPECT_FALSE(spike.error().front().value.empty());
  }
  EXPECT_EQ(parse_spike("a,b,c,d").error().size(), 4U);
}

TEST(ThinkText, NamesALaw) {
  EXPECT_EQ(*parse_think("none"), think_law{no_think{}});
  EXPECT_EQ(*parse_think("200ms"), think_law{constant_think{200ms}});
  EXPECT_EQ(*parse_think("100ms..1s"), (think_law{uniform_think{100ms, 1s}}));
  EXPECT_EQ(*parse_think("exponential:2s"), think_law{exponential_think{2s}});
  for (auto const* bad : {"", "5", "1s..", "..1s", "2s..1s", "exponential:", "normal:1s", "1s..2s..3s", "400d"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_think(bad).has_value());
  }
}

}  // namespace
}  // namespace holdfast::load
