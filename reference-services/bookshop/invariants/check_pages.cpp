// The read model against the write models.
#include "bookshop/invariants/checks.hpp"

namespace holdfast::bookshop {

namespace {

std::string page_name(std::int64_t order_id) { return "the page of order " + std::to_string(order_id); }

std::string differences(page_row const& p, order_row const& o) {
  std::string fields;
  auto const compare = [&](std::string_view field, bool is_equal) {
    if (!is_equal) fields += ' ' + std::string{field};
  };
  compare("bookId", p.book_id == o.book_id);
  compare("title", p.title == o.title);
  compare("qty", p.qty == o.qty);
  compare("address", p.address == o.address);
  compare("status", p.status == o.status);
  return fields;
}

void report(std::string const& what, findings& into) {
  into.add("I-7", what);
  into.add("K-7", what);
}

void check_counts(indexed_rows const& rows, findings& into) {
  for (auto const& [order_id, pages] : rows.pages) {
    if (pages.size() > 1) report(page_name(order_id) + " is there " + std::to_string(pages.size()) + " times", into);
    if (!rows.orders.contains(order_id) && rows.count_of(order_id, "Canceled") == 0) {
      report(page_name(order_id) + " shows an order that never was", into);
    }
  }
}

void check_fields(indexed_rows const& rows, findings& into) {
  for (auto const& o : rows.rows.orders) {
    auto const found = rows.pages.find(o.id);
    if (found == rows.pages.end()) {
      report(page_name(o.id) + " is missing", into);
      continue;
    }
    auto const wrong = differences(*found->second.front(), o);
    if (!wrong.empty()) report(page_name(o.id) + " differs in" + wrong, into);
  }
  for (auto const& p : rows.rows.pages) {
    auto const id = p.order_id.value_or(0);
    if (!p.status) report(page_name(id) + " shows no status", into);
    if (!rows.orders.contains(id) && rows.was_cancelled(id) && p.status != "Cancelled") {
      report(page_name(id) + " is " + p.status.value_or("null") + " where the order is cancelled", into);
    }
  }
}

void check_reviews(indexed_rows const& rows, findings& into) {
  std::map<std::int64_t, review_row const*> last;
  for (auto const& r : rows.rows.reviews) {
    if (!r.order_id) continue;
    auto& mine = last[*r.order_id];
    if (mine == nullptr || mine->id < r.id) mine = &r;
  }
  for (auto const& p : rows.rows.pages) {
    auto const found = last.find(p.order_id.value_or(0));
    auto const expected = found == last.end() ? std::optional<std::string>{""} : found->second->contents;
    if (p.review != expected) report(page_name(p.order_id.value_or(0)) + " has another review than its last", into);
  }
}

void check_acknowledged_reviews(indexed_rows const& rows, client_account const& account, findings& into) {
  std::map<std::pair<std::int64_t, std::string>, int> stored;
  for (auto const& r : rows.rows.reviews) ++stored[{r.order_id.value_or(0), r.contents.value_or("")}];
  std::map<std::pair<std::int64_t, std::string>, int> asked;
  for (auto const& w : account.reviews) {
    if (w.end == request_end::acknowledged) ++asked[{w.order_id, w.contents}];
  }
  for (auto const& [review, count] : asked) {
    if (stored[review] < count) into.add("I-1", "a review of order " + std::to_string(review.first) + " is gone");
  }
}

}  // namespace

void check_pages(indexed_rows const& rows, client_account const& account, findings& into) {
  check_counts(rows, into);
  check_fields(rows, into);
  check_reviews(rows, into);
  check_acknowledged_reviews(rows, account, into);
}

}  // namespace holdfast::bookshop
