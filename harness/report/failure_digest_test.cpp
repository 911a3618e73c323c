#include "report/failure_digest.hpp"

#include <gtest/gtest.h>

namespace holdfast::report {
namespace {

load::failure_record failure(load::outcome reason, std::string detail) {
  return {.reason = reason, .detail = std::move(detail)};
}

TEST(FailureDigest, PutsTheMostFrequentCauseFirst) {
  failure_digest digest;
  digest.add(failure(load::outcome::reset, "Connection reset by peer"));
  digest.add(failure(load::outcome::check_failed, "status 500, not 200"));
  digest.add(failure(load::outcome::check_failed, "status 500, not 200"));
  auto const causes = digest.causes();
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes[0].detail, "status 500, not 200");
  EXPECT_EQ(causes[0].count, 2U);
}

TEST(FailureDigest, StaysSmallWhenEveryDetailDiffers) {
  failure_digest digest;
  for (int i = 0; i < 10'000; ++i) digest.add(failure(load::outcome::check_failed, "got " + std::to_string(i)));
  auto const causes = digest.causes();
  EXPECT_LE(causes.size(), 100U);
  std::uint64_t sum = 0;
  for (auto const& cause : causes) sum += cause.count;
  EXPECT_EQ(sum, 10'000U);
}

TEST(Printable, LeavesNothingThatCouldControlATerminal) {
  EXPECT_EQ(printable("a\x1b[31mred\nb"), "a?[31mred?b");
  EXPECT_EQ(printable("caf\u00e9 \xff\xc0\x80"), "caf\u00e9 ???");
  EXPECT_EQ(printable("\u0085"), "??");
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");
  EXPECT_EQ(printable("cut \xe2\x82"), "cut ??");
}

TEST(Printable, ShortensLongTexts) { EXPECT_EQ(printable(std::string(500, 'x'), 10), "xxxxxxxxxx..."); }

}  // namespace
}  // namespace holdfast::report
