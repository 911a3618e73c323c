#include "kit/http/request_target.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using testing::ElementsAre;
using testing::Pair;
using namespace std::string_view_literals;

TEST(request_target_test, paths_are_decoded) {
  for (auto const& [target, path] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"/", "/"},
           {"/orders/7", "/orders/7"},
           {"/orders/7/?x=1", "/orders/7/"},
           {"/a%20b", "/a b"},
           {"/a+b", "/a+b"},
           {"/%EC%A3%BC%eb%ac%b8", "/주문"},
           {"/주문", "/주문"},
           {"/100%25", "/100%"},
           {"/...", "/..."},
           {"/.well-known/x", "/.well-known/x"},
           {"/a..b/..c", "/a..b/..c"},
           {"http://shop:80/orders?x", "/orders"},
           {"http://shop?x=1", "/"},
           {"HTTP://shop", "/"},
       }) {
    request into;
    EXPECT_TRUE(read_target(target, into)) << target;
    EXPECT_EQ(into.path, path) << target;
  }
}

TEST(request_target_test, what_is_malformed_or_misleading_is_refused) {
  for (std::string_view const target :
       {"",        "orders",      "*",     "shop:80", "ftp://shop/", "http://",  "http:///a",  "http://a@b/",
        "/a%",     "/a%2",        "/a%zz", "/a%2g",   "/%00",        "/a%0d%0a", "/a%7f",      "/a%2Fb",
        "/a%2fb",  "/a%5cb",      "/a\\b", "/.",      "/..",         "/../etc",  "/a/../b",    "/a/./b",
        "/a/..",   "/%2e%2e/etc", "/.%2e", "/%2E/x",  "/%ff",        "/%c0%af",  "/%ed%a0%80", "/%f5%80%80%80",
        "/%e2%82", "/\xff",       "/a#b",  "/a?x=%",  "/a?x=%f",     "/a?%zz=1", "/a?x=%00",   "/a?x=%ff",
        "/a?%c3=1"}) {
    request into;
    EXPECT_FALSE(read_target(target, into)) << target;
  }
}

TEST(request_target_test, parameters_are_decoded_and_keep_their_order) {
  request into;
  ASSERT_TRUE(read_target("/a?b=1&a=x+y%2B%3D&b=2&&flag&=v&e=&k=a=b", into));
  EXPECT_THAT(into.query, ElementsAre(Pair("b", "1"), Pair("a", "x y+="), Pair("b", "2"), Pair("flag", ""),
                                      Pair("", "v"), Pair("e", ""), Pair("k", "a=b")));
  EXPECT_EQ(into.query_value("b"), "1"sv);
  EXPECT_EQ(into.query_value("flag"), ""sv);
  EXPECT_EQ(into.query_value("B"), std::nullopt);
}

TEST(request_target_test, a_former_query_is_forgotten) {
  request into;
  ASSERT_TRUE(read_target("/a?b=1", into));
  ASSERT_TRUE(read_target("/a", into));
  EXPECT_TRUE(into.query.empty());
}

TEST(request_target_test, the_number_of_parameters_is_bounded) {
  std::string target = "/a?";
  for (std::size_t parameter = 0; parameter < most_query_parameters; ++parameter) target += "x&";
  request into;
  EXPECT_TRUE(read_target(target, into));
  EXPECT_FALSE(read_target(target + "x", into));
}

TEST(request_target_test, the_host_of_an_absolute_url_counts) {
  request into{.host = "other"};
  ASSERT_TRUE(read_target("http://shop:8080/a", into));
  EXPECT_EQ(into.host, "shop:8080");
}

TEST(request_target_test, only_options_may_ask_for_everything) {
  request into{.method = "OPTIONS"};
  EXPECT_TRUE(read_target("*", into));
  EXPECT_EQ(into.path, "*");
}

TEST(request_target_test, hosts_hold_nothing_odd) {
  for (std::string_view const host : {"a", "order:8080", "[::1]:80", "127.0.1.4", "a_b.c-d"}) {
    EXPECT_TRUE(is_valid_host(host)) << host;
  }
  for (std::string_view const host : {"a b", "a/b", "a@b", "a\"b", "<a>", "a,b", "a\tb", "\xc3\xa4"}) {
    EXPECT_FALSE(is_valid_host(host)) << host;
  }
}

TEST(message_test, headers_are_found_by_any_case_of_their_name) {
  request const asked{.headers = {{"Content-Type", "a"}, {"content-type", "b"}, {"X", ""}}};
  EXPECT_EQ(asked.header_value("CONTENT-TYPE"), "a"sv);
  EXPECT_EQ(asked.header_value("x"), ""sv);
  EXPECT_EQ(asked.header_value("Content"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::kit
