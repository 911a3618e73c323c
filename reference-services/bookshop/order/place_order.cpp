#include "bookshop/order/place_order.hpp"

#include <chrono>
#include <utility>

#include "bookshop/stock_call.hpp"
#include "kit/app/error_page.hpp"
#include "kit/app/event_fields.hpp"
#include "kit/app/intent_life.hpp"

namespace holdfast::bookshop {

namespace asio = boost::asio;

namespace {

/// Compiled in, the callee is the name `book` (BS-10), which a cluster's variables may stand in for.
std::string book_url(kit::configuration const& config) {
  if (config.is_set("BOOK_URL") && !config.has_defect("BS-10")) return config.text("BOOK_URL");
  return "http://" + config.text("BOOK_SERVICE_HOST") + ':' + config.text("BOOK_SERVICE_PORT");
}

/// STATUS as the ConfigMap gives it. Unset it means `Bought`; in the original, nothing (BS-13).
std::optional<std::string> first_status(kit::configuration const& config) {
  auto const& given = config.text("STATUS");
  if (!given.empty()) return given;
  if (config.has_defect("BS-13")) return std::nullopt;
  return std::string{bought};
}

template <class Member>
std::string number_or_null(std::optional<Member> const& number) {
  return number ? std::to_string(*number) : "null";
}

}  // namespace

place_order::place_order(kit::app& in, kit::collection<order> orders, kit::collection<early_shipment> early,
                         kit::resource_view<order> view)
    : app_{in},
      orders_{orders},
      early_{early},
      view_{std::move(view)},
      book_{in.add_client("book", book_url(in.config()))},
      first_status_{first_status(in.config())},
      intent_life_ms_{std::chrono::duration_cast<std::chrono::milliseconds>(kit::intent_life(in.config())).count()},
      forgets_timeouts_{in.config().has_defect("BS-01") || in.config().has_defect("BS-09")},  // no key: no abort either
      uses_get_{in.config().has_defect("BS-09")},
      is_told_by_own_event_{in.config().has_defect("BS-12")},
      // The original refuses before it publishes; named alone, G-02 is shown by the rollback that happens most.
      publishes_rolled_back_{in.config().has_defect("G-02") && !in.config().is_original()} {}

asio::awaitable<kit::response> place_order::operator()(kit::request const& asked, order o) {
  auto const given_status = std::exchange(o.status, first_status_);
  auto first = [&](kit::transaction& in) { begin(in, o); };
  co_await app_.documents().write(std::move(first));
  auto const answered = co_await book_.send(stock_call_for(asked, o));
  if (answered.result != kit::call_result::answered && answered.result != kit::call_result::refused_by_breaker) {
    app_.log({{"event", "stock_call_failed"}, {"order", o.id}, {"reason", answered.detail}});
  }
  auto const outcome = uses_get_ ? outcome_of_original(answered) : outcome_of(answered);
  auto stored = o;
  if (is_told_by_own_event_) stored.status = given_status;
  auto second = [&](kit::transaction& in) {
    if (outcome == stock_outcome::taken) return store(in, stored, o);
    let_go(in, stored, o, answered.is_ambiguous());
    return outcome;
  };
  auto const concluded = co_await app_.documents().write(std::move(second));
  app_.committed();
  co_return answer(asked, o, concluded);
}

void place_order::begin(kit::transaction& in, order& o) const {
  o.id = in.reserve_id(orders_.number());
  if (forgets_timeouts_) return;
  kit::begin_intent(in, app_.calls(),
                    {.key = stock_call::key_of(o.id),
                     .abort_target = std::string{stock_call::abort_path},
                     .service = book_.settings().name,
                     .expires_ms = app_.wall_ms() + intent_life_ms_});
}

kit::call place_order::stock_call_for(kit::request const& asked, order const& o) const {
  kit::call what;
  what.cause = &asked;
  if (uses_get_) {  // absent parameters are left out, as the original's client did
    what.target = std::string{stock_call::original_path} + '?';
    if (o.book_id) what.target += "bookId=" + std::to_string(*o.book_id);
    if (o.qty) what.target += "&qty=" + std::to_string(*o.qty);
    return what;
  }
  what.method = "POST";
  what.target = stock_call::modify_path;
  what.body = R"({"bookId":)" + number_or_null(o.book_id) + R"(,"qty":)" + number_or_null(o.qty) + '}';
  what.idempotency_key = stock_call::key_of(o.id);
  return what;
}

/// The stock is taken. An intent that is gone has become an abort meanwhile: what was taken is on its way back.
stock_outcome place_order::store(kit::transaction& in, order const& stored, order const& told) const {
  bool const may_be_used = forgets_timeouts_ || kit::settle_intent(in, app_.calls(), stock_call::key_of(told.id));
  if (!may_be_used || !orders_.insert_as(in, stored)) return stock_outcome::unavailable;
  publish(in, "Bought", told);
  if (early_.count(in) > 0) note_early_shipment(in, stored);
  return stock_outcome::taken;
}

/// Its delivery was shipped before there was an order, which therefore hears nothing of it any more.
void place_order::note_early_shipment(kit::transaction& in, order stored) const {
  if (!early_.erase(in, stored.id)) return;
  stored.status = std::string{shipped};
  orders_.replace(in, stored);
}

/// Nothing was taken, or nobody knows.
void place_order::let_go(kit::transaction& in, order const& stored, order const& told, bool is_ambiguous) const {
  if (publishes_rolled_back_) {
    orders_.insert_as(in, stored);
    publish(in, "Bought", told);
    in.roll_back();  // together with the intent's end: it expires, and nothing of this order was taken then
    return;
  }
  if (forgets_timeouts_) return;
  auto const key = stock_call::key_of(told.id);
  if (is_ambiguous) return kit::give_up_intent(in, app_.calls(), key);
  kit::settle_intent(in, app_.calls(), key);
}

kit::response place_order::answer(kit::request const& asked, order const& o, stock_outcome outcome) const {
  if (outcome == stock_outcome::taken) return view_.created(asked, o);
  auto const& config = app_.config();
  auto const generation = kit::framework_generation::v2_1;
  if (outcome == stock_outcome::refused) {
    return kit::error_response(generation, asked, static_cast<unsigned>(config.number("REFUSAL_STATUS")),
                               stock_call::no_stock);
  }
  auto refused = kit::error_response(generation, asked, static_cast<unsigned>(config.number("SYNC_FAIL_STATUS")),
                                     "book does not answer; nothing was ordered");
  if (refused.status == 503) refused.headers.push_back({"Retry-After", "5"});
  return refused;
}

void place_order::publish(kit::transaction& in, std::string_view type, order const& of) const {
  // The original's records have no key, so that they go to any partition (BS-12).
  auto const key = is_told_by_own_event_ ? -of.id : of.id;
  app_.publish(in, type, key, kit::event_fields(of));
}

}  // namespace holdfast::bookshop
