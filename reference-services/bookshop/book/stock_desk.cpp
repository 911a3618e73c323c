#include "bookshop/book/stock_desk.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bookshop/book/book_service.hpp"
#include "bookshop/stock_call.hpp"
#include "kit/app/error_page.hpp"
#include "kit/rest/request_document.hpp"
#include "kit/rest/resource_routes.hpp"

namespace holdfast::bookshop {

namespace asio = boost::asio;

namespace {

constexpr auto generation = kit::framework_generation::v2_1;
constexpr std::string_view json_type = "application/json;charset=UTF-8";
constexpr std::string_view taken_body = R"({"result":true})";
constexpr std::string_view void_body = R"({"result":false,"message":"The call was aborted"})";

std::string refused_body() { return R"({"result":false,"message":")" + std::string{stock_call::no_stock} + R"("})"; }

kit::response json_answer(unsigned status, std::string body) {
  return {.status = status, .content_type = std::string{json_type}, .body = std::move(body), .headers = {}};
}

kit::response refused(kit::request const& asked, bad_request const& why) {
  if (why.status >= 500) return kit::error_response(generation, asked, why.status, why.reason);
  return kit::refusal_answer(generation, asked, why.status, why.reason);
}

/// The answer of the safe form in the words of the original.
kit::response as_original(kit::response answer) {
  auto const was_taken = answer.status == stock_call::taken_status;
  auto const was_refused = answer.status == stock_call::refused_status || answer.status == stock_call::void_status;
  if (!was_taken && !was_refused) return answer;
  return json_answer(200, was_taken ? "true" : "false");
}

/// What is answered to a call whose key is known already; nothing when it is new.
std::optional<kit::applied_call> known_answer(kit::key_state const& key, stock_order const& wanted) {
  using kind = kit::key_state::kind;
  if (key.is == kind::unseen) return std::nullopt;
  if (key.is == kind::voided) {
    return kit::applied_call{.status = stock_call::void_status, .body = std::string{void_body}, .undo = {}};
  }
  auto const before = read_taken_stock(key.answer.undo);
  if (before && before->order == wanted) return key.answer;
  return kit::applied_call{
      .status = 422, .body = kit::refusal_json("The key is in use for another book or quantity"), .undo = {}};
}

}  // namespace

stock_desk::stock_desk(kit::app& of)
    : app_{of},
      rules_{.any_quantity = of.config().has_defect("BS-07"),
             .fails_on_duplicates = of.config().has_defect("BS-04"),
             .fails_on_no_return = of.config().has_defect("BS-14")},
      request_defects_{.any_quantity = rules_.any_quantity, .null_id_is_500 = of.config().has_defect("BS-08")},
      reads_before_it_writes_{of.config().has_defect("BS-06")},
      get_is_unsafe_{of.config().has_defect("BS-09")},
      skips_failures_{of.config().has_defect("G-04")},
      delay_{of.config().duration("BOOK_DELAY_MS")},
      jitter_{of.config().duration("BOOK_DELAY_JITTER_MS")} {}

void stock_desk::add_routes(kit::app& to, std::shared_ptr<stock_desk> const& desk) {
  auto& routes = to.routes();
  routes.add("POST", stock_call::modify_path,
             kit::handler{[desk](kit::request const& asked) { return desk->modify(asked); }});
  routes.add("POST", stock_call::abort_path,
             kit::handler{[desk](kit::request const& asked) { return desk->abort(asked); }});
  routes.add("GET", stock_call::original_path,
             kit::handler{[desk](kit::request const& asked) { return desk->check_and_modify(asked); }});
  to.on_event("Canceled", [desk](kit::transaction& in, kit::event const& what) { desk->on_canceled(in, what); });
}

asio::awaitable<kit::response> stock_desk::modify(kit::request const& asked) {
  if (!kit::is_json_media_type(asked.header_value("content-type"))) {
    co_return kit::error_response(generation, asked, 415, "The body must be application/json in UTF-8");
  }
  auto key = read_key(asked);
  if (!key) co_return refused(asked, key.error());
  if (key->empty()) co_return refused(asked, {.status = 400, .reason = "Idempotency-Key is missing"});
  auto const wanted = read_modify_body(asked.body, request_defects_);
  if (!wanted) co_return refused(asked, wanted.error());
  co_return co_await sell(asked, *wanted, *std::move(key));
}

asio::awaitable<kit::response> stock_desk::check_and_modify(kit::request const& asked) {
  auto key = read_key(asked);
  if (!key) co_return refused(asked, key.error());
  auto const wanted = read_modify_query(asked, request_defects_);
  if (!wanted) co_return refused(asked, wanted.error());
  if (asked.method == "HEAD" && !get_is_unsafe_) co_return co_await look(asked, *wanted);
  if (get_is_unsafe_) key->clear();
  auto answer = co_await sell(asked, *wanted, *std::move(key));
  co_return as_original(std::move(answer));
}

asio::awaitable<kit::response> stock_desk::sell(kit::request const& asked, stock_order wanted, std::string key) {
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return kit::error_response(generation, asked, 500, kit::no_connection_message);
  try {
    auto const seen = seen_before(wanted);
    co_await take_time();
    auto change = [&](kit::transaction& in) { return sell_once(in, wanted, key, seen); };
    auto answer = co_await app_.documents().write(std::move(change));
    app_.committed();
    co_return json_answer(answer.status, std::move(answer.body));
  } catch (not_one_book const& why) {
    co_return kit::error_response(generation, asked, 500, why.what());
  } catch (kit::store_failure const& why) {
    co_return store_failed(asked, why);
  }
}

/// What HEAD is told: the same, and nothing is taken.
asio::awaitable<kit::response> stock_desk::look(kit::request const& asked, stock_order wanted) {
  try {
    auto const found =
        app_.documents().read([&](kit::reader& in) { return sellable_book(in, rules_, wanted.book_id); });
    co_return json_answer(200, found && has_stock(*found, rules_, wanted.quantity) ? "true" : "false");
  } catch (not_one_book const& why) {
    co_return kit::error_response(generation, asked, 500, why.what());
  } catch (kit::store_failure const& why) {
    co_return store_failed(asked, why);
  }
}

/// The originals read, decided and wrote without a lock (BS-06): what was read may be old when it is written.
std::optional<book> stock_desk::seen_before(stock_order const& wanted) {
  if (!reads_before_it_writes_) return std::nullopt;
  return app_.documents().read([&](kit::reader& in) { return sellable_book(in, rules_, wanted.book_id); });
}

asio::awaitable<void> stock_desk::take_time() {
  auto time = delay_;
  if (jitter_ > nanoseconds{0})
    time += nanoseconds{std::uniform_int_distribution<std::int64_t>{0, jitter_.count()}(chance_)};
  if (time <= nanoseconds{0}) co_return;
  asio::steady_timer timer{app_.executor(), time};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

kit::applied_call stock_desk::sell_once(kit::transaction& in, stock_order const& wanted, std::string const& key,
                                        std::optional<book> const& seen) {
  if (!key.empty()) {
    if (auto known = known_answer(kit::look_up_key(in, app_.calls(), key), wanted)) return *std::move(known);
  }
  auto const sold = reads_before_it_writes_ ? overwrite_stock(in, wanted, seen) : take_stock(in, rules_, wanted);
  publish_change(in, sold);
  kit::applied_call answer{.status = sold ? stock_call::taken_status : stock_call::refused_status,
                           .body = sold ? std::string{taken_body} : refused_body(),
                           .undo = to_text({.row = sold ? sold->id : 0, .order = wanted})};
  if (!key.empty()) kit::remember_key(in, app_.calls(), key, answer);
  return answer;
}

std::optional<book> stock_desk::overwrite_stock(kit::transaction& in, stock_order const& wanted,
                                                std::optional<book> seen) const {
  if (!seen || !has_stock(*seen, rules_, wanted.quantity)) return std::nullopt;
  *seen->stock -= wanted.quantity;
  return books.replace(in, *seen) ? seen : std::nullopt;
}

asio::awaitable<kit::response> stock_desk::abort(kit::request const& asked) {
  auto key = read_key(asked);
  if (!key) co_return refused(asked, key.error());
  if (key->empty()) co_return refused(asked, {.status = 400, .reason = "Idempotency-Key is missing"});
  co_return co_await commit_abort(asked, *std::move(key));
}

asio::awaitable<kit::response> stock_desk::commit_abort(kit::request const& asked, std::string key) {
  try {
    auto change = [&](kit::transaction& in) { undo(in, key); };
    co_await app_.documents().write(std::move(change));
    app_.committed();
    co_return kit::response{.status = 204, .content_type = {}, .body = {}, .headers = {}};
  } catch (kit::store_failure const& why) {
    co_return store_failed(asked, why);
  }
}

void stock_desk::undo(kit::transaction& in, std::string const& key) {
  auto const applied = kit::abort_key(in, app_.calls(), key);
  auto const taken = applied ? read_taken_stock(applied->undo) : std::nullopt;
  if (taken && taken->row != 0) publish_change(in, add_stock(in, taken->row, taken->order.quantity));
}

void stock_desk::on_canceled(kit::transaction& in, kit::event const& what) {
  auto const id = what.integer(stock_call::book_id);
  auto const quantity = what.integer(stock_call::quantity);
  if (!id || !quantity) return;  // of an order without a book: nothing was taken for it
  if (!rules_.fails_on_no_return && give_back_what_was_taken(in, what)) return;
  try {
    publish_change(in, return_stock(in, rules_, {.book_id = *id, .quantity = *quantity}));
  } catch (not_one_book const&) {
    // The original tried three times and went on. So does the kit with G-04; without it, it would try for ever.
    if (skips_failures_) throw;
  }
}

/// To the row that it was taken from, as the call's key remembers: another row of that bookId may be sold by now. False
/// when no call under the order's key is known.
bool stock_desk::give_back_what_was_taken(kit::transaction& in, kit::event const& canceled) {
  auto const order_id = canceled.integer("id");
  if (!order_id) return false;
  auto const key = stock_call::key_of(*order_id);
  if (kit::look_up_key(in, app_.calls(), key).is == kit::key_state::kind::unseen) return false;
  undo(in, key);
  return true;
}

void stock_desk::publish_change(kit::transaction& in, std::optional<book> const& changed) {
  if (changed) publish_book(app_, in, "StockModified", *changed);
}

kit::response stock_desk::store_failed(kit::request const& asked, kit::store_failure const& why) {
  app_.log({{"event", "store_failure"}, {"path", asked.path}, {"reason", why.what()}});
  return kit::error_response(generation, asked, 500, "The change could not be committed");
}

}  // namespace holdfast::bookshop
