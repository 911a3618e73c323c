#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.hpp"
#include "stats/error.hpp"
#include "stats/histogram_codec.hpp"
#include "stats/histogram_log_reader.hpp"
#include "stats/histogram_log_writer.hpp"

namespace holdfast::stats {
namespace {

using namespace std::chrono_literals;

// Two lines of the jHiccup log that HdrHistogram ships as test data.
constexpr auto* jhiccup_excerpt =
    "#[Logged with jHiccup version 2.0.7-SNAPSHOT]\n"
    "#[Histogram log format version 1.2]\n"
    "#[StartTime: 1441812279.474 (seconds since epoch), Wed Sep 09 08:24:39 PDT 2015]\n"
    "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"
    "0.127,1.007,2.769,HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKm"
    "cCAEf2CsI=\r\n"
    "1.134,0.999,0.442,HISTFAAAAEJ42pNpmSzMwMAgxwABTBDKT4GBgdnNYMcCBvsPEBEWLj45FTExAT4pBSEBKa6UkAgBi1uM7xjfMMlwMDABAC"
    "0CCjM=";

histogram histogram_of(std::initializer_list<nanoseconds> values) {
  histogram h;
  for (auto const v : values) h.record(v);
  return h;
}

std::string first_message(std::string const& log) {
  std::istringstream in{log};
  histogram_log_reader reader{in, "run.hlog"};
  auto const interval = reader.next();
  return interval ? "" : to_string(interval.error());
}

TEST(HistogramLog, HasTheTextOfTheFormat) {
  std::ostringstream out;
  histogram_log_writer writer{sink_into(out)};
  ASSERT_TRUE(writer.begin(wall_time{1441812279474ms}));
  ASSERT_TRUE(writer.comment("two\nlines"));
  auto const values = histogram_of({1ms, 2769us});
  ASSERT_TRUE(writer.interval("", 127ms, 1006700us, values));
  ASSERT_TRUE(writer.interval("GET /a,b", 1s, 1s, values));
  auto const encoded = encode_histogram(values);
  EXPECT_EQ(out.str(),
            "#[Histogram log format version 1.3]\n"
            "#[StartTime: 1441812279.474 (seconds since epoch), 2015-09-09T15:24:39Z]\n"
            "#[BaseTime: 1441812279.474 (seconds since epoch)]\n"
            "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n"
            "#two\n#lines\n"
            "0.127,1.007,2.769," +
                encoded +
                "\n"
                "Tag=GET%20/a%2Cb,1.000,1.000,2.769," +
                encoded + "\n");
}

TEST(HistogramLog, ComesBackAsItWasWritten) {
  std::stringstream log;
  histogram_log_writer writer{sink_into(log)};
  ASSERT_TRUE(writer.begin(wall_time{1700000000s}));
  auto const a = histogram_of({1ms, 2ms, 3h});
  ASSERT_TRUE(writer.interval("checkout, step 2 (100 %)", 0s, 1s, a));
  ASSERT_TRUE(writer.interval("", 1s, 500ms, histogram{}));

  histogram_log_reader reader{log, "run.hlog"};
  auto const first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->tag, "checkout, step 2 (100 %)");
  EXPECT_EQ((*first)->start, 0s);
  EXPECT_EQ((*first)->length, 1s);
  EXPECT_TRUE((*first)->values.same_counts(a));
  auto const second = reader.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->tag, "");
  EXPECT_EQ((*second)->length, 500ms);
  EXPECT_TRUE((*second)->values.empty());
  EXPECT_EQ(reader.since_epoch((*second)->start), 1700000001s);
  auto const end = reader.next();
  ASSERT_TRUE(end);
  EXPECT_FALSE(*end);
  EXPECT_FALSE(*reader.next()) << "and stays at the end";
}

TEST(HistogramLog, ReadsThatOfAnotherTool) {
  std::istringstream in{jhiccup_excerpt};
  histogram_log_reader reader{in, "jhiccup.hlog"};
  auto const first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->start, 127ms);
  EXPECT_EQ((*first)->length, 1007ms);
  EXPECT_EQ(reader.line(), 5U);
  EXPECT_EQ(reader.start_time(), 1441812279474ms);
  EXPECT_EQ(reader.since_epoch(127ms), 1441812279601ms) << "times count from the start";
  EXPECT_EQ(reader.since_epoch(1441812280s), 1441812280s) << "this one is a date";
  EXPECT_TRUE(*reader.next());
  EXPECT_FALSE(*reader.next());
}

TEST(HistogramLog, AWriteThatFailsIsReported) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  histogram_log_writer writer{sink_into(out)};
  EXPECT_EQ(writer.begin(wall_time{}).error(), make_error_code(errc::write_failed));
  EXPECT_EQ(writer.interval("", 0s, 1s, {}).error(), make_error_code(errc::write_failed));
}

TEST(HistogramLog, AFileThatCannotBeReadIsReported) {
  std::ifstream missing{"no/such/file"};
  histogram_log_reader reader{missing, "no/such/file"};
  auto const interval = reader.next();
  ASSERT_FALSE(interval);
  EXPECT_EQ(to_string(interval.error()), "no/such/file: the log cannot be read.\nIs it a file, and may you read it?\n");
  EXPECT_FALSE(*reader.next()) << "once is enough";
  std::ifstream folder{std::filesystem::temp_directory_path()};
  EXPECT_FALSE(merged_histogram_log(folder, "folder"));
}

TEST(HistogramLog, NamesEveryProblemOfALine) {
  EXPECT_EQ(first_message("#comment\n\n1.0,x,-2,HIST\n"),
            "run.hlog:3: Interval_Length: not a time (got \"x\").\nWrite seconds, e.g. \"12.000\".\n"
            "run.hlog:3: Interval_Max: not a number (got \"-2\").\nWrite milliseconds, e.g. \"2.769\".\n"
            "run.hlog:3: Interval_Compressed_Histogram: the histogram ends too early or its lengths disagree (got "
            "\"HIST\").\nTake the line out, or write the log again with compressed V2 histograms.\n");
  EXPECT_EQ(first_message("#[StartTime: noon]"),
            "run.hlog:1: StartTime: not a time (got \"noon\").\nWrite seconds since 1970, e.g. \"1441812279.474\".\n");
  EXPECT_EQ(first_message("a,b,c\n"),
            "run.hlog:1: an interval has four fields, separated by commas (got \"a,b,c\").\nWrite start, length, "
            "maximum and the compressed histogram.\n");
}

TEST(HistogramLog, RefusesTimesThatAreNone) {
  auto const encoded = encode_histogram({});
  for (auto const* time : {"", "-1", "1e3", "1.", ".5", "nan", "0x1", "99999999999", "4600000001", "1.2.3", "1 2"}) {
    SCOPED_TRACE(time);
    EXPECT_THAT(first_message(std::string{time} + ",1,1," + encoded), testing::HasSubstr("StartTimestamp: not a time"));
  }
  EXPECT_EQ(first_message(" 4600000000.123456789123,  1,  0.000," + encoded), "") << "padded, like other tools do";
}

TEST(HistogramLog, GoesOnBehindABadLine) {
  std::istringstream in{"bad\n1,1,1," + encode_histogram(histogram_of({1ms}))};
  histogram_log_reader reader{in, "run.hlog"};
  EXPECT_FALSE(reader.next());
  auto const good = reader.next();
  ASSERT_TRUE(good && *good);
  EXPECT_EQ((*good)->values.count(), 1U);
}

TEST(HistogramLog, ALineWithoutEndCostsBoundedMemory) {
  EXPECT_EQ(first_message(std::string(8 << 20, 'A')),
            "run.hlog:1: the line is longer than that of any real histogram (got \"" + std::string(40, 'A') +
                "...\").\nIs this a histogram log?\n");
  EXPECT_THAT(first_message("\x1b[2J\n"), testing::HasSubstr("got \"?[2J\"")) << "nothing that acts on a terminal";
}

TEST(HistogramLog, MergesAllIntervals) {
  std::istringstream in{jhiccup_excerpt};
  auto const all = merged_histogram_log(in, "jhiccup.hlog");
  ASSERT_TRUE(all) << to_string(all.error());
  EXPECT_EQ(all->count(), 1490U);

  std::stringstream forged;
  histogram most;
  most.record_n(1ms, histogram::max_count);
  histogram_log_writer writer{sink_into(forged)};
  ASSERT_TRUE(writer.interval("", 0s, 1s, most));
  ASSERT_TRUE(writer.interval("", 0s, 1s, most));
  auto const too_many = merged_histogram_log(forged, "forged.hlog");
  ASSERT_FALSE(too_many);
  EXPECT_EQ(to_string(too_many.error()),
            "forged.hlog:2: the log holds more than 2^63-1 values.\nIts counts are not those of a measurement.\n");
}

TEST(HistogramLog, TagsSurviveTheirEscape) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (auto const& tag : {std::string{"GET /"}, std::string{"50%25"}, std::string{"%"}, std::string{"Bücher"}, all}) {
    auto const escaped = escaped_tag(tag);
    EXPECT_EQ(escaped.find_first_of(", \t\r\n"), std::string::npos);
    EXPECT_EQ(unescaped_tag(escaped), tag);
  }
  EXPECT_EQ(unescaped_tag("100%,%x1,%4"), "100%,%x1,%4") << "as another tool may write it";
}

TEST(HistogramLog, NeverCrashesOnRandomDamage) {
  random_engine random{7};
  std::string const good = jhiccup_excerpt;
  for (int round = 0; round < 2'000; ++round) {
    auto text = good;
    for (auto edits = random.below(6) + 1; edits > 0; --edits) {
      text[random.below(text.size())] = static_cast<char>(random.below(256));
    }
    if (random.below(4) == 0) text.resize(random.below(text.size()));
    std::istringstream in{text};
    auto const all = merged_histogram_log(in, "damaged.hlog");
    if (!all) {
      ASSERT_FALSE(all.error().empty());
    }
  }
}

TEST(HistogramLog, TheReferenceLogGivesItsKnownAnswers) {
  auto const* const shared = std::getenv("HOLDFAST_SHARED_DATA");
  auto const folder = std::filesystem::path{shared != nullptr ? shared : HOLDFAST_SOURCE_DIR "/../shared/data"};
  auto const path = folder / "hdr" / "jHiccup-2.0.7S.logV2.hlog";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no reference log at " << path << " (set HOLDFAST_SHARED_DATA)";
  std::ifstream in{path};
  histogram_log_reader reader{in, path.string()};
  histogram all;
  int intervals = 0;
  for (;; ++intervals) {
    auto const interval = reader.next();
    ASSERT_TRUE(interval) << to_string(interval.error());
    if (!*interval) break;
    all.merge((*interval)->values);
  }
  EXPECT_EQ(intervals, 62);
  EXPECT_EQ(all.count(), 48'761U);
  EXPECT_EQ(reader.start_time(), 1441812279474ms);
  EXPECT_EQ(*all.value_at_quantile(0.999), 1'745'879'039ns);
  EXPECT_EQ(all.max(), 1'796'210'687ns);
  EXPECT_EQ(*all.value_at_quantile(1), 1'796'210'687ns);
}

}  // namespace
}  // namespace holdfast::stats
