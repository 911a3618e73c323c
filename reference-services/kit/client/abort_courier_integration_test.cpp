#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "kit/client/idempotency.hpp"
#include "kit/client/scripted_server.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class temporary_folder {
 public:
  temporary_folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "courier-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

/// One life of a calling service: its store, its client, its courier.
class caller {
 public:
  caller(std::string const& folder, std::string const& url)
      : documents{open_sqlite_store(context.get_executor(), {.folder = folder}, call_table_schemas())},
        client{service_client::make(context.get_executor(), {.name = "book", .base_url = url, .timeout = 1s})},
        courier{context.get_executor(), *documents, tables, {client.get()}} {}
  ~caller() {
    client->close();
    client.reset();
    context.restart();
    context.run();
  }

  void write(std::function<void(transaction&)> change) {
    context.restart();
    bool done = false;
    auto on_end = [&done](std::exception_ptr failure) {
      EXPECT_FALSE(failure);
      done = true;
    };
    asio::co_spawn(context, documents->write(std::move(change)), on_end);
    while (!done && context.run_one() > 0) {
    }
  }
  void give_up(std::string const& key) {
    write([&](transaction& in) {
      begin_intent(in, tables, {key, "/stock/abort", "book", 1});
      give_up_intent(in, tables, key);
    });
  }
  template <class Condition>
  void run_courier_until(Condition is_met) {
    context.restart();
    bool ended = false;
    auto on_end = [&ended](std::exception_ptr failure) {
      EXPECT_FALSE(failure);
      ended = true;
    };
    asio::co_spawn(context, courier.run(), on_end);
    while (!is_met() && context.run_one() > 0) {
    }
    courier.stop();
    while (!ended && context.run_one() > 0) {
    }
  }

  asio::io_context context{1};
  call_tables tables = call_tables_after(0);
  std::unique_ptr<store> documents;
  std::unique_ptr<service_client> client;
  abort_courier courier;
};

TEST(AbortCourier, DeliversWithTheKeyUntilAcknowledged) {
  temporary_folder folder;
  std::mutex guard;
  std::vector<std::string> heads;
  scripted_server book{[&](scripted_exchange& e) {
    std::lock_guard const lock{guard};
    heads.push_back(e.head);
    e.answer(heads.size() < 3 ? 503 : 200);
  }};
  caller order{folder.path(), book.url()};
  order.give_up("bookshop-7-stock");
  EXPECT_EQ(order.courier.depth(), 1);
  order.run_courier_until([&] { return order.courier.depth() == 0; });
  EXPECT_EQ(heads.size(), 3U);
  for (auto const& head : heads) {
    EXPECT_TRUE(head.starts_with("POST /stock/abort ")) << head;
    EXPECT_NE(head.find("Idempotency-Key: bookshop-7-stock\r\n"), std::string::npos) << head;
  }
}

TEST(AbortCourier, WhatWasNotAcknowledgedSurvivesARestart) {
  temporary_folder folder;
  {
    caller order{folder.path(), "http://127.0.0.1:" + std::to_string(unused_port())};
    order.give_up("k");
    order.run_courier_until([&] { return order.client->counts().failed >= 2; });
    EXPECT_EQ(order.courier.depth(), 1);
  }
  scripted_server book{[](scripted_exchange& e) { e.answer(204); }};
  caller order{folder.path(), book.url()};
  EXPECT_EQ(order.courier.depth(), 1);
  order.run_courier_until([&] { return order.courier.depth() == 0; });
  EXPECT_EQ(book.requests(), 1);
}

TEST(AbortCourier, AnIntentWhoseProcessDiedBecomesAnAbort) {
  temporary_folder folder;
  {
    caller order{folder.path(), "http://127.0.0.1:1"};
    order.write([&](transaction& in) { begin_intent(in, order.tables, {"k", "/stock/abort", "book", 1}); });
  }
  scripted_server book{[](scripted_exchange& e) { e.answer(200); }};
  caller order{folder.path(), book.url()};
  order.run_courier_until([&] { return book.requests() == 1 && order.courier.depth() == 0; });
  order.write([&](transaction& in) { EXPECT_FALSE(settle_intent(in, order.tables, "k")); });
}

TEST(AbortCourier, AnIntentThatHasTimeLeftIsLeftAlone) {
  temporary_folder folder;
  scripted_server book{[](scripted_exchange& e) { e.answer(200); }};
  caller order{folder.path(), book.url()};
  auto const far = std::int64_t{1} << 50;
  order.write([&](transaction& in) { begin_intent(in, order.tables, {"young", "/stock/abort", "book", far}); });
  order.give_up("old");
  order.run_courier_until([&] { return book.requests() == 1 && order.courier.depth() == 0; });
  order.write([&](transaction& in) { EXPECT_TRUE(settle_intent(in, order.tables, "young")); });
}

TEST(AbortCourier, ManyCommandsAreDeliveredAlthoughTheFirstAreNeverAcknowledged) {
  temporary_folder folder;
  std::mutex guard;
  std::set<std::string> delivered;
  scripted_server book{[&](scripted_exchange& e) {
    std::lock_guard const lock{guard};
    if (e.head.find("stuck") != std::string::npos) return e.answer(409);
    delivered.insert(e.head);
    e.answer(200);
  }};
  caller order{folder.path(), book.url()};
  for (int i = 0; i < 70; ++i) order.give_up("stuck" + std::to_string(i));
  for (int i = 0; i < 10; ++i) order.give_up("good" + std::to_string(i));
  order.run_courier_until([&] { return order.courier.depth() == 70; });
  EXPECT_EQ(delivered.size(), 10U);
}

}  // namespace
}  // namespace holdfast::kit
