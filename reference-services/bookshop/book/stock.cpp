#include "bookshop/book/stock.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace holdfast::bookshop {

namespace {

constexpr std::string_view stock_column = "stock";

/// Of one bookId, oldest first; two are enough to know whether it is alone.
std::vector<kit::stored_row> rows_of(kit::reader& in, std::int64_t book_id) {
  return in.find(books.number(), "bookId", book_id, 2);
}

}  // namespace

std::optional<book> sellable_book(kit::reader& in, stock_rules const& rules, std::int64_t book_id) {
  auto rows = rows_of(in, book_id);
  if (rows.empty()) return std::nullopt;
  if (rules.fails_on_duplicates && rows.size() > 1) throw not_one_book{};
  return kit::from_row<book>(std::move(rows.front()));
}

bool has_stock(book const& of, stock_rules const& rules, std::int64_t quantity) {
  return of.stock && *of.stock >= quantity && (quantity >= 1 || rules.any_quantity);
}

std::optional<book> take_stock(kit::transaction& in, stock_rules const& rules, stock_order const& wanted) {
  auto const found = sellable_book(in, rules, wanted.book_id);
  if (!found || !has_stock(*found, rules, wanted.quantity)) return std::nullopt;
  std::array const change{
      kit::column_change{.column = stock_column, .add = -wanted.quantity, .not_below = std::int64_t{0}}};
  if (!books.update_if(in, found->id, {}, {}, change)) return std::nullopt;
  return books.get(in, found->id);
}

std::optional<book> add_stock(kit::transaction& in, std::int64_t row, std::int64_t quantity) {
  std::array const change{kit::column_change{.column = stock_column, .add = quantity, .not_below = std::nullopt}};
  if (!books.update_if(in, row, {}, {}, change)) return std::nullopt;
  return books.get(in, row);
}

std::optional<book> return_stock(kit::transaction& in, stock_rules const& rules, stock_order const& canceled) {
  auto const rows = rows_of(in, canceled.book_id);
  if (rules.fails_on_no_return && rows.size() != 1) throw not_one_book{};
  if (rows.empty() || (canceled.quantity < 1 && !rules.any_quantity)) return std::nullopt;
  return add_stock(in, rows.front().id, canceled.quantity);
}

std::string to_text(taken_stock const& of) {
  return fmt::format("{} {} {}", of.row, of.order.book_id, of.order.quantity);
}

std::optional<taken_stock> read_taken_stock(std::string_view text) {
  taken_stock read;
  auto const* at = text.data();
  auto const* const end = at + text.size();
  for (auto* const into : {&read.row, &read.order.book_id, &read.order.quantity}) {
    if (at != end && *at == ' ') ++at;
    auto const [next, error] = std::from_chars(at, end, *into);
    if (error != std::errc{}) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  return read;
}

}  // namespace holdfast::bookshop
