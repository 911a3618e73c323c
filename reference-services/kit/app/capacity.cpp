#include "kit/app/capacity.hpp"

#include <list>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::kit {

namespace asio = boost::asio;

namespace {

struct waiter {
  asio::steady_timer timer;
  bool granted = false;
};

}  // namespace

struct capacity::state {
  asio::any_io_executor executor;
  std::size_t connections = 0;
  nanoseconds longest_wait{};
  std::size_t in_use = 0;
  std::list<waiter*> queue = {};

  bool has_free() const { return connections == 0 || in_use < connections; }
  void release() noexcept {
    if (queue.empty()) {
      --in_use;
      return;
    }
    auto* const next = queue.front();  // the connection changes hands and stays in use
    queue.pop_front();
    next->granted = true;
    next->timer.cancel();
  }
};

void capacity::lease::give_back() noexcept {
  if (of_ != nullptr) of_->release();
  of_.reset();
}

capacity::lease& capacity::lease::operator=(lease&& other) noexcept {
  if (this != &other) {
    give_back();
    of_ = std::move(other.of_);
  }
  return *this;
}

capacity::capacity(asio::any_io_executor executor, std::size_t connections, nanoseconds longest_wait)
    : state_{std::make_shared<state>(
          state{.executor = std::move(executor), .connections = connections, .longest_wait = longest_wait})} {}

capacity::lease capacity::try_acquire() {
  if (!state_->has_free() || !state_->queue.empty()) return {};
  ++state_->in_use;
  return lease{state_};
}

asio::awaitable<capacity::lease> capacity::acquire() {
  if (auto at_once = try_acquire()) co_return std::move(at_once);
  auto const of = state_;
  waiter me{.timer = asio::steady_timer{of->executor}};
  /// Leaves the queue, or hands on what was granted, also when this coroutine is destroyed while it waits.
  struct place {
    capacity::state& of;
    waiter& me;
    ~place() {
      if (me.granted) {
        of.release();
      } else {
        of.queue.remove(&me);
      }
    }
  } in_queue{*of, me};
  of->queue.push_back(&me);
  me.timer.expires_after(of->longest_wait);
  co_await me.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!me.granted) co_return lease{};
  me.granted = false;  // it is the lease's now
  co_return lease{of};
}

std::size_t capacity::in_use() const { return state_->in_use; }
std::size_t capacity::waiting() const { return state_->queue.size(); }
std::size_t capacity::connections() const { return state_->connections; }

}  // namespace holdfast::kit
