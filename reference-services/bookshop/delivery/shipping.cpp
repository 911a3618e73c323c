#include "bookshop/delivery/shipping.hpp"

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kit/app/event_fields.hpp"

namespace holdfast::bookshop {

namespace asio = boost::asio;

namespace {

constexpr std::size_t at_once = 256;

}  // namespace

shipping::shipping(kit::app& in, kit::collection<delivery> deliveries, kit::collection<shipment> shipments)
    : app_{in},
      deliveries_{deliveries},
      shipments_{shipments},
      delay_ms_{std::chrono::duration_cast<std::chrono::milliseconds>(in.config().duration("SHIP_DELAY_MS")).count()},
      never_arrives_{in.config().has_defect("BS-05")},
      cancels_a_new_one_{in.config().has_defect("BS-03")},
      pause_{in.executor()} {}

void shipping::on_bought(kit::transaction& in, kit::event const& what) const {
  auto const order_id = what.integer("id");
  if (!order_id || deliveries_.find_first(in, "orderId", *order_id)) return;
  delivery d;
  d.order_id = order_id;
  d.status = std::string{ship_started};
  d.address = what.text("address");
  deliveries_.insert(in, d);
  begin(in, d);
}

void shipping::begin(kit::transaction& in, delivery const& d) const {
  if (never_arrives_) {
    publish_shipped(in, d);
  } else if (delay_ms_ == 0) {
    arrive(in, d);
  } else {
    shipment s;
    s.delivery_id = d.id;
    s.started_ms = app_.wall_ms();
    shipments_.insert(in, s);
  }
}

void shipping::on_canceled(kit::transaction& in, kit::event const& what) const {
  auto const order_id = what.integer("id");
  if (!order_id) return;
  if (cancels_a_new_one_) {  // the original saves and removes one that never was, and tells of it
    delivery never_stored;
    never_stored.id = in.reserve_id(deliveries_.number());
    never_stored.order_id = order_id;
    never_stored.address = what.text("address");
    publish_shipped(in, never_stored);
    return;
  }
  if (auto found = deliveries_.find_first(in, "orderId", *order_id)) return withdraw(in, std::move(*found));
  delivery d;  // so that a Bought that comes later begins nothing
  d.order_id = order_id;
  d.status = std::string{cancelled};
  d.address = what.text("address");
  deliveries_.insert(in, d);
}

void shipping::withdraw(kit::transaction& in, delivery d) const {
  d.status = std::string{cancelled};
  deliveries_.replace(in, d);
  if (auto const under_way = shipments_.find_first(in, "deliveryId", d.id)) shipments_.erase(in, under_way->id);
}

void shipping::arrive(kit::transaction& in, delivery d) const {
  d.status = std::string{shipped};
  deliveries_.replace(in, d);
  publish_shipped(in, d);
}

void shipping::publish_shipped(kit::transaction& in, delivery const& d) const {
  app_.publish(in, "Shipped", d.order_id.value_or(0), kit::event_fields(d));
}

/// Another replica may have been faster, or the delivery withdrawn.
void shipping::arrive_if_due(kit::transaction& in, shipment const& s, std::int64_t now_ms) const {
  if (remaining_ms(s.started_ms.value_or(0), delay_ms_, now_ms) > 0 || !shipments_.erase(in, s.id)) return;
  auto const found = deliveries_.get(in, s.delivery_id.value_or(0));
  if (found && found->status == ship_started) arrive(in, *found);
}

/// Lets those arrive that are due. Milliseconds until the next one is; nothing when there is none.
asio::awaitable<std::optional<std::int64_t>> shipping::arrivals() {
  auto const oldest = app_.documents().read([&](kit::reader& in) { return shipments_.list(in, 0, at_once); });
  if (oldest.empty()) co_return std::nullopt;
  auto const now = app_.wall_ms();
  auto const next = remaining_ms(oldest.front().started_ms.value_or(0), delay_ms_, now);
  if (next > 0) co_return next;
  auto change = [&](kit::transaction& in) {
    for (auto const& s : oldest) arrive_if_due(in, s, now);
  };
  co_await app_.documents().write(std::move(change));
  app_.committed();
  co_return 0;
}

asio::awaitable<void> shipping::run() {
  while (!is_stopping_) {
    std::optional<std::int64_t> next;
    try {
      next = co_await arrivals();
    } catch (kit::store_failure const& why) {
      app_.log({{"event", "store_failure"}, {"task", "shipping"}, {"reason", why.what()}});
    }
    if (is_stopping_) co_return;
    pause_.expires_after(std::chrono::milliseconds{pause_ms(next, delay_ms_)});
    co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

void shipping::stop() {
  is_stopping_ = true;
  pause_.cancel();
}

}  // namespace holdfast::bookshop
