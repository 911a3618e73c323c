#include "bookshop/mypage/page.hpp"

#include <limits>

namespace holdfast::bookshop {

namespace {

std::optional<std::int32_t> small(std::optional<std::int64_t> number) {
  using limits = std::numeric_limits<std::int32_t>;
  if (!number || *number < limits::min() || *number > limits::max()) return std::nullopt;
  return static_cast<std::int32_t>(*number);
}

}  // namespace

page page_of(kit::event const& bought, std::optional<early_news> const& early) {
  page p;
  p.book_id = bought.integer("bookId");
  p.order_id = bought.integer("id");
  p.title = bought.text("title");
  p.qty = small(bought.integer("qty"));
  p.address = bought.text("address");
  p.status = bought.text("status");
  p.review = "";
  if (early && early->status) p.status = early->status;
  if (early && early->review) p.review = early->review;
  return p;
}

std::optional<std::string> status_after(std::optional<std::string> const& now, std::string_view told) {
  return now == cancelled ? now : std::string{told};
}

}  // namespace holdfast::bookshop
