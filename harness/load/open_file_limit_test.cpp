#include "load/open_file_limit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace holdfast::load {
namespace {

struct limit_case {
  char const* claim;
  std::uint64_t needed;
  open_file_limits limits;
  std::uint64_t expected;
};

TEST(OpenFileLimit, IsRaisedToTheHardLimitOnlyWhenItHasToBe) {
  for (auto const& c :
       {limit_case{"far below", 100, {1024, 4096}, 1024}, limit_case{"nine tenths are enough", 900, {1000, 4096}, 1000},
        limit_case{"one more is not", 901, {1000, 4096}, 4096},
        limit_case{"nine tenths of the hard limit", 3686, {1024, 4096}, 4096},
        limit_case{"no limit at all", 1'000'000, {1024, RLIM_INFINITY}, RLIM_INFINITY}}) {
    SCOPED_TRACE(c.claim);
    auto const limit = sufficient_soft_limit(c.needed, c.limits);
    ASSERT_TRUE(limit.has_value());
    EXPECT_EQ(*limit, c.expected);
  }
}

TEST(OpenFileLimit, AHardLimitThatIsTooLowIsToldWithTheLimitThatIsNeeded) {
  auto const limit = sufficient_soft_limit(10'000, {1024, 4096});
  ASSERT_FALSE(limit.has_value());
  EXPECT_EQ(to_string(limit.error()),
            "open files: the load needs 10,000 open files, and the hard limit of 4,096 leaves no tenth of it free (got "
            "\"10000\").\nUse fewer connections, or raise the limit: \"ulimit -n 11112\" as root, or LimitNOFILE= of "
            "the service.\n");
  EXPECT_TRUE(sufficient_soft_limit(10'000, {1024, 11'112}).has_value());
  EXPECT_FALSE(sufficient_soft_limit(10'000, {1024, 11'111}).has_value());
}

TEST(OpenFileLimit, TheProcessCanRaiseItsOwn) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  if (before.rlim_max < 512) GTEST_SKIP() << "the hard limit leaves nothing to raise";
  rlimit const lowered{256, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lowered), 0);
  auto const raised = raise_open_file_limit(300);
  rlimit after{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(raised.has_value());
  EXPECT_EQ(*raised, before.rlim_max);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
}

}  // namespace
}  // namespace holdfast::load
