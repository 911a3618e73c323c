#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bookshop/invariants/facts.hpp"
#include "kit/testing/probe.hpp"

namespace holdfast::bookshop {

/// Port on which a service, or the gateway, listens when it is started by hand.
std::uint16_t local_port(std::string_view service);

enum class way : std::uint8_t { direct, through_gateway };

/// A client that keeps account of what it asked for and how that ended. For one thread.
class shopper {
 public:
  /// @param address  of the services
  /// @param name     begins the names of its buyers, of which no two are equal
  explicit shopper(std::string address, std::string name = "buyer", way asks = way::direct)
      : address_{std::move(address)}, name_{std::move(name)}, way_{asks} {}

  std::string const& address() const { return address_; }
  /// One request on a connection of its own; status 0 when there is no answer, `never_sent` when nobody listens.
  kit::probe_answer ask(std::string_view service, kit::probe_request const& what) const;

  /// POST /books. @return  the id of the row; 0 when it was not made
  std::int64_t register_book(std::int64_t book_id, std::int64_t stock);
  /// POST /orders, with a buyer of its own. `change` is merged into the body (a null removes).
  kit::probe_answer place(std::int64_t book_id, std::int64_t qty, nlohmann::json const& change = {});
  /// The same, and its id; 0 when it was not made.
  std::int64_t buy(std::int64_t book_id, std::int64_t qty);
  kit::probe_answer cancel(std::int64_t order_id);
  kit::probe_answer review(std::int64_t order_id, std::string const& contents);
  /// Looks at an order and notes its status.
  std::string look_at(std::int64_t order_id);

  client_account account;

 private:
  std::string address_, name_;
  way way_;
  int buyers_ = 0;
};

/// Adds what another client did; the order of what both saw is not known, so that each keeps its own.
void merge(client_account& into, client_account from);

/// The id at the end of a URL; 0 when there is none.
std::int64_t id_in(std::string const& url);

}  // namespace holdfast::bookshop
