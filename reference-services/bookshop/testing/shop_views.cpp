#include "bookshop/testing/shop_views.hpp"

#include <cstdlib>

namespace holdfast::bookshop {

nlohmann::json order_in(bookshop_system const& shop, std::int64_t id) {
  return shop.document("order", "/orders/" + std::to_string(id));
}

nlohmann::json page_in(bookshop_system const& shop, std::int64_t order_id) {
  auto const found = shop.document("mypage", "/mypages/search/findByOrderId?orderId=" + std::to_string(order_id));
  if (found.is_null() || found["_embedded"]["mypages"].empty()) return {};
  return found["_embedded"]["mypages"][0];
}

nlohmann::json delivery_in(bookshop_system const& shop, std::int64_t order_id) {
  auto const all = shop.document("delivery", "/deliveries?size=1000");
  if (all.is_null()) return {};
  for (auto const& d : all["_embedded"]["deliveries"]) {
    if (d["orderId"] == order_id) return d;
  }
  return {};
}

std::int64_t stock_in(bookshop_system const& shop, std::int64_t book_id) {
  auto const all = shop.document("book", "/books?size=1000");
  if (all.is_null()) return -1;
  for (auto const& b : all["_embedded"]["books"]) {
    if (b["bookId"] == book_id) return b["stock"].get<std::int64_t>();
  }
  return -1;
}

bool has_status(nlohmann::json const& row, std::string_view status) {
  return row.is_object() && row["status"].is_string() && row["status"] == status;
}

double metric_in(bookshop_system const& shop, std::string_view service, std::string_view sample) {
  auto const answer = shop.get(service, "/metrics");
  auto const line = '\n' + std::string{sample} + ' ';
  auto const at = answer.body.find(line);
  return at == std::string::npos ? -1 : std::strtod(answer.body.c_str() + at + line.size(), nullptr);
}

}  // namespace holdfast::bookshop
