#include "kit/rest/page_request.hpp"

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

std::vector<resource_field> const fields{{"title", field_kind::text}, {"qty", field_kind::integer32}};

page_request of(std::vector<std::pair<std::string, std::string>> query) {
  request asked;
  asked.query = std::move(query);
  return read_page_request(asked, fields);
}

TEST(PageRequest, IsTheFirstTwentyUnlessTold) {
  EXPECT_EQ(of({}).number, 0U);
  EXPECT_EQ(of({}).size, 20U);
}

TEST(PageRequest, TakesNumbersWithinTheirBounds) {
  auto const page = of({{"page", "3"}, {"size", "50"}});
  EXPECT_EQ(page.number, 3U);
  EXPECT_EQ(page.size, 50U);
  EXPECT_EQ(of({{"size", "100000"}}).size, 1000U) << "never more than 1000";
  EXPECT_EQ(of({{"size", "0"}}).size, 20U);
  EXPECT_EQ(of({{"page", "-1"}}).number, 0U);
  EXPECT_EQ(of({{"page", "9223372036854775807"}}).number, 0U);
  EXPECT_EQ(of({{"page", "x"}, {"size", "y"}}).size, 20U);
}

TEST(PageRequest, SortsByKnownPropertiesOnly) {
  auto const page = of({{"sort", "qty,desc"}, {"sort", "secret,asc"}, {"sort", "title"}});
  ASSERT_EQ(page.by.size(), 2U);
  EXPECT_EQ(page.by[0].column, "qty");
  EXPECT_TRUE(page.by[0].descending);
  EXPECT_EQ(page.by[1].column, "title");
  EXPECT_FALSE(page.by[1].descending);
  EXPECT_EQ(page.sort, "&sort=qty,desc&sort=title");
}

}  // namespace
}  // namespace holdfast::kit
