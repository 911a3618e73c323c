// Events against the changes that they tell of, and the machinery that carries them.
#include "bookshop/invariants/checks.hpp"

namespace holdfast::bookshop {

namespace {

constexpr std::size_t most_events_of_an_order = 10;

void expect_one(indexed_rows const& rows, std::int64_t order_id, std::string const& type, findings& into) {
  auto const count = rows.count_of(order_id, type);
  if (count != 1) into.add("I-5", name_of(order_id) + " has " + std::to_string(count) + " events " + type);
}

void check_owed(indexed_rows const& rows, findings& into) {
  for (auto const& o : rows.rows.orders) {
    expect_one(rows, o.id, "Bought", into);
    if (rows.was_cancelled(o.id)) into.add("I-5", name_of(o.id) + " is there, and so is an event of its end");
  }
  for (auto const& d : rows.rows.deliveries) {
    if (d.status == "Shipped" && d.order_id) expect_one(rows, *d.order_id, "Shipped", into);
  }
  std::map<std::int64_t, std::size_t> reviews;
  for (auto const& r : rows.rows.reviews) {
    if (r.order_id) ++reviews[*r.order_id];
  }
  for (auto const& [order_id, count] : reviews) {
    auto const told = rows.count_of(order_id, "Wrote");
    if (order_id != 0 && told != count) {
      into.add("I-5", name_of(order_id) + " has " + std::to_string(count) + " reviews and " + std::to_string(told) +
                          " events of them");
    }
  }
}

void check_phantoms(indexed_rows const& rows, findings& into) {
  std::set<std::int64_t> deliveries;
  for (auto const& d : rows.rows.deliveries) deliveries.insert(d.id);
  for (auto const& [order_id, by_type] : rows.events) {
    std::size_t all = 0;
    for (auto const& [type, told] : by_type) all += type == "Wrote" ? 0 : told.size();  // anybody writes any number
    if (all > most_events_of_an_order) into.add("I-8", name_of(order_id) + " made " + std::to_string(all) + " events");
    if (rows.count_of(order_id, "Canceled") > 1) into.add("I-5", name_of(order_id) + " ended more than once");
    if (rows.count_of(order_id, "Bought") > 0 && !rows.orders.contains(order_id) && !rows.was_cancelled(order_id)) {
      into.add("I-5", name_of(order_id) + " was told of and is not there");
    }
    if (auto const told = by_type.find("Shipped"); told != by_type.end()) {
      for (auto const* e : told->second) {
        if (!deliveries.contains(e->id))
          into.add("I-5", name_of(order_id) + " was shipped by a delivery that is not there");
      }
    }
  }
}

void check_machinery(system_rows const& rows, findings& into) {
  for (auto const& m : rows.machinery) {
    auto const expect_none = [&](std::int64_t number, std::string_view of) {
      if (number != 0) into.add("I-9", m.service + ": " + std::to_string(number) + ' ' + std::string{of});
    };
    expect_none(m.lag, "records are not applied");
    expect_none(m.outbox, "events are not published");
    expect_none(m.aborts, "aborts are not delivered");
    expect_none(m.dead_letters, "records could not be read");
    expect_none(m.skipped, "records were skipped");
  }
}

}  // namespace

void check_events(indexed_rows const& rows, findings& into) {
  check_owed(rows, into);
  check_phantoms(rows, into);
  check_machinery(rows.rows, into);
}

}  // namespace holdfast::bookshop
