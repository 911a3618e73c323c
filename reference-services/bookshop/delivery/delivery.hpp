#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "core/clock.hpp"
#include "kit/documents/fields.hpp"

namespace holdfast::bookshop {

struct delivery {
  std::int64_t id = 0;
  std::optional<std::int64_t> order_id;
  std::optional<std::string> status, address;

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"orderId", &delivery::order_id}, field{"status", &delivery::status},
                      field{"address", &delivery::address}};
  }
};

/// A delivery on its way. Durable, so that whoever comes after a crash finds it.
struct shipment {
  std::int64_t id = 0;
  std::optional<std::int64_t> delivery_id;
  std::optional<std::int64_t> started_ms;  ///< wall clock

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"deliveryId", &shipment::delivery_id}, field{"startedMs", &shipment::started_ms}};
  }
};

inline constexpr std::string_view ship_started = "ShipStarted";
inline constexpr std::string_view shipped = "Shipped";
inline constexpr std::string_view cancelled = "Cancelled";

/// Milliseconds until a shipment arrives; 0: now. One from the future was written before the clock was set back: it has
/// waited for nobody knows how long, and is not kept waiting for more.
std::int64_t remaining_ms(std::int64_t started_ms, std::int64_t delay_ms, std::int64_t now_ms);

/// How long to look away from the shipments. Any that comes meanwhile arrives only `delay_ms` later, so nobody has to
/// wake the one who looks.
/// @param next_ms  until the earliest one arrives; nothing when there is none
std::int64_t pause_ms(std::optional<std::int64_t> next_ms, std::int64_t delay_ms);

}  // namespace holdfast::bookshop
