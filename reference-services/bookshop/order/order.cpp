#include "bookshop/order/order.hpp"

#include "bookshop/stock_call.hpp"

namespace holdfast::bookshop {

std::optional<std::string_view> problem_of(order const& given, order_checks checks) {
  if (checks.book_id && !given.book_id) return "bookId is missing";
  if (checks.quantity && !given.qty) return "qty is missing";
  if (checks.quantity && *given.qty < 1) return "qty must be at least 1";
  return std::nullopt;
}

stock_outcome outcome_of(kit::call_answer const& answer) {
  if (answer.result != kit::call_result::answered) return stock_outcome::unavailable;
  if (answer.status == stock_call::taken_status) return stock_outcome::taken;
  if (answer.status == stock_call::refused_status) return stock_outcome::refused;
  return stock_outcome::unavailable;
}

stock_outcome outcome_of_original(kit::call_answer const& answer) {
  if (!answer.is_success()) return stock_outcome::unavailable;
  if (answer.body == "true") return stock_outcome::taken;
  return answer.body == "false" ? stock_outcome::refused : stock_outcome::unavailable;
}

bool may_come_yet(std::int64_t order_id, std::int64_t newest) {
  constexpr std::int64_t largest_id = std::int64_t{1} << 62;
  return order_id > newest && order_id <= largest_id;
}

bool becomes_shipped(std::optional<std::string> const& now) { return now != shipped; }

}  // namespace holdfast::bookshop
