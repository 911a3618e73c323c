#pragma once

#include <list>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/clock.hpp"

namespace holdfast::kit {

/// Where coroutines wait for a time at most, or until something happens. Use it from its executor's thread only; it
/// outlives those who wait.
class waiting_room {
 public:
  explicit waiting_room(boost::asio::any_io_executor executor) : executor_{std::move(executor)} {}
  waiting_room(waiting_room const&) = delete;
  waiting_room& operator=(waiting_room const&) = delete;

  /// True: woken; false: the time has passed.
  boost::asio::awaitable<bool> wait(nanoseconds at_most);
  void wake_all();

 private:
  struct seat {
    boost::asio::steady_timer timer;
    bool woken = false;
  };
  boost::asio::any_io_executor executor_;
  std::list<seat*> seats_;
};

}  // namespace holdfast::kit
