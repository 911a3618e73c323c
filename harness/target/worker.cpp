#include "target/worker.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <boost/asio/post.hpp>

#include "target/message_head.hpp"
#include "target/special_answer.hpp"

namespace holdfast::target {

worker::worker(server_state& server, unsigned index, std::vector<listener> listeners,
               std::unique_ptr<net::tls_context> tls)
    : server_{server},
      tls_{std::move(tls)},
      context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO},
      sweep_timer_{context_},
      random_{derived_seed(server.options.seed, index)},
      truth_{server.start} {
  delay_timer_.emplace(context_.get_executor(), [this](std::uint64_t) { serve_delays(); });
  for (auto& l : listeners) accept_loops_.push_back(std::make_unique<accept_loop>(*this, std::move(l)));
}

worker::~worker() = default;

void worker::run() {
  for (auto const& loop : accept_loops_) loop->start();
  sweep();
  context_.run();
}

void worker::stop() {
  is_stopping_ = true;
  for (auto const& loop : accept_loops_) loop->stop();
  for (auto const& c : connections_) c->shut_down();
  delay_timer_.reset();
  sweep_timer_.cancel();
}

connection& worker::unused_connection() {
  if (unused_.empty()) {
    connections_.push_back(std::make_unique<connection>(*this));
    return *connections_.back();
  }
  auto* const c = unused_.back();
  unused_.pop_back();
  return *c;
}

void worker::start(connection& c) {
  // Every connection object is unused, accepting or in use; accepting is one for each listener.
  auto const in_use = connections_.size() - unused_.size();
  if (is_halted_ || is_stopping_ || in_use > options().limits.connections) {
    truth_.count_turned_away();
    boost::system::error_code ignored;
    c.socket().close(ignored);
    release(c);
    return;
  }
  truth_.count_accepted();
  c.start(clock_seam::now());
}

void worker::count_request() {
  auto const& limit = options().max_requests;
  if (!limit) return;
  if (server_.requests.fetch_add(1, std::memory_order_relaxed) + 1 >= *limit) is_halted_ = true;
}

// The server may stop when the last of its requests has got what it gets.
void worker::count_ended(std::uint64_t answers) {
  auto const& limit = options().max_requests;
  if (!limit) return;
  auto const before = server_.ended.fetch_add(answers, std::memory_order_relaxed);
  if (before < *limit && before + answers >= *limit && options().on_max_requests) options().on_max_requests();
}

reaction worker::react(request const& head, path_match const& path, connection& from) {
  if (path.kind == path_kind::truth || path.kind == path_kind::truth_reset) {
    collect_truth(head, from, path.kind == path_kind::truth_reset);
    return {.is_deferred = true};
  }
  count_request();
  if (path.kind == path_kind::ordinary) return react_ordinary(head, from);
  if (is_misbehaviour(path.kind)) truth_.count_misbehaviour();
  return {.steps = special_answer(head, path, from.context_of_request())};
}

reaction worker::react_ordinary(request const& head, connection& from) {
  auto const& o = options();
  if (o.misbehave.hits(++ordinary_requests_, random_)) {
    truth_.count_misbehaviour();
    return {.steps = misbehaving_answer(head, {.kind = *o.misbehave.kind}, from.context_of_request())};
  }
  bool const is_last = o.close_after && from.answers_sent() + 1 >= *o.close_after;
  if (!is_last && head.after != persistence::close) {
    if (auto const ready = ordinary().ready(head)) return {.ready = *ready};
  }
  auto steps = ordinary().steps(head);
  if (is_last) steps.end = ending::close;
  return {.steps = std::move(steps)};
}

time_point worker::due(time_point arrival) {
  return server_.start + server_.options.latency.due(arrival - server_.start, random_);
}

void worker::delay(connection& c, time_point due) {
  delays_.push(c, due);
  arm_delays();
}

// The timer is set again only for an earlier time; what it fires for in vain costs less than setting it for each leave.
void worker::arm_delays() {
  if (delays_.empty() || delays_.next_due() >= armed_for_) return;
  armed_for_ = delays_.next_due();
  delay_timer_->arm(armed_for_);
}

void worker::serve_delays() {
  auto const now = clock_seam::now();
  armed_for_ = time_point::max();
  while (auto* const e = delays_.take_due(now)) static_cast<connection*>(e)->on_delay_over(now);
  arm_delays();
}

void worker::sweep() {
  if (is_stopping_) return;
  auto const now = clock_seam::now();
  for (auto const& c : connections_) c->check_idle(now);
  sweep_timer_.expires_after(std::chrono::seconds{1});
  sweep_timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) sweep();
  });
}

// Asks each worker, on its own thread, for what it knows; the last to answer sends it back to where the question came
// from. A reset takes effect at one time point everywhere.
void worker::collect_truth(request const& head, connection& from, bool resets) {
  struct gathering {
    std::mutex lock;
    std::optional<truth_log> sum;
    std::size_t missing = 0;
  };
  auto const now = clock_seam::now();
  auto const all = std::make_shared<gathering>();
  all->missing = server_.workers.size();
  auto finish = [this, all, now, &from, is_head = head.is_head(), after = head.after] {
    request to;
    to.after = after;
    to.method = is_head ? "HEAD" : "GET";
    from.give(plain_answer(to, 200, "application/json", all->sum->to_json(now)));
  };
  for (auto const& w : server_.workers) {
    boost::asio::post(w->context_, [this, all, now, resets, finish, other = w.get()] {
      std::lock_guard const guard{all->lock};
      if (all->sum) {
        all->sum->merge(other->truth_);
      } else {
        all->sum = other->truth_;
      }
      if (resets) other->truth_ = truth_log{now};
      if (--all->missing == 0) boost::asio::post(context_, finish);
    });
  }
}

}  // namespace holdfast::target
