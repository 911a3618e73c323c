#include "net/task_group.hpp"

#include <cassert>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace holdfast::net {
namespace {

namespace asio = boost::asio;

bool is_cancellation(std::exception_ptr const& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (boost::system::system_error const& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

task_group::task_group(asio::any_io_executor executor)
    : executor_{std::move(executor)}, idle_{executor_, asio::steady_timer::time_point::max()} {}

task_group::~task_group() { assert(live_.empty() && "a task_group must be joined before it is destroyed"); }

void task_group::spawn(asio::awaitable<void> task) {
  auto const child = live_.emplace(live_.end());
  auto on_done = [this, child](std::exception_ptr const& failure) { ended(child, failure); };
  asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(child->slot(), std::move(on_done)));
}

void task_group::ended(std::list<asio::cancellation_signal>::iterator child, std::exception_ptr const& failure) {
  if (failure && !first_failure_ && !is_cancellation(failure)) first_failure_ = failure;
  live_.erase(child);
  if (live_.empty()) idle_.cancel();
}

void task_group::cancel() {
  for (auto child = live_.begin(); child != live_.end();) {
    auto const asked = child++;  // a child may end, and leave the list, while it is asked
    asked->emit(asio::cancellation_type::terminal);
  }
}

asio::awaitable<void> task_group::join() {
  bool const threw = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!live_.empty()) {
    co_await idle_.async_wait(
        asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::as_tuple(asio::use_awaitable)));
  }
  co_await asio::this_coro::throw_if_cancelled(threw);
  if (first_failure_) std::rethrow_exception(std::exchange(first_failure_, nullptr));
}

}  // namespace holdfast::net
