#pragma once

#include <string_view>

#include "bookshop/book/book.hpp"
#include "kit/app/app.hpp"

namespace holdfast::bookshop {

/// Catalogue and stock: /books, and what bookshop/stock_call.hpp describes.
kit::service_description book_service();

/// Registered and StockModified carry the whole book. Their correlation is the book's row.
void publish_book(kit::app& of, kit::transaction& in, std::string_view type, book const& told);

}  // namespace holdfast::bookshop
