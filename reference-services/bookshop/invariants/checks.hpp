#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "bookshop/invariants/invariants.hpp"

namespace holdfast::bookshop {

/// Takes violations down.
class findings {
 public:
  void add(std::string_view invariant, std::string what);
  std::vector<violation> take() { return std::move(all_); }

 private:
  std::vector<violation> all_;
  std::map<std::string, std::size_t, std::less<>> count_;
};

/// The rows with what several checks want to know of them.
struct indexed_rows {
  explicit indexed_rows(system_rows const& of);

  system_rows const& rows;
  std::unordered_map<std::int64_t, order_row const*> orders;
  std::unordered_map<std::int64_t, std::vector<delivery_row const*>> deliveries;  ///< by order
  std::unordered_map<std::int64_t, std::vector<page_row const*>> pages;           ///< by order
  /// Logical events (one for each eventId) of each order, by type.
  std::unordered_map<std::int64_t, std::map<std::string, std::vector<event_row const*>>> events;

  std::size_t count_of(std::int64_t order_id, std::string const& type) const;
  bool was_cancelled(std::int64_t order_id) const { return count_of(order_id, "Canceled") > 0; }
};

inline std::string name_of(std::int64_t order_id) { return "order " + std::to_string(order_id); }
inline std::string name_of(order_row const& o) { return name_of(o.id); }

void check_orders(indexed_rows const& rows, client_account const& account, findings& into);    // I-1 I-2 I-3 K-3 K-6
void check_stock(indexed_rows const& rows, client_account const& account, findings& into);     // K-1 K-2 K-8
void check_progress(indexed_rows const& rows, client_account const& account, findings& into);  // I-4 K-4 K-5
void check_pages(indexed_rows const& rows, client_account const& account, findings& into);     // I-7 K-7
void check_events(indexed_rows const& rows, findings& into);                                   // I-5 I-8 I-9
void check_run(client_account const& account, findings& into);                                 // I-10 I-11 I-12

}  // namespace holdfast::bookshop
