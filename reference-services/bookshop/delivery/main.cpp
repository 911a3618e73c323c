// Deliveries of the Book Shop (reference-systems 5).
#include <memory>

#include "bookshop/defects.hpp"
#include "bookshop/delivery/shipping.hpp"
#include "kit/rest/rest_resource.hpp"

namespace holdfast::bookshop {
namespace {

using namespace kit;

constexpr collection<delivery> deliveries{0};
constexpr collection<shipment> shipments{1};

/// Deliveries that a client makes: as the original allows, but not two for one order.
resource_hooks<delivery> hooks_of(std::shared_ptr<shipping> const& desk) {
  resource_hooks<delivery> hooks;
  hooks.before_create = [](transaction& in, delivery& d) -> hook_answer {
    if (d.order_id && deliveries.find_first(in, "orderId", *d.order_id)) {
      return plain_refusal("The order has its delivery already", 409);
    }
    d.status = std::string{ship_started};
    return std::nullopt;
  };
  hooks.after_create = [desk](transaction& in, delivery const& d) { desk->begin(in, d); };
  hooks.after_delete = [](transaction& in, delivery const& d) {
    if (auto const under_way = shipments.find_first(in, "deliveryId", d.id)) shipments.erase(in, under_way->id);
  };
  return hooks;
}

void build(app& of) {
  resource_names const names{.collection = "deliveries", .item = "delivery"};
  auto const desk = std::make_shared<shipping>(of, deliveries, shipments);
  add_resource<delivery>(of, deliveries, names, {}, hooks_of(desk), {.read_only = {"orderId", "status", "address"}});
  of.on_event("Bought", [desk](transaction& in, event const& what) { desk->on_bought(in, what); });
  of.on_event("Canceled", [desk](transaction& in, event const& what) { desk->on_canceled(in, what); });
  of.add_task("shipping", {.run = [desk] { return desk->run(); }, .stop = [desk] { desk->stop(); }});
}

std::vector<config_key> keys() {
  return {{.name = "SHIP_DELAY_MS",
           .default_value = "0",
           .kind = key_kind::milliseconds,
           .meaning = "Time from the beginning of a delivery to its arrival."}};
}

}  // namespace
}  // namespace holdfast::bookshop

int main(int argc, char** argv) {
  using namespace holdfast;
  constexpr std::uint16_t local_port = 8083;
  return kit::run_service(argc, argv,
                          {.system = "bookshop",
                           .name = "delivery",
                           .port = local_port,
                           .keys = bookshop::keys(),
                           .tables = {kit::schema_of<bookshop::delivery>("deliveries", {"orderId"}),
                                      kit::schema_of<bookshop::shipment>("shipments", {"deliveryId"})},
                           .defects = bookshop::defects(),
                           .build = bookshop::build});
}
