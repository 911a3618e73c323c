#include "bookshop/review/review_service.hpp"

#include "bookshop/defects.hpp"
#include "kit/app/event_fields.hpp"
#include "kit/rest/rest_resource.hpp"

namespace holdfast::bookshop {

namespace {

kit::hook_answer check_review(review const& given) {
  if (!given.order_id) return kit::plain_refusal("orderId is missing");
  if (!given.contents) return kit::plain_refusal("contents are missing");
  return std::nullopt;
}

void publish_wrote(kit::app& of, kit::transaction& in, review const& told) {
  of.publish(in, "Wrote", told.order_id.value_or(0), kit::event_fields(told));
}

/// The customer's page shows the last review of an order. After one was changed or deleted that is told anew; when none
/// is left, the deleted one without contents.
void tell_last_review(kit::app& of, kit::transaction& in, review const& changed) {
  if (!changed.order_id) return;
  auto const left = reviews.find(in, "orderId", *changed.order_id);
  auto last = left.empty() ? changed : left.back();
  if (left.empty()) last.contents = "";
  if (last.id <= changed.id) publish_wrote(of, in, last);
}

kit::resource_hooks<review> hooks_of(kit::app& of) {
  kit::resource_hooks<review> hooks;
  hooks.validate = check_review;
  hooks.after_create = [&of](kit::transaction& in, review const& made) { publish_wrote(of, in, made); };
  if (of.config().has_defect("G-08")) return hooks;  // the original tells nobody of changes
  hooks.after_update = [&of](kit::transaction& in, review const&, review const& now) { tell_last_review(of, in, now); };
  hooks.after_delete = [&of](kit::transaction& in, review const& gone) { tell_last_review(of, in, gone); };
  return hooks;
}

void build(kit::app& of) {
  kit::add_resource<review>(of, reviews, {.collection = "reviews", .item = "review"},
                            {{.name = "findByOrderId", .argument = "orderId", .column = "orderId"}}, hooks_of(of),
                            {.read_only = {"orderId"}});
}

}  // namespace

kit::service_description review_service() {
  constexpr std::uint16_t local_port = 8085;
  return {.system = "bookshop",
          .name = "review",
          .port = local_port,
          .keys = {},
          .tables = {kit::schema_of<review>("reviews", {"orderId"})},
          .defects = defects(),
          .build = build};
}

}  // namespace holdfast::bookshop
