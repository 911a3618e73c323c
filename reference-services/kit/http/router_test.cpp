#include "kit/http/router.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

quick_handler saying(std::string text) {
  return [text = std::move(text)](request const&) { return response{.body = text}; };
}

router shop() {
  router routes;
  routes.add("GET", "/", saying("root"));
  routes.add("GET", "/orders", saying("list"));
  routes.add("POST", "/orders", saying("create"));
  routes.add("GET", "/orders/{id}", saying("one"));
  routes.add("DELETE", "/orders/{id}", saying("delete"));
  routes.add("GET", "/orders/search", saying("finders"));
  routes.add("GET", "/orders/search/{finder}", saying("finder"));
  routes.add("GET", "/orders/{id}/lines/{line}", saying("line"));
  routes.add("GET", "/orders/search/lines/{line}", saying("literal line"));
  return routes;
}

TEST(router_test, the_fitting_route_is_found_with_its_captures) {
  struct row {
    std::string_view method, path, answer, pattern;
    std::vector<std::string> captures;
  };
  auto const routes = shop();
  for (auto const& [method, path, answer, pattern, captures] : std::vector<row>{
           {"GET", "/", "root", "/", {}},
           {"GET", "/orders", "list", "/orders", {}},
           {"GET", "/orders/", "list", "/orders", {}},
           {"POST", "/orders", "create", "/orders", {}},
           {"HEAD", "/orders", "list", "/orders", {}},
           {"GET", "/orders/7", "one", "/orders/{id}", {"7"}},
           {"GET", "/orders/7/", "one", "/orders/{id}", {"7"}},
           {"HEAD", "/orders/7", "one", "/orders/{id}", {"7"}},
           {"DELETE", "/orders/a b", "delete", "/orders/{id}", {"a b"}},
           {"GET", "/orders/search", "finders", "/orders/search", {}},
           {"GET", "/orders/searching", "one", "/orders/{id}", {"searching"}},
           {"GET", "/orders/search/byName", "finder", "/orders/search/{finder}", {"byName"}},
           {"GET", "/orders/7/lines/2", "line", "/orders/{id}/lines/{line}", {"7", "2"}},
           {"GET", "/orders/search/lines/2", "literal line", "/orders/search/lines/{line}", {"2"}},
       }) {
    auto const match = routes.find(method, path);
    ASSERT_NE(match.found, nullptr) << method << " " << path;
    EXPECT_EQ(match.found->quick({}).body, answer) << path;
    EXPECT_EQ(match.pattern, pattern) << path;
    EXPECT_EQ(match.captures, captures) << path;
    EXPECT_THAT(match.allowed, IsEmpty()) << path;
  }
}

TEST(router_test, paths_that_fit_no_pattern_are_not_found) {
  auto const routes = shop();
  for (std::string_view const path : {"/order", "/ordersx", "//", "/orders//", "//orders", "/orders//lines/2",
                                      "/orders/7/lines", "/orders/7/8", "", "orders", "*", "/ORDERS"}) {
    auto const match = routes.find("GET", path);
    EXPECT_EQ(match.found, nullptr) << path;
    EXPECT_THAT(match.allowed, IsEmpty()) << path;
    EXPECT_THAT(match.captures, IsEmpty()) << path;
    EXPECT_EQ(match.pattern, "") << path;
  }
}

TEST(router_test, a_method_that_the_path_lacks_is_told_what_is_allowed) {
  auto const match = shop().find("PUT", "/orders/7");
  EXPECT_EQ(match.found, nullptr);
  EXPECT_THAT(match.allowed, ElementsAre("GET", "DELETE", "HEAD", "OPTIONS"));
}

TEST(router_test, a_literal_pattern_hides_the_methods_of_a_capture) {
  auto const match = shop().find("DELETE", "/orders/search");
  EXPECT_EQ(match.found, nullptr);
  EXPECT_THAT(match.allowed, ElementsAre("GET", "HEAD", "OPTIONS"));
}

TEST(router_test, a_second_route_for_the_same_shape_replaces_the_first) {
  auto routes = shop();
  routes.add("GET", "/orders/{orderId}", saying("by hand"));
  auto const match = routes.find("GET", "/orders/7");
  ASSERT_NE(match.found, nullptr);
  EXPECT_EQ(match.found->quick({}).body, "by hand");
  EXPECT_EQ(match.pattern, "/orders/{orderId}");
}

TEST(router_test, a_match_can_be_used_again) {
  auto const routes = shop();
  router::match match;
  routes.find("GET", "/orders/7/lines/2", match);
  routes.find("GET", "/orders/8", match);
  EXPECT_THAT(match.captures, ElementsAre("8"));
  routes.find("PUT", "/orders", match);
  EXPECT_EQ(match.found, nullptr);
  EXPECT_FALSE(match.allowed.empty());
  routes.find("GET", "/nowhere", match);
  EXPECT_THAT(match.captures, IsEmpty());
  EXPECT_THAT(match.allowed, IsEmpty());
}

TEST(router_test, a_path_of_many_segments_fits_nothing) {
  auto const routes = shop();
  std::string path = "/orders";
  for (int part = 0; part < 5000; ++part) path += "/search";
  EXPECT_EQ(routes.find("GET", path).found, nullptr);
}

}  // namespace
}  // namespace holdfast::kit
