#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "bookshop/book/book.hpp"
#include "kit/documents/store.hpp"

namespace holdfast::bookshop {

/// Defects of the original that concern stock. All off: the reference behaviour.
struct stock_rules {
  bool any_quantity = false;         ///< BS-07: a negative quantity raises the stock
  bool fails_on_duplicates = false;  ///< BS-04: a bookId that two rows share cannot be sold
  bool fails_on_no_return = false;   ///< BS-14: nor returned, and an unknown one neither
};

/// The originals' finder met no row, or more than one.
class not_one_book : public std::exception {
 public:
  char const* what() const noexcept override { return "query did not return a unique result"; }
};

struct stock_order {
  std::int64_t book_id = 0;
  std::int64_t quantity = 0;
  friend bool operator==(stock_order const&, stock_order const&) = default;
};

/// The row that is sold under a bookId: the oldest.
/// @throws not_one_book  with BS-04
std::optional<book> sellable_book(kit::reader& in, stock_rules const& rules, std::int64_t book_id);

/// Whether that much can be taken of it.
bool has_stock(book const& of, stock_rules const& rules, std::int64_t quantity);

/// Takes stock in one atomic step. The book as it is then; nothing, and nothing changed, when there is not enough.
std::optional<book> take_stock(kit::transaction& in, stock_rules const& rules, stock_order const& wanted);

/// Adds to the row. The book as it is then; nothing when the row is gone.
std::optional<book> add_stock(kit::transaction& in, std::int64_t row, std::int64_t quantity);

/// What a cancelled order gives back to the row that is sold under its bookId. Nothing when there is none.
/// @throws not_one_book  with BS-14
std::optional<book> return_stock(kit::transaction& in, stock_rules const& rules, stock_order const& canceled);

/// What must be known to undo a call: kept beside its answer.
struct taken_stock {
  std::int64_t row = 0;  ///< 0: nothing was taken
  stock_order order;
};
std::string to_text(taken_stock const& of);
std::optional<taken_stock> read_taken_stock(std::string_view text);

}  // namespace holdfast::bookshop
