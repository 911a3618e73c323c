#include "bookshop/testing/shopper.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

#include "bookshop/stock_call.hpp"

namespace holdfast::bookshop {

namespace {

order_row row_of(nlohmann::json const& sent, std::int64_t id) {
  order_row o;
  o.id = id;
  auto const number = [&](char const* name) {
    auto const found = sent.find(name);
    return found != sent.end() && found->is_number() ? std::optional{found->get<std::int64_t>()} : std::nullopt;
  };
  auto const text = [&](char const* name) {
    auto const found = sent.find(name);
    return found != sent.end() && found->is_string() ? std::optional{found->get<std::string>()} : std::nullopt;
  };
  o.book_id = number("bookId");
  o.qty = number("qty");
  o.buyer = text("buyer");
  o.title = text("title");
  o.address = text("address");
  return o;
}

template <class T>
void append(std::vector<T>& into, std::vector<T> const& from) {
  into.insert(into.end(), from.begin(), from.end());
}

}  // namespace

std::uint16_t local_port(std::string_view service) {
  constexpr std::uint16_t gateway = 8088;
  if (service == "gateway") return gateway;
  constexpr std::array<std::string_view, 5> services{"book", "order", "delivery", "mypage", "review"};
  constexpr std::uint16_t first = 8081;
  for (std::uint16_t i = 0; i < services.size(); ++i) {
    if (services[i] == service) return static_cast<std::uint16_t>(first + i);
  }
  throw std::invalid_argument{"no service " + std::string{service}};
}

std::int64_t id_in(std::string const& url) {
  std::int64_t id = 0;
  auto const from = url.rfind('/') + 1;
  std::from_chars(url.data() + from, url.data() + url.size(), id);
  return id;
}

kit::probe_answer shopper::ask(std::string_view service, kit::probe_request const& what) const {
  kit::probe_connection connection{local_port(way_ == way::direct ? service : "gateway"), address_};
  if (!connection.is_connected()) return {.status = never_sent, .headers = {}, .body = {}};
  return kit::ask(connection, what);
}

std::int64_t shopper::register_book(std::int64_t book_id, std::int64_t stock) {
  nlohmann::json const body{
      {"bookId", book_id}, {"title", "NoMadLand"}, {"author", "nana"}, {"publisher", "cnn"}, {"stock", stock}};
  auto const answer = ask("book", {.method = "POST", .target = "/books", .body = body.dump()});
  if (answer.status != 201) return 0;
  account.registered.try_emplace(book_id, stock);
  return id_in(answer.header("location"));
}

kit::probe_answer shopper::place(std::int64_t book_id, std::int64_t qty, nlohmann::json const& change) {
  nlohmann::json sent{{"bookId", book_id},
                      {"qty", qty},
                      {"buyer", name_ + ' ' + std::to_string(++buyers_)},
                      {"title", "NoMadLand"},
                      {"address", "street " + std::to_string(buyers_)}};
  if (change.is_object()) sent.merge_patch(change);
  auto answer = ask("order", {.method = "POST", .target = "/orders", .body = sent.dump()});
  placed_order asked{.end = end_of(answer.status), .sent = row_of(sent, id_in(answer.header("location")))};
  asked.lacked_stock = answer.body.find(stock_call::no_stock) != std::string::npos;
  account.orders.push_back(std::move(asked));
  return answer;
}

std::int64_t shopper::buy(std::int64_t book_id, std::int64_t qty) {
  return id_in(place(book_id, qty).header("location"));
}

kit::probe_answer shopper::cancel(std::int64_t order_id) {
  auto answer = ask("order", {.method = "DELETE", .target = "/orders/" + std::to_string(order_id)});
  account.cancels.push_back({.order_id = order_id, .end = end_of(answer.status)});
  return answer;
}

kit::probe_answer shopper::review(std::int64_t order_id, std::string const& contents) {
  nlohmann::json const body{{"orderId", order_id}, {"contents", contents}};
  auto answer = ask("review", {.method = "POST", .target = "/reviews", .body = body.dump()});
  account.reviews.push_back({.end = end_of(answer.status), .order_id = order_id, .contents = contents});
  return answer;
}

std::string shopper::look_at(std::int64_t order_id) {
  auto const answer = ask("order", {.method = "GET", .target = "/orders/" + std::to_string(order_id)});
  if (answer.status != 200) return {};
  auto const document = answer.json();
  auto status = document.at("status").is_string() ? document.at("status").get<std::string>() : std::string{};
  account.statuses.push_back({order_id, status});
  return status;
}

void merge(client_account& into, client_account from) {
  into.registered.merge(from.registered);
  append(into.orders, from.orders);
  append(into.cancels, from.cancels);
  append(into.reviews, from.reviews);
  append(into.statuses, from.statuses);
  append(into.stocks, from.stocks);
}

}  // namespace holdfast::bookshop
