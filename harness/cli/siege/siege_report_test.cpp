#include "cli/siege/siege_report.hpp"

#include <array>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/siege/siege_log.hpp"

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;

siege_tally sample_tally() {
  siege_tally tally;
  for (int i = 0; i < 110; ++i) tally.count_answer(200, 301, 10ms);
  tally.count_answer(404, 301, 20ms);
  tally.count_answer(409, 301, 4ms);
  tally.count_failure(load::outcome::connect_refused, 1ms);
  return tally;
}

TEST(SiegeReport, TextOfFourPointZeroIsSieges) {
  EXPECT_EQ(siege_text_report(figures_of(sample_tally(), 59040ms), {}),
            "\n"
            "Transactions:\t\t         112 hits\n"
            "Availability:\t\t       99.12 %\n"
            "Elapsed time:\t\t       59.04 secs\n"
            "Data transferred:\t        0.03 MB\n"
            "Response time:\t\t        0.01 secs\n"
            "Transaction rate:\t        1.90 trans/sec\n"
            "Throughput:\t\t        0.00 MB/sec\n"
            "Concurrency:\t\t        0.02\n"
            "Successful transactions:         110\n"
            "Failed transactions:\t           1\n"
            "Longest transaction:\t        0.02\n"
            "Shortest transaction:\t        0.00\n"
            " \n");
}

TEST(SiegeReport, TextOfFourPointOneHasMilliseconds) {
  EXPECT_EQ(siege_text_report(figures_of(sample_tally(), 59040ms), {.dialect = siege_dialect::v4_1}),
            "\n"
            "Transactions:\t\t      112    hits\n"
            "Availability:\t\t       99.12 %\n"
            "Elapsed time:\t\t       59.04 secs\n"
            "Data transferred:\t        0.03 MB\n"
            "Response time:\t\t       10.04 ms\n"
            "Transaction rate:\t        1.90 trans/sec\n"
            "Throughput:\t\t        0.00 MB/sec\n"
            "Concurrency:\t\t        0.02\n"
            "Successful transactions:      110\n"
            "Failed transactions:\t        1\n"
            "Longest transaction:\t       20.00 ms\n"
            "Shortest transaction:\t        1.00 ms\n"
            " \n");
}

TEST(SiegeReport, ValuesEndInColumnThirtySix) {
  // With tab stops of 8, as a terminal shows it.
  auto const text = siege_text_report(figures_of(sample_tally(), 1s), {});
  std::string line;
  for (auto const c : text) {
    if (c == '\t') {
      line.append(8 - line.size() % 8, ' ');
    } else if (c != '\n') {
      line += c;
    } else {
      auto const padded = line + "  ";
      EXPECT_TRUE(line.size() <= 1 || (padded.at(35) != ' ' && padded.at(36) == ' ')) << line;
      line.clear();
    }
  }
}

TEST(SiegeReport, DebuggingAddsTheCountOf200) {
  EXPECT_NE(siege_text_report(figures_of(sample_tally(), 1s), {.shows_ok_200 = true})
                .find("HTTP OK received:\t         110\nFailed"),
            std::string::npos);
}

TEST(SiegeReport, JsonOfBothDialectsIsSiegesAndValid) {
  auto const figures = figures_of(sample_tally(), 59040ms);
  std::string const expected =
      "\t\"transactions\":\t\t\t         112,\n"
      "\t\"availability\":\t\t\t       99.12,\n"
      "\t\"elapsed_time\":\t\t\t       59.04,\n"
      "\t\"data_transferred\":\t\t        0.03,\n"
      "\t\"response_time\":\t\t        0.01,\n"
      "\t\"transaction_rate\":\t\t        1.90,\n"
      "\t\"throughput\":\t\t\t        0.00,\n"
      "\t\"concurrency\":\t\t\t        0.02,\n"
      "\t\"successful_transactions\":\t         110,\n"
      "\t\"failed_transactions\":\t\t           1,\n"
      "\t\"longest_transaction\":\t\t        0.02,\n"
      "\t\"shortest_transaction\":\t\t        0.00\n"
      "}\n";
  EXPECT_EQ(siege_json_report(figures, {}), "{" + expected);
  EXPECT_EQ(siege_json_report(figures, {.dialect = siege_dialect::v4_1}), "{\n" + expected);
  EXPECT_EQ(nlohmann::json::parse(siege_json_report(figures, {.shows_ok_200 = true}))["http_ok_received"], 110);
}

TEST(SiegeReport, NothingMeasuredIsZeroEverywhere) {
  auto const text = siege_json_report(figures_of({}, 0s), {});
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_EQ(text.find("inf"), std::string::npos);
}

TEST(SiegeReport, BannerNamesVersionAndUsers) {
  siege_settings settings;
  settings.concurrent = 25;
  EXPECT_EQ(siege_banner(settings),
            "** SIEGE 4.0.7\n** Preparing 25 concurrent users for battle.\nThe server is now under siege...");
  settings.verbose = true;
  EXPECT_TRUE(siege_banner(settings).ends_with("siege...\n"));
  settings.dialect = siege_dialect::v4_1;
  settings.debug = true;
  EXPECT_EQ(siege_banner(settings).substr(0, 33), "** SIEGE 4.1.7: debugging enabled");
}

TEST(SiegeReport, MoreLinesFollowTheBlankOneThatEndsTheReport) {
  std::array const quantiles{siege_quantile{"p50", 10ms}, siege_quantile{"max", 20500us, true}};
  EXPECT_EQ(siege_more_lines(sample_tally(), quantiles, 3),
            "Response time p50:            10.000 ms\n"
            "Response time max:     >      20.500 ms\n"
            "Refused with 4xx:                  2\n"
            "Unfinished:                        3\n"
            "Outcome ok:                      110\n"
            "Outcome http 4xx:                  2\n"
            "Outcome connect refused:           1\n"
            " \n");
}

TEST(SiegeLog, RowsAreSieges) {
  std::tm const when{.tm_sec = 40, .tm_min = 8, .tm_hour = 9, .tm_mday = 21, .tm_mon = 10, .tm_year = 126};
  EXPECT_EQ(siege_log_row(figures_of(sample_tally(), 59040ms), when),
            "2026-11-21 09:08:40,    112,      59.04,           0,       0.01,        1.90,        0.00,        0.02,  "
            "   110,       1\n");
  EXPECT_EQ(siege_log_header(),
            "      Date & Time,  Trans,  Elap Time,  Data Trans,  Resp Time,  Trans Rate,  Throughput,  Concurrent,    "
            "OKAY,   Failed\n");
  EXPECT_EQ(siege_log_mark("before the change"), "**** before the change ****\n");
}

TEST(SiegeLog, AFileThatCannotBeWrittenIsAnError) { EXPECT_FALSE(check_siege_log("/nonexistent/folder/siege.log")); }

TEST(SiegeTally, FollowsSiegesDefinitions) {
  struct status_case {
    char const* claim;
    std::uint16_t status;
    int transactions, successful, failed;
  };
  for (auto const& c :
       {status_case{"an answer below 400 is successful", 302, 1, 1, 0},
        status_case{"so is a demand for a login", 401, 1, 1, 0}, status_case{"and that of a proxy", 407, 1, 1, 0},
        status_case{"404 is a hit, but neither successful nor failed", 404, 1, 0, 0},
        status_case{"408 failed", 408, 0, 0, 1}, status_case{"500 failed", 500, 0, 0, 1},
        status_case{"509 failed", 509, 0, 0, 1}, status_case{"510 is a hit", 510, 1, 0, 0}}) {
    SCOPED_TRACE(c.claim);
    siege_tally tally;
    tally.count_answer(c.status, 5, 1ms);
    EXPECT_EQ(tally.transactions, static_cast<std::uint64_t>(c.transactions));
    EXPECT_EQ(tally.successful, static_cast<std::uint64_t>(c.successful));
    EXPECT_EQ(tally.failed, static_cast<std::uint64_t>(c.failed));
  }
}

TEST(SiegeTally, MergingIsAddition) {
  siege_tally a, b, whole;
  a.count_answer(200, 10, 3ms);
  b.count_failure(load::outcome::reset, 9ms);
  b.count_answer(200, 10, 1ms);
  whole = a;
  whole.merge(b);
  EXPECT_EQ(whole.transactions, 2U);
  EXPECT_EQ(whole.failed, 1U);
  EXPECT_EQ(whole.total_time, 13ms);
  EXPECT_EQ(whole.longest, 9ms);
  EXPECT_EQ(whole.shortest, 1ms);
  whole.merge({});
  EXPECT_EQ(whole.shortest, 1ms) << "a shard without requests changes nothing";
}

TEST(SiegeTally, FailuresInflateTheResponseTimeAsInSiege) {
  siege_tally tally;
  tally.count_answer(200, 0, 1s);
  tally.count_failure(load::outcome::response_timeout, 30s);
  EXPECT_DOUBLE_EQ(figures_of(tally, 31s).response_seconds, 31);
}

}  // namespace
}  // namespace holdfast::cli
