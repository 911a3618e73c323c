#include "bookshop/invariants/invariants.hpp"

#include <algorithm>
#include <utility>

#include "bookshop/invariants/checks.hpp"

namespace holdfast::bookshop {

namespace {

constexpr std::size_t most_of_one = 20;

}  // namespace

void findings::add(std::string_view invariant, std::string what) {
  if (++count_[std::string{invariant}] > most_of_one) return;
  all_.push_back({std::string{invariant}, std::move(what)});
}

indexed_rows::indexed_rows(system_rows const& of) : rows{of} {
  for (auto const& o : of.orders) orders[o.id] = &o;
  for (auto const& d : of.deliveries) deliveries[d.order_id.value_or(0)].push_back(&d);
  for (auto const& p : of.pages) pages[p.order_id.value_or(0)].push_back(&p);
  std::set<std::string> known;
  for (auto const& e : of.events) {
    if (known.insert(e.event_id).second && e.order_id != 0) events[e.order_id][e.type].push_back(&e);
  }
}

std::size_t indexed_rows::count_of(std::int64_t order_id, std::string const& type) const {
  auto const of_order = events.find(order_id);
  if (of_order == events.end()) return 0;
  auto const of_type = of_order->second.find(type);
  return of_type == of_order->second.end() ? 0 : of_type->second.size();
}

request_end end_of(int status) {
  if (status >= 200 && status < 300) return request_end::acknowledged;
  if ((status >= 400 && status < 500) || status == 503 || status == never_sent) return request_end::refused;
  return request_end::ambiguous;
}

std::vector<violation> violations(system_rows const& rows, client_account const& account) {
  indexed_rows const indexed{rows};
  findings found;
  check_orders(indexed, account, found);
  check_stock(indexed, account, found);
  check_progress(indexed, account, found);
  check_pages(indexed, account, found);
  check_events(indexed, found);
  check_run(account, found);
  return found.take();
}

bool is_violated(std::vector<violation> const& found, std::string_view invariant) {
  return std::any_of(found.begin(), found.end(), [&](violation const& v) { return v.invariant == invariant; });
}

std::string told(std::vector<violation> const& found) {
  std::string text;
  for (auto const& v : found) text += v.invariant + ": " + v.what + '\n';
  return text;
}

}  // namespace holdfast::bookshop
