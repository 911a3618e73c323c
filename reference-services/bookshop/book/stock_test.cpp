#include "bookshop/book/stock.hpp"

#include <gtest/gtest.h>

#include "kit/documents/store_test_support.hpp"

namespace holdfast::bookshop {
namespace {

class Stock : public testing::Test {
 protected:
  template <class Change>
  auto write(Change change) {
    return kit::await_on(io_, store_->write(std::move(change)));
  }
  /// The row of a new book.
  std::int64_t add(std::int64_t book_id, std::optional<std::int64_t> stock) {
    return write([&](kit::transaction& in) {
      book made{.id = 0, .book_id = book_id, .title = "t", .author = {}, .publisher = {}, .stock = stock};
      books.insert(in, made);
      return made.id;
    });
  }
  bool take(std::int64_t book_id, std::int64_t quantity) {
    return write([&](kit::transaction& in) { return take_stock(in, rules_, {book_id, quantity}).has_value(); });
  }
  bool give_back(std::int64_t book_id, std::int64_t quantity) {
    return write([&](kit::transaction& in) { return return_stock(in, rules_, {book_id, quantity}).has_value(); });
  }
  std::optional<std::int64_t> stock_of(std::int64_t row) {
    return store_->read([&](kit::reader& in) { return books.get(in, row)->stock; });
  }

  boost::asio::io_context io_{1};
  std::unique_ptr<kit::store> store_ =
      kit::open_sqlite_store(io_.get_executor(), {.folder = ""}, {kit::schema_of<book>("books", {"bookId"})});
  stock_rules rules_;
};

TEST_F(Stock, IsTakenToTheLastPieceAndNeverBelow) {
  auto const row = add(1, 3);
  EXPECT_TRUE(take(1, 2));
  EXPECT_FALSE(take(1, 2));
  EXPECT_EQ(stock_of(row), 1);
  EXPECT_TRUE(take(1, 1));
  EXPECT_FALSE(take(1, 1));
  EXPECT_EQ(stock_of(row), 0);
}

TEST_F(Stock, OfUnknownBooksAndOfThoseWithoutAFigureIsNotTaken) {
  auto const row = add(1, std::nullopt);
  EXPECT_FALSE(take(1, 1));
  EXPECT_FALSE(take(2, 1));
  EXPECT_EQ(stock_of(row), std::nullopt);
}

TEST_F(Stock, ANegativeQuantityIsTakenByNobodyButTheOriginal) {
  auto const row = add(1, 3);
  for (auto const quantity : {0, -1, -2'147'483'647}) EXPECT_FALSE(take(1, quantity)) << quantity;
  EXPECT_EQ(stock_of(row), 3);
  rules_.any_quantity = true;  // BS-07
  EXPECT_TRUE(take(1, -5));
  EXPECT_EQ(stock_of(row), 8);
}

TEST_F(Stock, TheOldestRowOfABookIdIsSoldAndGetsReturns) {
  auto const first = add(1, 1);
  auto const second = add(1, 10);
  EXPECT_TRUE(take(1, 1));
  EXPECT_FALSE(take(1, 1)) << "the second row is not for sale";
  EXPECT_TRUE(give_back(1, 1));
  EXPECT_EQ(stock_of(first), 1);
  EXPECT_EQ(stock_of(second), 10);
}

TEST_F(Stock, OfADuplicatedBookIsAnErrorOfTheOriginal) {
  add(1, 1);
  rules_.fails_on_duplicates = true;  // BS-04
  EXPECT_TRUE(take(1, 1));
  add(1, 10);
  EXPECT_THROW(take(1, 1), not_one_book);
}

TEST_F(Stock, ReturnsOfUnknownBooksGoNowhere) {
  EXPECT_FALSE(give_back(7, 1));
  rules_.fails_on_no_return = true;  // BS-14
  EXPECT_THROW(give_back(7, 1), not_one_book);
  auto const row = add(7, 1);
  EXPECT_TRUE(give_back(7, 1));
  add(7, 1);
  EXPECT_THROW(give_back(7, 1), not_one_book);
  EXPECT_EQ(stock_of(row), 2);
}

TEST_F(Stock, AReturnOfNothingOrLessChangesNothing) {
  auto const row = add(1, 3);
  EXPECT_FALSE(give_back(1, 0));
  EXPECT_FALSE(give_back(1, -2));
  EXPECT_EQ(stock_of(row), 3);
}

TEST_F(Stock, ReturnsMayCarryItBeyond32Bits) {
  auto const row = add(1, 2'147'483'647);
  EXPECT_TRUE(give_back(1, 2'147'483'647));
  EXPECT_EQ(stock_of(row), 4'294'967'294);
}

TEST_F(Stock, AnUndoneCallGoesBackToItsRowAsLongAsThereIsOne) {
  auto const row = add(1, 3);
  EXPECT_TRUE(write([&](kit::transaction& in) { return add_stock(in, row, 2).has_value(); }));
  EXPECT_EQ(stock_of(row), 5);
  EXPECT_FALSE(write([&](kit::transaction& in) { return add_stock(in, row + 1, 2).has_value(); }));
}

TEST(TakenStock, SurvivesItsText) {
  taken_stock const taken{.row = 12, .order = {.book_id = -3, .quantity = 2'147'483'647}};
  auto const read = read_taken_stock(to_text(taken));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->row, 12);
  EXPECT_EQ(read->order, taken.order);
  for (auto const* const wrong : {"", "1", "1 2", "1 2 x", "1 2 3 4", "1 2 3 "}) {
    EXPECT_FALSE(read_taken_stock(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace holdfast::bookshop
