#include "gateway/route_table.hpp"

#include <gtest/gtest.h>

namespace holdfast::gateway {
namespace {

constexpr auto routes =
    "/orders/**=http://order:8080, /books/**=http://book:8080,/chkAndModifyStock/**=http://book:8080,"
    "/mypages/**=http://mypage:8080,/myPages/**=http://mypage:8080/mypages,/orders/special=http://other:1";

struct route_case {
  char const* claim;
  char const* target;
  char const* host;  ///< null: no route
  char const* sent;
};

TEST(RouteTable, FindsTheBackendOfAPath) {
  auto const parsed = route_table::parse(routes, "ROUTES");
  ASSERT_TRUE(parsed);
  auto const& table = *parsed;
  for (auto const& c : {route_case{"the path itself", "/orders", "order", "/orders"},
                        route_case{"below it", "/orders/7/x", "order", "/orders/7/x"},
                        route_case{"with a trailing slash", "/orders/", "order", "/orders/"},
                        route_case{"a query goes along", "/orders?page=1", "order", "/orders?page=1"},
                        route_case{"a longer name is another path", "/ordersX", nullptr, nullptr},
                        route_case{"the longest pattern wins", "/orders/special", "other", "/orders/special"},
                        route_case{"without /** nothing below", "/orders/special/x", "order", "/orders/special/x"},
                        route_case{"case matters", "/Orders", nullptr, nullptr},
                        route_case{"an alias is rewritten", "/myPages/3?x=/myPages", "mypage", "/mypages/3?x=/myPages"},
                        route_case{"an alias alone", "/myPages", "mypage", "/mypages"},
                        route_case{"unknown", "/nothing", nullptr, nullptr},
                        route_case{"an escaped pattern is no match", "/%6frders", nullptr, nullptr},
                        route_case{"the original's synchronous call", "/chkAndModifyStock?bookId=1&qty=1", "book",
                                   "/chkAndModifyStock?bookId=1&qty=1"}}) {
    SCOPED_TRACE(c.claim);
    auto const found = table.find(c.target);
    ASSERT_EQ(found.has_value(), c.host != nullptr);
    if (!found) continue;
    EXPECT_EQ(table.backends().at(found->backend).host, c.host);
    EXPECT_EQ(found->target, c.sent);
  }
  EXPECT_EQ(table.backends().size(), 4U) << "routes to one address share its connections";
}

TEST(RouteTable, TheRootCoversEverything) {
  auto const parsed = route_table::parse("/**=http://shop:80/base/", "ROUTES");
  ASSERT_TRUE(parsed);
  auto const& table = *parsed;
  EXPECT_EQ(table.find("/a?b")->target, "/base/a?b");
  EXPECT_EQ(table.find("/")->target, "/base/");
}

TEST(RouteTable, AllProblemsAreToldWithTheirValues) {
  auto const read =
      route_table::parse("/a/**,b=http://x,/c=ftp://x,/d/**=http://x,/d/**=http://y,/e*f=http://z", "ROUTES");
  ASSERT_FALSE(read);
  auto const text = to_string(read.error());
  EXPECT_EQ(read.error().size(), 5U) << text;
  for (auto const* const part : {"ROUTES", "/a/**", "b=http://x", "/c=ftp://x", "/d/**=http://y", "/e*f"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
}

TEST(RouteTable, NoRouteIsAProblem) { EXPECT_FALSE(route_table::parse(" , ", "ROUTES")); }

}  // namespace
}  // namespace holdfast::gateway
