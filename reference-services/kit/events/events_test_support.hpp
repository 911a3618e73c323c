#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kit/documents/store_test_support.hpp"
#include "kit/events/consumer.hpp"
#include "kit/events/envelope.hpp"
#include "kit/events/event_log.hpp"
#include "kit/events/outbox.hpp"
#include "kit/http/task_group.hpp"

namespace holdfast::kit {

/// Runs the context until the coroutine has ended, while others go on; throws what it threw.
template <class T>
T finish_on(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
  std::optional<T> answer;
  std::exception_ptr failure;
  bool ended = false;
  auto on_done = [&](std::exception_ptr thrown, T given) {
    ended = true;
    failure = thrown;
    if (!thrown) answer.emplace(std::move(given));
  };
  boost::asio::co_spawn(io, std::move(task), std::move(on_done));
  io.restart();
  while (!ended && io.run_one() > 0) {
  }
  if (failure) std::rethrow_exception(failure);
  return std::move(answer).value();
}
inline boost::asio::awaitable<bool> then_true(boost::asio::awaitable<void> task) {
  co_await std::move(task);
  co_return true;
}
inline void finish_on(boost::asio::io_context& io, boost::asio::awaitable<void> task) {
  (void)finish_on(io, then_true(std::move(task)));
}

/// What a log answered; throws its reason when it could not.
template <class T>
T must(result<T, std::string> answer) {
  if (!answer) throw std::runtime_error{answer.error()};
  return std::move(*answer);
}

inline boost::asio::awaitable<bool> becomes_true(std::function<bool()> condition, nanoseconds at_most) {
  boost::asio::steady_timer pause{co_await boost::asio::this_coro::executor};
  auto const until = clock_seam::now() + at_most;
  while (!condition()) {
    if (clock_seam::now() > until) co_return false;
    pause.expires_after(std::chrono::milliseconds{2});
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
  co_return true;
}
/// Runs the context until the condition holds; false after a time that no working machine needs.
inline bool eventually(boost::asio::io_context& io, std::function<bool()> condition) {
  return finish_on(io, becomes_true(std::move(condition), std::chrono::seconds{60}));
}

/// What the handler of "Added" leaves in the store.
struct effect {
  std::int64_t id = 0;
  std::optional<std::string> key;
  std::optional<std::int64_t> number;
  std::optional<std::string> member;
  static constexpr auto fields() {
    return std::tuple{field{"key", &effect::key}, field{"number", &effect::number}, field{"member", &effect::member}};
  }
};
inline constexpr collection<effect> effects{0};

inline std::vector<table_schema> effect_tables() {
  std::vector<table_schema> tables{schema_of<effect>("effect", {"key"})};
  for (auto& schema : event_table_schemas()) tables.push_back(std::move(schema));
  return tables;
}
inline event_tables const effect_event_tables = event_tables_after(1);

inline constexpr auto test_topic = "bookshop";

inline outgoing_record added(std::string const& key, std::int64_t number,
                             std::string const& event_id = new_event_id()) {
  nlohmann::ordered_json const fields{{"key", key}, {"number", number}};
  return {test_topic, key, make_envelope("Added", "20210203154500", fields, event_id)};
}

inline event_handler leave_effect(std::string member) {
  return [member = std::move(member)](transaction& in, event const& read) {
    effect left{.id = 0, .key = read.text("key"), .number = read.integer("number"), .member = member};
    effects.insert(in, left);
  };
}

/// Numbers of the effects of each key, in the order in which they were applied.
inline std::map<std::string, std::vector<std::int64_t>> applied_numbers(store& in_store) {
  return in_store.read([](reader& in) {
    std::map<std::string, std::vector<std::int64_t>> all;
    for (auto const& left : effects.list(in, 0, 10'000'000))
      all[left.key.value_or("")].push_back(left.number.value_or(-1));
    return all;
  });
}
inline std::int64_t effect_count(store& in_store) {
  return in_store.read([](reader& in) { return effects.count(in); });
}

/// A service with a store, a log, a consumer that leaves effects, and a relay.
class event_node {
 public:
  event_node(boost::asio::io_context& io, std::string const& store_folder, std::string const& log_folder,
             std::string member, nanoseconds lease = std::chrono::seconds{1},
             std::function<void(consumer_settings&)> const& change = {})
      : io_{io},
        documents_{open_sqlite_store(io.get_executor(), {.folder = store_folder}, effect_tables())},
        log_{open_sqlite_event_log(io.get_executor(), {.folder = log_folder})},
        consumer_{io.get_executor(), *documents_, effect_event_tables, *log_, settings(member, lease, change)},
        relay_{io.get_executor(), *documents_, effect_event_tables, *log_, member},
        tasks_{io.get_executor()} {
    consumer_.on("Added", leave_effect(member));
  }
  event_node(event_node const&) = delete;
  event_node& operator=(event_node const&) = delete;
  ~event_node() { finish(); }

  void consume() { tasks_.spawn(consumer_.run()); }
  void relay() { tasks_.spawn(relay_.run()); }
  void finish() {
    consumer_.stop();
    relay_.stop();
    finish_on(io_, tasks_.join());
  }

  store& documents() { return *documents_; }
  event_log& log() { return *log_; }
  kit::consumer& reading() { return consumer_; }
  outbox_relay& relaying() { return relay_; }

  bool append(std::vector<outgoing_record> records) {
    return finish_on(io_, log_->append(std::move(records))).has_value();
  }
  void publish(std::vector<outgoing_record> records) {
    auto change = [&](transaction& in) {
      for (auto& record : records) put_into_outbox(in, effect_event_tables, std::move(record));
    };
    finish_on(io_, documents_->write(std::move(change)));
    relay_.wake();
  }
  std::vector<stored_row> dead_letters() {
    return documents_->read([](reader& in) { return in.list(effect_event_tables.dead_letters, 0, 1000, {}); });
  }

 private:
  static consumer_settings settings(std::string const& member, nanoseconds lease,
                                    std::function<void(consumer_settings&)> const& change) {
    consumer_settings made{.topic = test_topic, .group = "counting", .member = member, .lease = lease};
    made.first_retry = std::chrono::milliseconds{2};
    made.longest_retry = std::chrono::milliseconds{20};
    if (change) change(made);
    return made;
  }

  boost::asio::io_context& io_;
  std::unique_ptr<store> documents_;
  std::unique_ptr<event_log> log_;
  kit::consumer consumer_;
  outbox_relay relay_;
  task_group tasks_;
};

}  // namespace holdfast::kit
