#include "kit/http/request_slots.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace holdfast::kit {

namespace asio = boost::asio;

request_slots::request_slots(asio::any_io_executor executor, std::size_t slots)
    : executor_{std::move(executor)}, slots_{slots} {}

bool request_slots::try_enter() {
  if (in_use_ >= slots_) return false;
  ++in_use_;
  return true;
}

asio::awaitable<void> request_slots::enter() {
  if (try_enter()) co_return;
  place own{.gate = asio::steady_timer{executor_, asio::steady_timer::time_point::max()}};
  auto const at = queue_.insert(queue_.end(), &own);
  auto const [ec] = co_await own.gate.async_wait(asio::as_tuple(asio::use_awaitable));
  if (own.has_slot) co_return;  // leave() took it off the queue
  queue_.erase(at);
  throw boost::system::system_error{ec};  // the caller itself was cancelled
}

void request_slots::leave() {
  if (queue_.empty()) {
    --in_use_;
    return;
  }
  // Handed over without becoming free, so that nobody who comes later can take it.
  auto* const next = queue_.front();
  queue_.pop_front();
  next->has_slot = true;
  next->gate.cancel();
}

}  // namespace holdfast::kit
