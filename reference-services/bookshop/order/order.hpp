#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "kit/client/service_client.hpp"
#include "kit/documents/fields.hpp"

namespace holdfast::bookshop {

/// A customer's order. Its row goes when it is cancelled.
struct order {
  std::int64_t id = 0;
  std::optional<std::int64_t> book_id;
  std::optional<std::string> buyer, title;
  std::optional<std::int32_t> qty;
  std::optional<std::string> address, status;

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"bookId", &order::book_id},  field{"buyer", &order::buyer},
                      field{"title", &order::title},     field{"qty", &order::qty},
                      field{"address", &order::address}, field{"status", &order::status}};
  }
};

/// Of an order that is still to come: a client of `delivery` may make its delivery first. Its id is the order's.
struct early_shipment {
  std::int64_t id = 0;
  std::optional<std::int64_t> delivery_id;

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"deliveryId", &early_shipment::delivery_id}};
  }
};

inline constexpr std::string_view bought = "Bought";
inline constexpr std::string_view shipped = "Shipped";
inline constexpr std::string_view cancelled = "Cancelled";

/// What is looked at before an order begins; the original looked at nothing (BS-07, BS-08).
struct order_checks {
  bool book_id = true;
  bool quantity = true;
};
/// Why this cannot be an order; nothing when it can. Which title a book has is not checked: bookId decides.
std::optional<std::string_view> problem_of(order const& given, order_checks checks = {});

/// What became of the stock.
enum class stock_outcome : std::uint8_t {
  taken,
  refused,     ///< too little of it, or no such book
  unavailable  ///< book did not answer, or not with an answer
};

/// @param answer  to POST /stock/modify
stock_outcome outcome_of(kit::call_answer const& answer);
/// @param answer  to GET /chkAndModifyStock, the original's call
stock_outcome outcome_of_original(kit::call_answer const& answer);

/// Whether a shipped order that is not there may come yet. Ids only grow: an earlier one was cancelled or refused.
/// @param newest  order of all that are there; 0: none is
bool may_come_yet(std::int64_t order_id, std::int64_t newest);

/// A cancelled order is gone, and a shipped one stays so: only `Bought` moves.
/// @param now  status that the order has
bool becomes_shipped(std::optional<std::string> const& now);

}  // namespace holdfast::bookshop
