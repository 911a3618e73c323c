// The customer's page of the Book Shop: a read model (reference-systems 5.8).
#include "bookshop/defects.hpp"
#include "bookshop/mypage/page_events.hpp"
#include "kit/app/error_page.hpp"
#include "kit/rest/rest_resource.hpp"

namespace holdfast::bookshop {
namespace {

using namespace kit;

constexpr collection<page> pages{0};
constexpr collection<early_news> early{1};

/// Only events write pages; in the original, whoever liked to (G-08).
resource_hooks<page> hooks_of(bool anybody_writes) {
  resource_hooks<page> hooks;
  if (anybody_writes) return hooks;
  auto const refuse = [](page const&) -> hook_answer {
    return response{.status = 405, .content_type = {}, .body = {}, .headers = {{"Allow", "GET, HEAD, OPTIONS"}}};
  };
  hooks.validate = refuse;
  hooks.before_delete = [refuse](transaction&, page const& p) { return refuse(p); };
  return hooks;
}

void build(app& of) {
  add_resource<page>(of, pages, {.collection = "mypages", .item = "mypage", .paging = false, .aliases = {"myPages"}},
                     {{.name = "findByOrderId", .argument = "orderId", .column = "orderId"}},
                     hooks_of(of.config().has_defect("G-08")));
  page_events const events{pages, early};
  of.on_event("Bought", [events](transaction& in, event const& what) { events.on_bought(in, what); });
  of.on_event("Shipped", [events](transaction& in, event const& what) { events.on_shipped(in, what); });
  of.on_event("Wrote", [events](transaction& in, event const& what) { events.on_wrote(in, what); });
  if (of.config().has_defect("BS-02")) return;
  of.on_event("Canceled", [events](transaction& in, event const& what) { events.on_canceled(in, what); });
}

}  // namespace
}  // namespace holdfast::bookshop

int main(int argc, char** argv) {
  using namespace holdfast;
  constexpr std::uint16_t local_port = 8084;
  return kit::run_service(argc, argv,
                          {.system = "bookshop",
                           .name = "mypage",
                           .port = local_port,
                           .keys = {},
                           .tables = {kit::schema_of<bookshop::page>("pages", {"orderId"}),
                                      kit::schema_of<bookshop::early_news>("early_news", {"orderId"})},
                           .defects = bookshop::defects(),
                           .build = bookshop::build});
}
