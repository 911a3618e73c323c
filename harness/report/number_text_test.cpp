#include "report/number_text.hpp"

#include <gtest/gtest.h>

namespace holdfast::report {
namespace {

using namespace std::chrono_literals;

TEST(NumberText, ShowsTimesWithTheDigitsThatTheHistogramSupports) {
  EXPECT_EQ(latency_text(200ns), "< 1 us");
  EXPECT_EQ(latency_text(42'300ns), "42 us");
  EXPECT_EQ(latency_text(1'234us), "1.23 ms");
  EXPECT_EQ(latency_text(30s), "30.0 s");
}

TEST(NumberText, MarksTimesThatAreOnlyKnownAsAtLeast) {
  EXPECT_EQ(latency_text({.value = 30s, .at_least = true, .at_most = std::nullopt}), "> 30.0 s");
  EXPECT_EQ(latency_text({.value = 30s, .at_least = false}), "30.0 s");
  EXPECT_EQ(latency_text({.value = 12ms, .at_least = true, .at_most = 13ms}), "12.0 ms to 13.0 ms");
  EXPECT_EQ(latency_text({.value = 12'001us, .at_least = true, .at_most = 12'002us}), "12.0 ms");
}

struct share_case {
  char const* claim;
  std::uint64_t part, whole;
  char const* expected;
};

TEST(NumberText, ShowsSharesWithTheDecimalsThatTheCasesSupport) {
  for (auto const& c :
       {share_case{"none is zero", 0, 10, "0 %"}, share_case{"nothing of nothing is zero", 0, 0, "0 %"},
        share_case{"all is a hundred", 10, 10, "100 %"}, share_case{"one of forty has no decimals", 1, 40, "2 %"},
        share_case{"a thousand cases have one", 123, 1000, "12.3 %"},
        share_case{"ten thousand have two", 1, 10'000, "0.01 %"},
        share_case{"very rare is not zero", 1, 10'000'000, "< 0.001 %"},
        share_case{"nearly all is not all", 9'999'999, 10'000'000, "> 99.999 %"},
        share_case{"all but one of 40 is not all", 39, 40, "98 %"}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(share_text(c.part, c.whole), c.expected);
  }
}

TEST(NumberText, BoundsWhatWasNotSeenByTheRuleOfThree) {
  EXPECT_EQ(unseen_share_text(30'000), "0.010 %");
  EXPECT_EQ(unseen_share_text(1), "100 %");
}

TEST(NumberText, WritesTimesInUtcToTheMillisecond) {
  EXPECT_EQ(utc_text(wall_time{1'714'564'800'250ms}), "2024-05-01T12:00:00.250Z");
}

}  // namespace
}  // namespace holdfast::report
