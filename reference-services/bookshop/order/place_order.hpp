#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "bookshop/order/order.hpp"
#include "kit/app/app.hpp"
#include "kit/documents/collection.hpp"
#include "kit/rest/rest_resource.hpp"

namespace holdfast::bookshop {

/// How an order begins: stock is taken from `book`, then the order and its event are committed.
///
/// What book did must not be forgotten, whatever happens in between. So the intent to call is committed first, together
/// with the order's id, from which the call's Idempotency-Key is made. The transaction that stores the order settles
/// the intent. If that never comes (no answer, a crash), the intent becomes an abort, which is delivered to book until
/// it is acknowledged and gives back whatever was taken.
class place_order {
 public:
  place_order(kit::app& in, kit::collection<order> orders, kit::collection<early_shipment> early,
              kit::resource_view<order> view);

  /// Answers POST /orders. The caller holds a connection of the capacity model meanwhile.
  boost::asio::awaitable<kit::response> operator()(kit::request const& asked, order given);

  /// The event of something that happened to an order.
  void publish(kit::transaction& in, std::string_view type, order const& of) const;

 private:
  void begin(kit::transaction& in, order& o) const;
  kit::call stock_call_for(kit::request const& asked, order const& o) const;
  stock_outcome store(kit::transaction& in, order const& stored, order const& told) const;
  void note_early_shipment(kit::transaction& in, order stored) const;
  void let_go(kit::transaction& in, order const& stored, order const& told, bool is_ambiguous) const;
  kit::response answer(kit::request const& asked, order const& o, stock_outcome outcome) const;

  kit::app& app_;
  kit::collection<order> orders_;
  kit::collection<early_shipment> early_;
  kit::resource_view<order> view_;
  kit::service_client& book_;
  std::optional<std::string> first_status_;
  std::int64_t intent_life_ms_;
  bool forgets_timeouts_, uses_get_, is_told_by_own_event_, publishes_rolled_back_;  // defects of the original
};

}  // namespace holdfast::bookshop
