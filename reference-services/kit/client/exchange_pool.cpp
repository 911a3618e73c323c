#include "kit/client/exchange_pool.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/http1_connection.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using outcome_handler = asio::any_completion_handler<void(exchange_outcome)>;
using kind = exchange_outcome::kind;

// Kept for the next burst; beyond, a connection is closed after its exchange.
constexpr std::size_t most_idle = 64;

asio::io_context& context_of(asio::any_io_executor const& executor) {
  auto const* const of_context = executor.target<asio::io_context::executor_type>();
  if (of_context == nullptr) throw std::invalid_argument{"a client needs the executor of an io_context"};
  return of_context->context();
}

}  // namespace

struct exchange_pool::state {
  struct slot;

  state(asio::io_context& of, net::origin to, exchange_times how_long, resolve_function resolve)
      : context{of},
        origin{std::move(to)},
        times{how_long},
        lookup{of, origin, std::move(resolve)},
        environment{.context = of},
        timer{of} {}

  void start(std::string bytes, bool is_head, repetition if_lost, outcome_handler then);
  void close();
  slot& take_slot();
  void release(slot& of);
  void set_deadline(slot& of, time_point when);
  void on_timer();

  asio::io_context& context;
  net::origin origin;
  exchange_times times;
  address_lookup lookup;
  net::connection_environment environment;
  asio::steady_timer timer;
  time_point timer_set_to = time_point::max();
  std::vector<std::unique_ptr<slot>> slots;
  std::vector<slot*> idle;
  std::size_t busy = 0;
  bool closed = false;
};

/// One connection and the exchange on it.
struct exchange_pool::state::slot final : net::connection_events {
  explicit slot(state& of)
      : pool{of}, connection{make_http1_connection(of.environment, *this, of.origin, of.lookup.list())} {}

  void begin(time_point now);
  void send();
  void finish(exchange_outcome outcome);
  void finish_later(exchange_outcome outcome);
  void give_up(kind why, std::string detail);

  void on_connected(net::client_connection& on) override;
  void on_answer(net::client_connection& on, net::response_scanner const& scanner, time_point at) override;
  void on_failure(net::client_connection& on, net::exchange_failure why, std::string_view detail,
                  time_point at) override;

  state& pool;
  std::unique_ptr<net::client_connection> connection;
  std::string bytes;
  outcome_handler handler;
  asio::cancellation_slot cancellation;
  time_point deadline = time_point::max();
  std::uint64_t received_before = 0;
  std::uint64_t number = 0;  // of the exchange: a late address must not start the next one
  bool is_head = false;
  bool is_busy = false;
  bool may_repeat = false;
  bool is_reused = false;
  bool was_sent = false;
};

void exchange_pool::state::start(std::string bytes, bool is_head, repetition if_lost, outcome_handler then) {
  auto const now = clock_seam::now();
  auto& taken = take_slot();
  taken.bytes = std::move(bytes);
  taken.is_head = is_head;
  taken.may_repeat = if_lost == repetition::is_safe;
  taken.handler.swap(then);  // Boost 1.81 calls itself without end in the move assignment
  if (closed) return taken.finish_later({.is = kind::failed, .detail = "the client is closed"});
  taken.begin(now);
}

exchange_pool::state::slot& exchange_pool::state::take_slot() {
  ++busy;
  if (idle.empty()) {
    slots.push_back(std::make_unique<slot>(*this));
    return *slots.back();
  }
  auto* const taken = idle.back();
  idle.pop_back();
  return *taken;
}

void exchange_pool::state::release(slot& of) {
  of.is_busy = false;
  of.deadline = time_point::max();
  --busy;
  if (idle.size() >= most_idle) of.connection->abandon();
  idle.push_back(&of);
}

void exchange_pool::state::set_deadline(slot& of, time_point when) {
  of.deadline = when;
  if (when >= timer_set_to) return;
  timer_set_to = when;
  timer.expires_at(when);
  timer.async_wait([this](boost::system::error_code ec) {
    if (!ec) on_timer();
  });
}

void exchange_pool::state::on_timer() {
  auto const now = clock_seam::now();
  timer_set_to = time_point::max();
  // By index: whoever is told that its call timed out may start another.
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i]->is_busy && slots[i]->deadline <= now) {
      slots[i]->give_up(kind::timed_out, slots[i]->was_sent ? "no answer in time" : "no connection in time");
    }
  }
  slot* next = nullptr;
  for (auto const& each : slots) {
    if (each->is_busy && (next == nullptr || each->deadline < next->deadline)) next = each.get();
  }
  if (next != nullptr && next->deadline != time_point::max()) set_deadline(*next, next->deadline);
}

void exchange_pool::state::close() {
  closed = true;
  timer.cancel();
  timer_set_to = time_point::max();
  lookup.forget_waiters();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    slots[i]->connection->abandon();
    if (slots[i]->is_busy) slots[i]->finish_later({.is = kind::cancelled, .detail = "the client was closed"});
  }
}

void exchange_pool::state::slot::begin(time_point now) {
  ++number;
  is_busy = true;
  was_sent = false;
  cancellation = asio::get_associated_cancellation_slot(handler);
  if (cancellation.is_connected()) {
    cancellation.assign([this](asio::cancellation_type) {
      connection->abandon();
      finish_later({.is = kind::cancelled, .detail = "cancelled", .was_sent = was_sent});
    });
  }
  pool.set_deadline(*this, now + pool.times.first);
  if (connection->is_open() || pool.lookup.is_ready(now)) return send();
  pool.lookup.wait([this, of = number](std::string const& problem) {
    if (!is_busy || of != number) return;
    if (problem.empty()) return send();
    finish({.is = kind::failed, .detail = "cannot resolve " + pool.origin.host + ": " + problem});
  });
}

void exchange_pool::state::slot::send() {
  is_reused = connection->is_open();
  received_before = connection->bytes_received();
  if (is_reused) on_connected(*connection);
  connection->send({.bytes = bytes, .is_head = is_head, .collect = true, .close_after = false});
}

void exchange_pool::state::slot::on_connected(net::client_connection&) {
  was_sent = true;
  if (pool.times.after_connect.count() > 0) pool.set_deadline(*this, clock_seam::now() + pool.times.after_connect);
}

void exchange_pool::state::slot::on_answer(net::client_connection&, net::response_scanner const& scanner, time_point) {
  if (scanner.body_was_cut()) {
    return finish({.is = kind::failed, .detail = "the answer is longer than 1 MiB", .was_sent = true});
  }
  finish({.is = kind::answered,
          .status = scanner.head().status,
          .body = std::string{scanner.body()},
          .detail = {},
          .was_sent = true});
}

void exchange_pool::state::slot::on_failure(net::client_connection&, net::exchange_failure why, std::string_view detail,
                                            time_point) {
  auto const was_idle_too_long = is_reused && connection->bytes_received() == received_before &&
                                 (why == net::exchange_failure::reset || why == net::exchange_failure::closed_early);
  if (was_idle_too_long && may_repeat) {
    may_repeat = false;
    return send();
  }
  if (why == net::exchange_failure::connect) pool.lookup.distrust();
  finish({.is = kind::failed, .detail = std::string{detail}, .was_sent = was_sent});
}

void exchange_pool::state::slot::give_up(kind why, std::string detail) {
  connection->abandon();
  if (!was_sent) pool.lookup.distrust();
  finish({.is = why, .detail = std::move(detail), .was_sent = was_sent});
}

void exchange_pool::state::slot::finish(exchange_outcome outcome) {
  if (cancellation.is_connected()) cancellation.clear();
  auto then = std::move(handler);
  pool.release(*this);
  std::move(then)(std::move(outcome));
}

void exchange_pool::state::slot::finish_later(exchange_outcome outcome) {
  if (cancellation.is_connected()) cancellation.clear();
  auto then = std::move(handler);
  pool.release(*this);
  asio::post(pool.context,
             [then = std::move(then), outcome = std::move(outcome)]() mutable { std::move(then)(std::move(outcome)); });
}

exchange_pool::exchange_pool(asio::any_io_executor const& executor, net::origin to, exchange_times times,
                             resolve_function resolve)
    : state_{std::make_unique<state>(context_of(executor), std::move(to), times, std::move(resolve))} {}

exchange_pool::~exchange_pool() {
  state_->close();
  // Connections may go only when the handlers of their closed sockets have run: those stand in the queue before this.
  // A context that never runs again leaves them behind.
  auto& context = state_->context;
  asio::post(context, [left = state_.release()] { std::unique_ptr<state> const ended{left}; });
}

asio::awaitable<exchange_outcome> exchange_pool::exchange(std::string bytes, bool is_head, repetition if_lost) {
  auto begin = [of = state_.get(), is_head, if_lost](auto&& handler, std::string text) {
    of->start(std::move(text), is_head, if_lost, outcome_handler{std::forward<decltype(handler)>(handler)});
  };
  return asio::async_initiate<asio::use_awaitable_t<> const, void(exchange_outcome)>(
      std::move(begin), asio::use_awaitable, std::move(bytes));
}

std::size_t exchange_pool::in_flight() const { return state_->busy; }
std::size_t exchange_pool::connections_opened() const { return state_->environment.next_connection_id - 1; }
void exchange_pool::close() { state_->close(); }

}  // namespace holdfast::kit
