#include "bookshop/mypage/page_events.hpp"

namespace holdfast::bookshop {

void page_events::on_bought(kit::transaction& in, kit::event const& what) const {
  auto const order_id = what.integer("id");
  if (!order_id || pages_.find_first(in, "orderId", *order_id)) return;
  auto const early = early_.find_first(in, "orderId", *order_id);
  auto row = page_of(what, early);
  pages_.insert(in, row);
  if (early) early_.erase(in, early->id);
}

void page_events::on_shipped(kit::transaction& in, kit::event const& what) const {
  set_status(in, what.integer("orderId"), shipped);
}

void page_events::on_canceled(kit::transaction& in, kit::event const& what) const {
  set_status(in, what.integer("id"), cancelled);
}

void page_events::set_status(kit::transaction& in, std::optional<std::int64_t> order_id, std::string_view told) const {
  change_page(in, order_id, [&](auto& row) { row.status = status_after(row.status, told); });
}

void page_events::on_wrote(kit::transaction& in, kit::event const& what) const {
  change_page(in, what.integer("orderId"), [&](auto& row) { row.review = what.text("contents"); });
}

template <class Change>
void page_events::change_page(kit::transaction& in, std::optional<std::int64_t> order_id, Change const& change) const {
  if (!order_id) return;
  if (auto found = pages_.find_first(in, "orderId", *order_id)) {
    change(*found);
    pages_.replace(in, *found);
  } else if (auto noted = early_.find_first(in, "orderId", *order_id)) {
    change(*noted);
    early_.replace(in, *noted);
  } else {
    early_news news;
    news.order_id = order_id;
    change(news);
    early_.insert(in, news);
  }
}

}  // namespace holdfast::bookshop
