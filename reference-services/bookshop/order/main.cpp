// Orders of the Book Shop (reference-systems 5).
#include <array>
#include <memory>

#include "bookshop/defects.hpp"
#include "bookshop/order/place_order.hpp"
#include "kit/app/error_page.hpp"

namespace holdfast::bookshop {
namespace {

using namespace kit;

constexpr collection<order> orders{0};
constexpr collection<early_shipment> early_shipments{1};

resource_hooks<order> hooks_of(app& of, std::shared_ptr<place_order> const& placing) {
  auto const& config = of.config();
  resource_hooks<order> hooks;
  order_checks const checks{.book_id = !config.has_defect("BS-08"), .quantity = !config.has_defect("BS-07")};
  hooks.validate = [checks](order const& given) -> hook_answer {
    if (auto const problem = problem_of(given, checks)) return plain_refusal(*problem);
    return std::nullopt;
  };
  hooks.create = [placing](request const& asked, order given) { return (*placing)(asked, std::move(given)); };
  if (config.text("CANCEL_AFTER_SHIPPED") == "refuse") {
    auto const status = static_cast<unsigned>(config.number("REFUSAL_STATUS"));
    hooks.before_delete = [status](transaction&, order const& o) -> hook_answer {
      if (o.status != shipped) return std::nullopt;
      return plain_refusal("The order has been shipped already", status);
    };
  }
  hooks.after_delete = [placing](transaction& in, order o) {
    o.status = cancelled;
    placing->publish(in, "Canceled", o);
  };
  return hooks;
}

void set_status(transaction& in, order const& of, std::string_view status) {
  std::array const assign{column_value{"status", std::string{status}}};
  orders.update_if(in, of.id, {}, assign);
}

void note_for_later(transaction& in, std::int64_t order_id, event const& shipped_event) {
  std::array const newest_first{sort_key{"id", true}};
  auto const newest = orders.list(in, 0, 1, newest_first);
  if (!may_come_yet(order_id, newest.empty() ? 0 : newest.front().id)) return;
  early_shipments.insert_as(in, {.id = order_id, .delivery_id = shipped_event.integer("id")});
}

void handle_events(app& of) {
  auto const& config = of.config();
  // What the original's handler does when the order is gone; the kit would try for ever where the original skips
  // (G-04).
  bool const fails_when_gone = config.has_defect("BS-03") && config.has_defect("G-04");
  of.on_event("Shipped", [fails_when_gone](transaction& in, event const& what) {
    auto const id = what.integer("orderId");
    auto const found = id ? orders.get(in, *id) : std::nullopt;
    if (!found && fails_when_gone) throw std::runtime_error{"No value present"};
    if (found && becomes_shipped(found->status)) set_status(in, *found, shipped);
    if (id && !found) note_for_later(in, *id, what);
  });
  if (!config.has_defect("BS-12")) return;
  of.on_event("Bought", [](transaction& in, event const& what) {
    auto const id = what.integer("id");
    if (auto const found = id ? orders.get(in, *id) : std::nullopt) set_status(in, *found, bought);
  });
}

void build(app& of) {
  resource_names const names{.collection = "orders", .item = "order"};
  auto const placing = std::make_shared<place_order>(of, orders, early_shipments, resource_view<order>{names});
  // What book, delivery and my-page were told cannot be changed behind their backs.
  add_resource<order>(of, orders, names, {}, hooks_of(of, placing),
                      {.read_only = {"bookId", "title", "qty", "address", "status"}});
  handle_events(of);
}

std::vector<config_key> keys() {
  return {{.name = "BOOK_URL",
           .default_value = "http://book:8080",
           .kind = key_kind::url,
           .meaning = "Where book is; when it is not set, BOOK_SERVICE_HOST and BOOK_SERVICE_PORT say so."},
          {.name = "BOOK_SERVICE_HOST",
           .default_value = "book",
           .kind = key_kind::text,
           .meaning = "Set by a cluster for its Service book."},
          {.name = "BOOK_SERVICE_PORT",
           .default_value = "8080",
           .kind = key_kind::port,
           .meaning = "Set by a cluster for its Service book."},
          {.name = "STATUS",
           .default_value = "",
           .kind = key_kind::text,
           .meaning = "Status of a new order; empty: Bought."},
          {.name = "CANCEL_AFTER_SHIPPED",
           .default_value = "allow",
           .kind = key_kind::word,
           .meaning = "Whether a shipped order may be cancelled; refused with REFUSAL_STATUS otherwise.",
           .words = {"allow", "refuse"}}};
}

}  // namespace
}  // namespace holdfast::bookshop

int main(int argc, char** argv) {
  using namespace holdfast;
  constexpr std::uint16_t local_port = 8082;
  return kit::run_service(argc, argv,
                          {.system = "bookshop",
                           .name = "order",
                           .port = local_port,
                           .keys = bookshop::keys(),
                           .tables = {kit::schema_of<bookshop::order>("orders"),
                                      kit::schema_of<bookshop::early_shipment>("early_shipments")},
                           .defects = bookshop::defects(),
                           .build = bookshop::build});
}
