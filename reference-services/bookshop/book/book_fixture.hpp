#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bookshop/stock_call.hpp"
#include "kit/testing/probe.hpp"
#include "kit/testing/service_process.hpp"
#include "kit/testing/temporary_folder.hpp"
#include "kit/testing/topic_probe.hpp"

namespace holdfast::bookshop {

/// A folder, an event log, and book services that share both.
struct BookService : testing::Test {
  using environment = kit::service_process::environment;
  using headers = std::vector<std::pair<std::string, std::string>>;

  kit::temporary_folder folder;
  kit::topic_probe topic{folder.path("events"), "bookshop"};

  /// A process with these variables besides the usual ones.
  kit::service_process start(environment more = {}) {
    more.insert({{"STATE_DIR", folder.path("state")}, {"BROKER_ADDR", "file:" + folder.path("events")}});
    return kit::service_process{BOOK_SERVICE, std::move(more), folder.path()};
  }

  static kit::probe_answer get(std::uint16_t port, std::string target, headers more = {}) {
    return kit::ask(port, {.target = std::move(target), .headers = std::move(more)});
  }
  static kit::probe_answer send(std::uint16_t port, std::string method, std::string target, std::string body) {
    return kit::ask(port, {.method = std::move(method),
                           .target = std::move(target),
                           .body = std::move(body),
                           .headers = {{"Accept", "*/*"}}});
  }
  static kit::probe_answer add_book(std::uint16_t port, std::int64_t book_id, std::int64_t stock) {
    return send(
        port, "POST", "/books",
        R"({"title":"NoMadLand","bookId":)" + std::to_string(book_id) + R"(,"stock":)" + std::to_string(stock) + "}");
  }
  static std::int64_t stock_of(std::uint16_t port, std::int64_t row) {
    return get(port, "/books/" + std::to_string(row)).json()["stock"].get<std::int64_t>();
  }
  static std::int64_t book_count(std::uint16_t port) {
    return get(port, "/books").json()["page"]["totalElements"].get<std::int64_t>();
  }

  static kit::probe_request modification(std::int64_t book_id, std::int64_t quantity, std::string key) {
    return {.method = "POST",
            .target = std::string{stock_call::modify_path},
            .body = R"({"bookId":)" + std::to_string(book_id) + R"(,"qty":)" + std::to_string(quantity) + "}",
            .headers = {{std::string{stock_call::key_field}, std::move(key)}}};
  }
  static kit::probe_answer modify(std::uint16_t port, std::int64_t book_id, std::int64_t quantity, std::string key) {
    return kit::ask(port, modification(book_id, quantity, std::move(key)));
  }
  static kit::probe_answer abort(std::uint16_t port, std::string key) {
    return kit::ask(port, {.method = "POST",
                           .target = std::string{stock_call::abort_path},
                           .headers = {{std::string{stock_call::key_field}, std::move(key)}}});
  }
  static kit::probe_answer check_and_modify(std::uint16_t port, std::int64_t book_id, std::int64_t quantity,
                                            headers more = {}) {
    return get(port, "/chkAndModifyStock?bookId=" + std::to_string(book_id) + "&qty=" + std::to_string(quantity),
               std::move(more));
  }

  /// How many of so many customers at once get one piece each, by the original's call.
  static int buyers_at_once(std::uint16_t port, std::int64_t book_id, int customers) {
    std::vector<std::unique_ptr<kit::probe_connection>> connections;
    for (int i = 0; i < customers; ++i) {
      connections.push_back(std::make_unique<kit::probe_connection>(port));
      connections.back()->send("GET /chkAndModifyStock?bookId=" + std::to_string(book_id) +
                               "&qty=1 HTTP/1.1\r\nHost: book:8080\r\n\r\n");
    }
    int served = 0;
    for (auto const& connection : connections) served += connection->receive().body == "true" ? 1 : 0;
    return served;
  }
};

}  // namespace holdfast::bookshop
