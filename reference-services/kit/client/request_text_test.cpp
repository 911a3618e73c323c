#include "kit/client/request_text.hpp"

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

TEST(RequestText, ACallWithABody) {
  auto const text =
      request_text({.method = "POST", .target = "/stock/modify", .body = "{}", .idempotency_key = "k-1"}, "book:8080");
  EXPECT_EQ(
      text,
      "POST /stock/modify HTTP/1.1\r\nHost: book:8080\r\nAccept: application/json, */*\r\nIdempotency-Key: k-1\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(RequestText, TheCauseGivesCorrelationAndTrace) {
  request cause;
  cause.correlation_id = "c-7";
  cause.headers = {{"TraceParent", "00-1-2-01"}, {"tracestate", "a=b"}, {"Baggage", "u=1"}, {"Cookie", "secret"}};
  auto const text = request_text({.target = "/x", .cause = &cause}, "h");
  EXPECT_EQ(text,
            "GET /x HTTP/1.1\r\nHost: h\r\nAccept: application/json, */*\r\nX-Correlation-Id: c-7\r\n"
            "traceparent: 00-1-2-01\r\ntracestate: a=b\r\nbaggage: u=1\r\n\r\n");
}

TEST(RequestText, NothingCanBeSmuggledIn) {
  EXPECT_EQ(request_text({.target = "/a b"}, "h"), std::nullopt);
  EXPECT_EQ(request_text({.target = "/a\r\nX: y"}, "h"), std::nullopt);
  EXPECT_EQ(request_text({.target = "http://other/"}, "h"), std::nullopt);
  EXPECT_EQ(request_text({.method = "GE T", .target = "/"}, "h"), std::nullopt);
  auto const text = request_text({.target = "/", .idempotency_key = "a\r\nX: y"}, "h");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->find("X: y"), std::string::npos);
}

TEST(RequestText, OnlySafeCallsMayBeRepeated) {
  EXPECT_TRUE(may_be_repeated({.method = "GET"}));
  EXPECT_TRUE(may_be_repeated({.method = "DELETE"}));
  EXPECT_FALSE(may_be_repeated({.method = "POST"}));
  EXPECT_FALSE(may_be_repeated({.method = "PATCH"}));
  EXPECT_TRUE(may_be_repeated({.method = "POST", .idempotency_key = "k"}));
}

}  // namespace
}  // namespace holdfast::kit
