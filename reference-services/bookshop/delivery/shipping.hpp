#pragma once

#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bookshop/delivery/delivery.hpp"
#include "kit/app/app.hpp"
#include "kit/documents/collection.hpp"
#include "kit/events/consumer.hpp"

namespace holdfast::bookshop {

/// What happens to deliveries: they begin with an order, arrive after SHIP_DELAY_MS, and are withdrawn with the order.
class shipping {
 public:
  shipping(kit::app& in, kit::collection<delivery> deliveries, kit::collection<shipment> shipments);

  void on_bought(kit::transaction& in, kit::event const& what) const;
  void on_canceled(kit::transaction& in, kit::event const& what) const;
  /// After a delivery was stored.
  void begin(kit::transaction& in, delivery const& d) const;

  boost::asio::awaitable<void> run();  ///< lets shipments arrive, until stop()
  void stop();

 private:
  void arrive(kit::transaction& in, delivery d) const;
  void arrive_if_due(kit::transaction& in, shipment const& s, std::int64_t now_ms) const;
  void withdraw(kit::transaction& in, delivery d) const;
  void publish_shipped(kit::transaction& in, delivery const& d) const;
  boost::asio::awaitable<std::optional<std::int64_t>> arrivals();

  kit::app& app_;
  kit::collection<delivery> deliveries_;
  kit::collection<shipment> shipments_;
  std::int64_t delay_ms_;
  bool never_arrives_, cancels_a_new_one_;  // defects of the original
  boost::asio::steady_timer pause_;
  bool is_stopping_ = false;
};

}  // namespace holdfast::bookshop
