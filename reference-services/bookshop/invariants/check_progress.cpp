// Orders and deliveries only move forward, and together.
#include <algorithm>

#include "bookshop/invariants/checks.hpp"

namespace holdfast::bookshop {

namespace {

std::string shown(std::optional<std::string> const& status) { return status ? '"' + *status + '"' : "null"; }

void check_delivery_of(order_row const& o, indexed_rows const& rows, findings& into) {
  auto const found = rows.deliveries.find(o.id);
  auto const count = found == rows.deliveries.end() ? 0 : found->second.size();
  if (count != 1) {
    into.add("K-4", name_of(o.id) + " has " + std::to_string(count) + " deliveries");
    return;
  }
  auto const& status = found->second.front()->status;
  if (status == "Cancelled") into.add("K-4", name_of(o.id) + " lives and its delivery is cancelled");
  bool const is_shipped = o.status == "Shipped";
  if (is_shipped != (status == "Shipped")) {
    into.add("K-5", name_of(o.id) + " is " + shown(o.status) + " and its delivery " + shown(status));
  }
}

void check_deliveries(indexed_rows const& rows, findings& into) {
  for (auto const& o : rows.rows.orders) check_delivery_of(o, rows, into);
  for (auto const& d : rows.rows.deliveries) {
    if (!d.order_id || rows.orders.contains(*d.order_id) || d.status == "Cancelled") continue;
    auto const why =
        rows.was_cancelled(*d.order_id) ? " is cancelled and has a delivery " : " never was and has a delivery ";
    into.add("K-4", name_of(*d.order_id) + why + shown(d.status));
  }
}

void check_statuses(indexed_rows const& rows, client_account const& account, findings& into) {
  for (auto const& o : rows.rows.orders) {
    if (o.status != "Bought" && o.status != "Shipped") into.add("I-4", name_of(o.id) + " is " + shown(o.status));
    if (o.qty.value_or(0) < 1) into.add("I-4", name_of(o.id) + " is for less than one book");
    if (!o.book_id) into.add("I-4", name_of(o.id) + " is for no book");
  }
  std::map<std::int64_t, std::string> last;
  for (auto const& seen : account.statuses) {
    auto& before = last[seen.order_id];
    if (before == "Shipped" && seen.status != "Shipped") {
      into.add("I-4", name_of(seen.order_id) + " went from Shipped to " + seen.status);
      into.add("K-5", name_of(seen.order_id) + " went from Shipped to " + seen.status);
    }
    before = seen.status;
  }
  for (auto const& [id, status] : last) {
    auto const found = rows.orders.find(id);
    if (status == "Shipped" && found != rows.orders.end() && found->second->status != "Shipped") {
      into.add("I-4", name_of(id) + " was Shipped and is " + shown(found->second->status));
    }
  }
}

}  // namespace

void check_progress(indexed_rows const& rows, client_account const& account, findings& into) {
  check_deliveries(rows, into);
  check_statuses(rows, account, into);
}

}  // namespace holdfast::bookshop
