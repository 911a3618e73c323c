#include "bookshop/testing/observed_rows.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "kit/testing/topic_probe.hpp"

namespace holdfast::bookshop {

namespace {

std::optional<std::int64_t> number(nlohmann::json const& in, char const* name) {
  auto const found = in.find(name);
  return found != in.end() && found->is_number_integer() ? std::optional{found->get<std::int64_t>()} : std::nullopt;
}

std::optional<std::string> text(nlohmann::json const& in, char const* name) {
  auto const found = in.find(name);
  return found != in.end() && found->is_string() ? std::optional{found->get<std::string>()} : std::nullopt;
}

std::int64_t id_of(nlohmann::json const& item) {
  return id_in(item.at("_links").at("self").at("href").get<std::string>());
}

/// Every item of a collection, page by page.
template <class Take>
void for_each_item(bookshop_system const& of, std::string const& service, std::string const& rel, Take const& take) {
  std::int64_t pages = 1;
  for (std::int64_t number = 0; number < pages; ++number) {
    auto const answer = of.get(service, '/' + rel + "?size=1000&page=" + std::to_string(number));
    if (answer.status != 200) throw std::runtime_error{service + " does not list its rows"};
    auto const document = answer.json();
    for (auto const& item : document.at("_embedded").at(rel)) take(item);
    if (document.contains("page")) pages = document["page"]["totalPages"].get<std::int64_t>();
  }
}

/// A sample without labels of Prometheus' text; nothing when it is not there.
std::optional<std::int64_t> sample(std::string_view metrics, std::string_view name) {
  auto const line = '\n' + std::string{name} + ' ';
  auto const at = metrics.find(line);
  if (at == std::string_view::npos) return std::nullopt;
  auto const digits = metrics.substr(at + line.size(), 32);
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

machinery_row machinery_of(bookshop_system const& of, std::string const& service) {
  auto const answer = of.get(service, "/metrics");
  if (answer.status != 200) return {.service = service, .lag = -1};
  auto const count = [&](std::string_view name) { return sample(answer.body, name).value_or(0); };
  return {.service = service,
          .lag = count("holdfast_consumer_lag"),
          .outbox = count("holdfast_outbox_depth"),
          .aborts = count("holdfast_aborts_pending") + count("holdfast_intents_pending"),
          .dead_letters = count("holdfast_dead_letters"),
          .skipped = count("holdfast_events_skipped_total")};
}

bool is_at_rest(machinery_row const& m) { return m.lag == 0 && m.outbox == 0 && m.aborts == 0; }

event_row event_of(nlohmann::json const& envelope) {
  event_row e;
  e.event_id = text(envelope, "eventId").value_or("");
  e.type = text(envelope, "eventType").value_or("");
  e.id = number(envelope, "id").value_or(0);
  e.buyer = text(envelope, "buyer");
  if (e.type == "Bought" || e.type == "Canceled") e.order_id = e.id;
  if (e.type == "Shipped" || e.type == "Wrote") e.order_id = number(envelope, "orderId").value_or(0);
  return e;
}

}  // namespace

std::vector<machinery_row> observed_machinery(bookshop_system const& of) {
  std::vector<machinery_row> all;
  for (auto const& service : bookshop_system::services()) all.push_back(machinery_of(of, service));
  return all;
}

bool becomes_quiescent(bookshop_system const& of) {
  // An effect may be the cause of the next event: it has to be quiet at three looks in a row.
  constexpr int looks = 3;
  int quiet = 0;
  auto const look = [&] {
    auto const all = observed_machinery(of);
    quiet = std::all_of(all.begin(), all.end(), is_at_rest) ? quiet + 1 : 0;
    return quiet >= looks;
  };
  return kit::eventually(look) || kit::eventually(look);
}

bool everything_arrives(bookshop_system const& of) {
  return kit::eventually([&] {
    bool is_under_way = false;
    for_each_item(of, "delivery", "deliveries",
                  [&](nlohmann::json const& i) { is_under_way = is_under_way || text(i, "status") == "ShipStarted"; });
    return !is_under_way;
  });
}

system_rows observed_rows(bookshop_system const& of) {
  system_rows rows;
  for_each_item(of, "book", "books", [&](nlohmann::json const& i) {
    rows.books.push_back({.id = id_of(i), .book_id = number(i, "bookId"), .stock = number(i, "stock")});
  });
  for_each_item(of, "order", "orders", [&](nlohmann::json const& i) {
    rows.orders.push_back({.id = id_of(i),
                           .book_id = number(i, "bookId"),
                           .qty = number(i, "qty"),
                           .buyer = text(i, "buyer"),
                           .title = text(i, "title"),
                           .address = text(i, "address"),
                           .status = text(i, "status")});
  });
  for_each_item(of, "delivery", "deliveries", [&](nlohmann::json const& i) {
    rows.deliveries.push_back(
        {.id = id_of(i), .order_id = number(i, "orderId"), .status = text(i, "status"), .address = text(i, "address")});
  });
  for_each_item(of, "review", "reviews", [&](nlohmann::json const& i) {
    rows.reviews.push_back({.id = id_of(i), .order_id = number(i, "orderId"), .contents = text(i, "contents")});
  });
  for_each_item(of, "mypage", "mypages", [&](nlohmann::json const& i) {
    rows.pages.push_back({.id = id_of(i),
                          .book_id = number(i, "bookId"),
                          .order_id = number(i, "orderId"),
                          .qty = number(i, "qty"),
                          .title = text(i, "title"),
                          .address = text(i, "address"),
                          .status = text(i, "status"),
                          .review = text(i, "review")});
  });
  kit::topic_probe const log{of.events_folder(), "bookshop"};
  for (auto const& envelope : log.events()) rows.events.push_back(event_of(envelope));
  rows.machinery = observed_machinery(of);
  return rows;
}

std::vector<violation> violations_of(bookshop_system const& of) {
  (void)becomes_quiescent(of);  // what is not, is a violation of I-9
  return violations(observed_rows(of), of.client.account);
}

}  // namespace holdfast::bookshop
