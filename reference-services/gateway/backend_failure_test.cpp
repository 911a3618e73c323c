#include "gateway/backend_failure.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

struct failure_case {
  char const* claim;
  backend_failure why;
  unsigned status;
};

TEST(BackendFailure, HasAStatusThatSaysWhoFailed) {
  using enum backend_failure;
  for (auto const& c :
       {failure_case{"refused: try again later", refused, 503},
        failure_case{"unreachable in time", no_connection_in_time, 504}, failure_case{"silent", no_answer_in_time, 504},
        failure_case{"died", lost, 502}, failure_case{"garbage", malformed, 502},
        failure_case{"no way there", unreachable, 502}, failure_case{"no such host", unknown_name, 502}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(status_of(c.why, false), c.status);
    EXPECT_EQ(status_of(c.why, true), 500U) << "the originals do not tell them apart";
    EXPECT_TRUE(sentence(c.why, "book:8080").starts_with("book:8080 "));
  }
}

}  // namespace
}  // namespace holdfast::gateway
