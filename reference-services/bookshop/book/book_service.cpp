#include "bookshop/book/book_service.hpp"

#include <limits>

#include "bookshop/book/stock_desk.hpp"
#include "bookshop/defects.hpp"
#include "kit/app/event_fields.hpp"
#include "kit/rest/rest_resource.hpp"

namespace holdfast::bookshop {

namespace {

constexpr std::int64_t largest_stock = std::numeric_limits<std::int32_t>::max();

/// Beyond 32 bits nothing is stored, whatever the defects: the original's field is that small.
kit::hook_answer check_size(book const& given) {
  if (given.stock && (*given.stock > largest_stock || *given.stock < -largest_stock - 1)) {
    return kit::plain_refusal("stock: out of range");
  }
  return std::nullopt;
}

kit::hook_answer check_book(book const& given) {
  if (!given.book_id) return kit::plain_refusal("bookId is missing");
  if (!given.stock) return kit::plain_refusal("stock is missing");
  if (*given.stock < 0) return kit::plain_refusal("stock must not be negative");
  return std::nullopt;
}

kit::resource_hooks<book> hooks_of(kit::app& of) {
  kit::resource_hooks<book> hooks;
  hooks.validate = check_book;
  hooks.before_create = [](kit::transaction&, book& given) { return check_size(given); };
  hooks.before_update = [](kit::transaction&, book const& before, book& given) {
    return given.stock == before.stock ? std::nullopt : check_size(given);
  };
  hooks.after_create = [&of](kit::transaction& in, book const& made) { publish_book(of, in, "Registered", made); };
  hooks.after_update = [&of](kit::transaction& in, book const&, book const& now) {
    publish_book(of, in, "StockModified", now);
  };
  return hooks;
}

void build(kit::app& of) {
  // Orders name a book by its bookId: were it changed, stock would come back to another book than it was taken from.
  kit::add_resource<book>(of, books, {.collection = "books", .item = "book"},
                          {{.name = "findByBookId", .argument = "bookId", .column = "bookId", .single = true}},
                          hooks_of(of), {.read_only = {"bookId"}});
  stock_desk::add_routes(of, std::make_shared<stock_desk>(of));
}

std::vector<kit::config_key> keys() {
  return {{.name = "BOOK_DELAY_MS",
           .default_value = "0",
           .kind = kit::key_kind::milliseconds,
           .meaning = "Time that each change of stock takes in addition."},
          {.name = "BOOK_DELAY_JITTER_MS",
           .default_value = "0",
           .kind = kit::key_kind::milliseconds,
           .meaning = "Up to so much more of it, evenly distributed."}};
}

}  // namespace

void publish_book(kit::app& of, kit::transaction& in, std::string_view type, book const& told) {
  of.publish(in, type, told.id, kit::event_fields(told));
}

kit::service_description book_service() {
  constexpr std::uint16_t local_port = 8081;
  return {.system = "bookshop",
          .name = "book",
          .port = local_port,
          .keys = keys(),
          .tables = {kit::schema_of<book>("books", {"bookId"})},
          .defects = defects(),
          .build = build};
}

}  // namespace holdfast::bookshop
