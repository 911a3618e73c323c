#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::bookshop {

// What the services answer, as rows. Their own structs, apart from those of the services, which are to be checked.

struct book_row {
  std::int64_t id = 0;
  std::optional<std::int64_t> book_id, stock;
};

struct order_row {
  std::int64_t id = 0;
  std::optional<std::int64_t> book_id, qty;
  std::optional<std::string> buyer, title, address, status;
};

struct delivery_row {
  std::int64_t id = 0;
  std::optional<std::int64_t> order_id;
  std::optional<std::string> status, address;
};

struct review_row {
  std::int64_t id = 0;
  std::optional<std::int64_t> order_id;
  std::optional<std::string> contents;
};

struct page_row {
  std::int64_t id = 0;
  std::optional<std::int64_t> book_id, order_id, qty;
  std::optional<std::string> title, address, status, review;
};

/// A record of the event log.
struct event_row {
  std::string event_id, type;
  std::int64_t id = 0;        ///< of the row that it tells of
  std::int64_t order_id = 0;  ///< of the order that it belongs to; 0 for those of books
  std::optional<std::string> buyer;
};

/// What a service says of its machinery.
struct machinery_row {
  std::string service;
  std::int64_t lag = 0, outbox = 0, aborts = 0, dead_letters = 0, skipped = 0;
};

/// Everything that the quiescent system shows.
struct system_rows {
  std::vector<book_row> books;
  std::vector<order_row> orders;
  std::vector<delivery_row> deliveries;
  std::vector<review_row> reviews;
  std::vector<page_row> pages;
  std::vector<event_row> events;
  std::vector<machinery_row> machinery;
};

/// How a request ended for its client: its 2xx; a refusal before any effect (4xx, 503); or neither (500, no answer).
enum class request_end : std::uint8_t { acknowledged, refused, ambiguous };
/// @param status  0: no answer; never_sent
request_end end_of(int status);
inline constexpr int never_sent = -1;  ///< in the place of a status: nobody accepted the connection

/// An order that a client asked for. Its buyer names nobody else.
struct placed_order {
  request_end end = request_end::ambiguous;
  order_row sent;             ///< with the id, when acknowledged
  bool lacked_stock = false;  ///< refused with "No Available stock!"
  /// The stock before, when nothing else went on and all services were well: then only its lack is a reason to refuse.
  std::optional<std::int64_t> stock_then = {};
};

struct cancelled_order {
  std::int64_t order_id = 0;
  request_end end = request_end::ambiguous;
};

struct written_review {
  request_end end = request_end::ambiguous;
  std::int64_t order_id = 0;
  std::string contents;
};

/// A status that a client saw, in the order of time.
struct seen_status {
  std::int64_t order_id = 0;
  std::string status;
};

/// What the clients did and saw.
struct client_account {
  std::map<std::int64_t, std::int64_t> registered;  ///< bookId: stock, manual changes added
  std::vector<placed_order> orders;
  std::vector<cancelled_order> cancels;
  std::vector<written_review> reviews;
  std::vector<seen_status> statuses;
  std::vector<std::int64_t> stocks;  ///< of any book, at any time
  /// The same question to all replicas, by path: their answers.
  std::map<std::string, std::vector<std::string>> replica_answers;
  /// While a breaker was open: calls that reached the callee, and sleep windows that passed.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> calls_while_open;
  /// While only consumers of events were down: requests, and how many of them were accepted.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> accepted_without_consumers;
};

}  // namespace holdfast::bookshop
