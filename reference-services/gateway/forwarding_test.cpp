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

TEST(Forwarding, OfSeveralListsTheLastOneIsExtended) {
  fields const all{{"X-Forwarded-For", "1.2.3.4"}, {"Via", "1.0 a"}, {"x-forwarded-for", "5.6.7.8"}, {"via", "1.0 b"}};
  auto const text = text_of(fields_for_backend(all, {"10.0.0.9", "c", {}}));
  EXPECT_TRUE(
      text.starts_with("\r\nX-Forwarded-For: 1.2.3.4\r\nVia: 1.0 a\r\n"
                       "x-forwarded-for: 5.6.7.8, 10.0.0.9\r\nvia: 1.0 b, 1.1 gateway\r\n"))
      << text << "\nread as one list, the last entry is the one that the gateway vouches for";
}

TEST(Forwarding, TheOriginalsNameTheBackendInHost) {
  auto const to = fields_for_backend({{"Host", "shop:8088"}}, {"10.0.0.9", "c", "order:8080"});
  EXPECT_EQ(value_of(to, "host"), "order:8080");
  EXPECT_EQ(value_of(to, "x-forwarded-host"), "shop:8088");
}

TEST(Forwarding, CorsOfTheGatewayReplacesThatOfTheBackend) {
  fields const answer{{"Access-Control-Allow-Origin", "*"}, {"X-Instance", "order-1"}};
  auto const to =
      fields_for_client(answer, {{"Origin", "http://a.example"}}, {{"X-Instance", "gw"}, {"X-Version", "v1"}}, "");
  EXPECT_EQ(text_of(to),
            "\r\nX-Instance: order-1\r\nAccess-Control-Allow-Origin: http://a.example\r\n"
            "Access-Control-Allow-Credentials: true\r\nVary: Origin\r\nX-Version: v1\r\nVia: 1.1 gateway\r\n\r\n");
}

TEST(Forwarding, WithoutOriginThereIsNoCors) {
  EXPECT_EQ(text_of(fields_for_client({}, {}, {}, "")), "\r\nVia: 1.1 gateway\r\n\r\n");
}

TEST(Forwarding, TheClientLearnsTheCorrelationIdUnlessTheBackendTellsIt) {
  EXPECT_EQ(value_of(fields_for_client({}, {}, {}, "c-1"), "x-correlation-id"), "c-1");
  auto const told = fields_for_client({{"x-correlation-id", "of-the-backend"}}, {}, {}, "c-1");
  EXPECT_EQ(text_of(told), "\r\nx-correlation-id: of-the-backend\r\nVia: 1.1 gateway\r\n\r\n");
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
