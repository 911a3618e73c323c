#include "bookshop/book/stock_request.hpp"

#include <gtest/gtest.h>

namespace holdfast::bookshop {
namespace {

constexpr request_defects none;

kit::request query(std::vector<std::pair<std::string, std::string>> arguments) {
  kit::request asked;
  asked.query = std::move(arguments);
  return asked;
}

unsigned status_of_body(std::string_view body, request_defects const& defects = none) {
  auto const read = read_modify_body(body, defects);
  return read ? 200 : read.error().status;
}
unsigned status_of_query(std::vector<std::pair<std::string, std::string>> arguments,
                         request_defects const& defects = none) {
  auto const read = read_modify_query(query(std::move(arguments)), defects);
  return read ? 200 : read.error().status;
}

TEST(ModifyBody, TakesNumbersAndTheirDigits) {
  auto const read = read_modify_body(R"({"bookId":"1","qty":2,"unknown":{"a":[]}})", none);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (stock_order{.book_id = 1, .quantity = 2}));
}

TEST(ModifyBody, RefusesWhatIsMissingWrongOrBelowOne) {
  for (auto const* const wrong :
       {"", "[]", "{", "null", R"({"qty":1})", R"({"bookId":1})", R"({"bookId":null,"qty":1})",
        R"({"bookId":1,"qty":0})", R"({"bookId":1,"qty":-1})", R"({"bookId":1,"qty":2147483648})",
        R"({"bookId":1,"qty":1.5})", R"({"bookId":1e30,"qty":1})", R"({"bookId":"one","qty":1})",
        R"({"bookId":true,"qty":1})", R"({"bookId":[1],"qty":1})", "{\"bookId\":1,\"qty\":1,\"x\":\"\xff\"}"}) {
    EXPECT_EQ(status_of_body(wrong), 400) << wrong;
  }
}

TEST(ModifyBody, TheOriginalTakesAnyQuantityAndFailsOnNulls) {
  auto const negative = read_modify_body(R"({"bookId":1,"qty":-4})", {.any_quantity = true});
  ASSERT_TRUE(negative);
  EXPECT_EQ(negative->quantity, -4);
  EXPECT_EQ(status_of_body(R"({"bookId":1})", {.any_quantity = true}), 500);  // BS-07
  EXPECT_EQ(status_of_body(R"({"qty":1})", {.null_id_is_500 = true}), 500);   // BS-08
  EXPECT_EQ(status_of_body(R"({"boookId":1,"qty":1})", {.null_id_is_500 = true}), 500);
}

TEST(ModifyQuery, TakesWholeNumbersAndLetsAnyQuantityThrough) {
  auto const read = read_modify_query(query({{"bookId", "1"}, {"qty", "-2"}}), none);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (stock_order{.book_id = 1, .quantity = -2}));
}

TEST(ModifyQuery, RefusesWhatIsMissingOrNoNumber) {
  EXPECT_EQ(status_of_query({}), 400);
  EXPECT_EQ(status_of_query({{"bookId", "1"}}), 400);
  EXPECT_EQ(status_of_query({{"bookId", "x"}, {"qty", "1"}}), 400);
  EXPECT_EQ(status_of_query({{"bookId", "1"}, {"qty", "99999999999"}}), 400);
  EXPECT_EQ(status_of_query({{"bookId", "99999999999999999999"}, {"qty", "1"}}), 400);
  EXPECT_EQ(status_of_query({{"qty", "1"}}, {.null_id_is_500 = true}), 500);
  EXPECT_EQ(status_of_query({{"bookId", "1"}}, {.any_quantity = true}), 500);
}

TEST(StockKey, IsOnePrintableText) {
  kit::request asked;
  EXPECT_EQ(*read_key(asked), "");
  asked.headers = {{"idempotency-KEY", "bookshop-7-stock"}};
  EXPECT_EQ(*read_key(asked), "bookshop-7-stock");
  asked.headers.push_back({"Idempotency-Key", "another"});
  EXPECT_FALSE(read_key(asked)) << "which of the two?";
  for (auto const& wrong : {std::string{}, std::string(201, 'k'), std::string{"k\xc3\xa9y"}, std::string{"a\tb"}}) {
    asked.headers = {{"Idempotency-Key", wrong}};
    EXPECT_FALSE(read_key(asked)) << wrong;
  }
  asked.headers = {{"Idempotency-Key", std::string(200, 'k')}};
  EXPECT_TRUE(read_key(asked));
}

}  // namespace
}  // namespace holdfast::bookshop
