#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "kit/documents/fields.hpp"
#include "kit/events/consumer.hpp"

namespace holdfast::bookshop {

/// What a customer sees of an order. Made of events alone.
struct page {
  std::int64_t id = 0;
  std::optional<std::int64_t> book_id, order_id;
  std::optional<std::string> title;
  std::optional<std::int32_t> qty;
  std::optional<std::string> address, status, review;

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"bookId", &page::book_id},  field{"orderId", &page::order_id},
                      field{"title", &page::title},     field{"qty", &page::qty},
                      field{"address", &page::address}, field{"status", &page::status},
                      field{"review", &page::review}};
  }
};

/// What was told of an order before its Bought was: events of one publisher keep their order, those of several do not
/// (a review may be known before a killed `order` comes back and publishes).
struct early_news {
  std::int64_t id = 0;
  std::optional<std::int64_t> order_id;
  std::optional<std::string> status, review;

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"orderId", &early_news::order_id}, field{"status", &early_news::status},
                      field{"review", &early_news::review}};
  }
};

inline constexpr std::string_view shipped = "Shipped";
inline constexpr std::string_view cancelled = "Cancelled";

/// The row of a new order.
page page_of(kit::event const& bought, std::optional<early_news> const& early);

/// The status after `told`: an order that is cancelled stays so.
std::optional<std::string> status_after(std::optional<std::string> const& now, std::string_view told);

}  // namespace holdfast::bookshop
