#pragma once

#include <string_view>

#include "bookshop/mypage/page.hpp"
#include "kit/documents/collection.hpp"

namespace holdfast::bookshop {

/// Keeps the pages as the events tell, in whatever order they come.
class page_events {
 public:
  page_events(kit::collection<page> pages, kit::collection<early_news> early) : pages_{pages}, early_{early} {}

  void on_bought(kit::transaction& in, kit::event const& what) const;
  void on_shipped(kit::transaction& in, kit::event const& what) const;
  void on_canceled(kit::transaction& in, kit::event const& what) const;
  void on_wrote(kit::transaction& in, kit::event const& what) const;

 private:
  void set_status(kit::transaction& in, std::optional<std::int64_t> order_id, std::string_view told) const;
  /// Changes the page of the order, or notes for later what `change` would have changed in it.
  template <class Change>
  void change_page(kit::transaction& in, std::optional<std::int64_t> order_id, Change const& change) const;

  kit::collection<page> pages_;
  kit::collection<early_news> early_;
};

}  // namespace holdfast::bookshop
