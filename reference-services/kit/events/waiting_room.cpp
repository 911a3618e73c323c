#include "kit/events/waiting_room.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::kit {

namespace asio = boost::asio;

asio::awaitable<bool> waiting_room::wait(nanoseconds at_most) {
  seat mine{asio::steady_timer{executor_, at_most}};
  struct taken {  // gives the seat up also when the coroutine is cancelled or destroyed
    std::list<seat*>& seats;
    std::list<seat*>::iterator place;
    ~taken() { seats.erase(place); }
  } const place{seats_, seats_.insert(seats_.end(), &mine)};
  co_await mine.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return mine.woken;
}

void waiting_room::wake_all() {
  for (auto* const waiting : seats_) {
    waiting->woken = true;
    waiting->timer.cancel();
  }
}

}  // namespace holdfast::kit
