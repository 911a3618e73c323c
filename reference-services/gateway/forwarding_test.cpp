#include "gateway/forwarding.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

std::string text_of(fields const& all) { return head_text("", all); }

TEST(Forwarding, FieldsOfOneConnectionStayThere) {
  fields const all{{"Host", "shop"},
                   {"connection", "Close, X-Secret, host"},
                   {"X-Secret", "1"},
                   {"Keep-Alive", "timeout=5"},
                   {"TE", "trailers"},
                   {"Trailer", "X"},
                   {"Transfer-Encoding", "chunked"},
                   {"Upgrade", "websocket"},
                   {"Proxy-Authorization", "x"},
                   {"Content-Length", "3"},
                   {"Accept", "*/*"}};
  EXPECT_EQ(text_of(end_to_end(all)), "\r\nHost: shop\r\nAccept: */*\r\n\r\n");
}

TEST(Forwarding, TheBackendLearnsWhoAsked) {
  fields const all{{"Host", "shop:8088"}, {"Expect", "100-continue"}, {"X-Correlation-Id", "odd"}};
  EXPECT_EQ(text_of(fields_for_backend(all, {"10.0.0.9", "c-1", {}})),
            "\r\nHost: shop:8088\r\nX-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: http\r\n"
            "X-Forwarded-Host: shop:8088\r\nVia: 1.1 gateway\r\nX-Correlation-Id: c-1\r\n\r\n");
}

TEST(Forwarding, WhatAnEarlierProxySaidIsKept) {
  fields const all{{"Host", "a"},
                   {"x-forwarded-for", "1.2.3.4"},
                   {"X-Forwarded-Proto", "https"},
                   {"X-Forwarded-Host", "shop.example"}};
  auto const to = fields_for_backend(all, {"10.0.0.9", "c", {}});
  EXPECT_EQ(value_of(to, "x-forwarded-for"), "1.2.3.4, 10.0.0.9");
  EXPECT_EQ(value_of(to, "x-forwarded-proto"), "https");
  EXPECT_EQ(value_of(to, "x-forwarded-host"), "shop.example");
}

TEST(Forwarding, TheOriginalsNameTheBackendInHost) {
  auto const to = fields_for_backend({{"Host", "shop:8088"}}, {"10.0.0.9", "c", "order:8080"});
  EXPECT_EQ(value_of(to, "host"), "order:8080");
  EXPECT_EQ(value_of(to, "x-forwarded-host"), "shop:8088");
}

TEST(Forwarding, CorsOfTheGatewayReplacesThatOfTheBackend) {
  fields const answer{{"Access-Control-Allow-Origin", "*"}, {"X-Instance", "order-1"}};
  auto const to =
      fields_for_client(answer, {{"Origin", "http://a.example"}}, {{"X-Instance", "gw"}, {"X-Version", "v1"}});
  EXPECT_EQ(text_of(to),
            "\r\nX-Instance: order-1\r\nAccess-Control-Allow-Origin: http://a.example\r\n"
            "Access-Control-Allow-Credentials: true\r\nVary: Origin\r\nX-Version: v1\r\nVia: 1.1 gateway\r\n\r\n");
}

TEST(Forwarding, WithoutOriginThereIsNoCors) {
  EXPECT_EQ(text_of(fields_for_client({}, {}, {})), "\r\nVia: 1.1 gateway\r\n\r\n");
}

TEST(Forwarding, APreflightIsAllowedWhateverItAsks) {
  auto const answer = preflight("OPTIONS", {{"Origin", "http://a"},
                                            {"Access-Control-Request-Method", "PATCH"},
                                            {"Access-Control-Request-Headers", "x-a, x-b"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(value_of(*answer, "access-control-allow-origin"), "http://a");
  EXPECT_EQ(value_of(*answer, "access-control-allow-credentials"), "true");
  EXPECT_EQ(value_of(*answer, "access-control-allow-methods"), "PATCH");
  EXPECT_EQ(value_of(*answer, "access-control-allow-headers"), "x-a, x-b");
}

TEST(Forwarding, OtherRequestsAreNoPreflight) {
  fields const cors{{"Origin", "http://a"}, {"Access-Control-Request-Method", "PATCH"}};
  EXPECT_FALSE(preflight("GET", cors));
  EXPECT_FALSE(preflight("OPTIONS", {{"Origin", "http://a"}}));
  EXPECT_FALSE(preflight("OPTIONS", {{"Access-Control-Request-Method", "PATCH"}}));
}

}  // namespace
}  // namespace holdfast::gateway
