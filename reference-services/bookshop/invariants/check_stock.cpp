// The books' stock against the orders.
#include <algorithm>

#include "bookshop/invariants/checks.hpp"

namespace holdfast::bookshop {

namespace {

/// Of rows with one bookId the oldest is sold.
std::map<std::int64_t, book_row const*> sellable(system_rows const& rows) {
  std::map<std::int64_t, book_row const*> oldest;
  for (auto const& b : rows.books) {
    if (!b.book_id) continue;
    auto& mine = oldest[*b.book_id];
    if (mine == nullptr || b.id < mine->id) mine = &b;
  }
  return oldest;
}

std::map<std::int64_t, std::int64_t> sold(system_rows const& rows) {
  std::map<std::int64_t, std::int64_t> sum;
  for (auto const& o : rows.orders) {
    if (o.book_id) sum[*o.book_id] += std::max<std::int64_t>(0, o.qty.value_or(0));  // no order brings books
  }
  return sum;
}

void check_balance(indexed_rows const& rows, client_account const& account, findings& into) {
  auto const books = sellable(rows.rows);
  auto const gone = sold(rows.rows);
  for (auto const& [book_id, registered] : account.registered) {
    auto const name = "book " + std::to_string(book_id);
    auto const found = books.find(book_id);
    if (found == books.end()) {
      into.add("K-1", name + " is gone");
      continue;
    }
    auto const of_book = gone.find(book_id);
    auto const expected = registered - (of_book == gone.end() ? 0 : of_book->second);
    auto const stock = found->second->stock.value_or(0);
    if (stock == expected) continue;
    into.add("K-1",
             name + " has " + std::to_string(stock) + " left where its orders leave " + std::to_string(expected));
  }
}

/// Refused for lack of stock: in these words, or in whatever words when nothing else can have been the reason.
bool lacked_stock(placed_order const& asked) {
  return asked.lacked_stock || (asked.stock_then && asked.end != request_end::acknowledged);
}

/// The least that can have been there: orders of unknown end count, and so do those that book was too slow for, which
/// hold their stock until the abort has come.
void check_refusals(client_account const& account, findings& into) {
  std::map<std::int64_t, std::int64_t> perhaps_sold;
  for (auto const& asked : account.orders) {
    if (!lacked_stock(asked) && asked.sent.book_id) {
      perhaps_sold[*asked.sent.book_id] += std::max<std::int64_t>(0, asked.sent.qty.value_or(0));
    }
  }
  for (auto const& asked : account.orders) {
    if (!lacked_stock(asked) || !asked.sent.book_id) continue;
    auto const known = account.registered.find(*asked.sent.book_id);
    auto const registered = known == account.registered.end() ? 0 : known->second;
    auto const least = asked.stock_then.value_or(registered - perhaps_sold[*asked.sent.book_id]);
    auto const wanted = asked.sent.qty.value_or(0);
    if (wanted <= 0 || least < wanted) continue;
    into.add("K-8", std::to_string(wanted) + " of book " + std::to_string(*asked.sent.book_id) +
                        " were refused with at least " + std::to_string(least) + " there");
  }
}

}  // namespace

void check_stock(indexed_rows const& rows, client_account const& account, findings& into) {
  check_balance(rows, account, into);
  for (auto const& b : rows.rows.books) {
    if (b.stock.value_or(0) < 0) into.add("K-2", "book row " + std::to_string(b.id) + " has less than nothing");
  }
  for (auto const stock : account.stocks) {
    if (stock < 0) into.add("K-2", "a stock of " + std::to_string(stock) + " was seen");
  }
  check_refusals(account, into);
}

}  // namespace holdfast::bookshop
