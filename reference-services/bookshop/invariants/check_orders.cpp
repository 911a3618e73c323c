// Orders against what clients were told: nothing lost, nothing twice, nothing that was refused.
#include "bookshop/invariants/checks.hpp"

namespace holdfast::bookshop {

namespace {

bool is_as_sent(order_row const& stored, order_row const& sent) {
  return stored.book_id == sent.book_id && stored.qty == sent.qty && stored.buyer == sent.buyer &&
         stored.title == sent.title && stored.address == sent.address;
}

/// Orders whose cancel was acknowledged or may have happened.
std::set<std::int64_t> maybe_cancelled(client_account const& account) {
  std::set<std::int64_t> ids;
  for (auto const& c : account.cancels) {
    if (c.end != request_end::refused) ids.insert(c.order_id);
  }
  return ids;
}

void check_acknowledged(indexed_rows const& rows, client_account const& account, findings& into) {
  auto const gone = maybe_cancelled(account);
  std::set<std::int64_t> ids;
  for (auto const& asked : account.orders) {
    if (asked.end != request_end::acknowledged) continue;
    auto const id = asked.sent.id;
    if (!ids.insert(id).second) into.add("I-2", name_of(asked.sent) + " was given to two clients");
    auto const found = rows.orders.find(id);
    if (found == rows.orders.end()) {
      if (!gone.contains(id)) into.add("I-1", name_of(asked.sent) + " was acknowledged and is gone");
    } else if (!is_as_sent(*found->second, asked.sent)) {
      into.add("I-1", name_of(asked.sent) + " is not what was acknowledged");
    }
  }
}

void check_marks(indexed_rows const& rows, client_account const& account, findings& into) {
  std::map<std::string, int> stored;
  for (auto const& o : rows.rows.orders) {
    if (o.buyer && ++stored[*o.buyer] == 2) into.add("I-2", "the order of " + *o.buyer + " is there twice");
  }
  std::set<std::int64_t> ids;
  for (auto const& o : rows.rows.orders) {
    if (!ids.insert(o.id).second) into.add("I-2", name_of(o) + " is listed twice");
  }
  std::set<std::string> told;
  for (auto const& e : rows.rows.events) {
    if (e.type == "Bought" && e.buyer) told.insert(*e.buyer);
  }
  for (auto const& asked : account.orders) {
    if (asked.end != request_end::refused || !asked.sent.buyer) continue;
    if (stored.contains(*asked.sent.buyer)) into.add("I-3", "the refused order of " + *asked.sent.buyer + " is stored");
    if (told.contains(*asked.sent.buyer)) into.add("I-3", "the refused order of " + *asked.sent.buyer + " is an event");
  }
}

struct bounds {
  std::size_t acknowledged = 0, ambiguous = 0;
  void count(request_end end) {
    if (end == request_end::acknowledged) ++acknowledged;
    if (end == request_end::ambiguous) ++ambiguous;
  }
};

void check_cancels(client_account const& account, findings& into) {
  std::map<std::int64_t, int> acknowledged;
  for (auto const& c : account.cancels) {
    if (c.end == request_end::acknowledged && ++acknowledged[c.order_id] == 2) {
      into.add("K-6", "order " + std::to_string(c.order_id) + " was cancelled twice");
    }
  }
}

void check_sums(indexed_rows const& rows, client_account const& account, findings& into) {
  bounds asked, cancelled;
  for (auto const& o : account.orders) asked.count(o.end);
  for (auto const& c : account.cancels) cancelled.count(c.end);
  auto const present = rows.rows.orders.size();
  // acknowledged <= present + cancelled <= acknowledged + ambiguous, for what is certain of each
  auto const fewest = present + cancelled.acknowledged;
  auto const most = fewest + cancelled.ambiguous;
  auto const text = std::to_string(asked.acknowledged) + " orders acknowledged, " + std::to_string(asked.ambiguous) +
                    " ambiguous, " + std::to_string(present) + " present, " + std::to_string(cancelled.acknowledged) +
                    " cancelled, " + std::to_string(cancelled.ambiguous) + " perhaps";
  if (most < asked.acknowledged || fewest > asked.acknowledged + asked.ambiguous) into.add("K-3", text);
}

}  // namespace

void check_orders(indexed_rows const& rows, client_account const& account, findings& into) {
  check_acknowledged(rows, account, into);
  check_marks(rows, account, into);
  check_cancels(account, into);
  check_sums(rows, account, into);
}

}  // namespace holdfast::bookshop
