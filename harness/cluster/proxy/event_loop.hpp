#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <boost/system/error_code.hpp>
#include <sys/epoll.h>

#include "core/clock.hpp"

namespace holdfast::cluster {

class loop_timer;

/// Gets what happens to a descriptor. Stays alive until the end of the round in which it is forgotten.
class event_handler {
 public:
  /// @param events  EPOLLIN, EPOLLOUT, EPOLLRDHUP, ...; 0 when it was called back by again()
  virtual void on_events(std::uint32_t events) = 0;

 protected:
  ~event_handler() = default;
};

/// A loop over epoll, edge-triggered, for one thread. A loop of our own, because a proxy needs what Asio's reactor does
/// not tell: EPOLLRDHUP. Whoever knows that no end of stream has come with the bytes of a short read needs no second
/// read to see that there is nothing more, which saves a system call for each message in each direction.
///
/// Only post() may be called from other threads.
class event_loop {
 public:
  /// @throws boost::system::system_error when no descriptor can be had
  event_loop();
  ~event_loop();
  event_loop(event_loop const&) = delete;
  event_loop& operator=(event_loop const&) = delete;

  /// Until stop().
  void run();
  void stop() { is_stopping_ = true; }

  /// Runs `task` on the loop's thread, in order. From any thread.
  void post(std::function<void()> task);

  /// The descriptor is watched until it is closed.
  boost::system::error_code watch(int descriptor, event_handler& handler, std::uint32_t events);
  /// Calls the handler in the next round, after others have had their turn.
  void again(event_handler& handler) { again_.push_back(&handler); }
  void forget(event_handler& handler);  ///< takes again() back
  /// Called at the end of each round in which something happened: the place to destroy handlers.
  void on_round_end(std::function<void()> task) { round_end_ = std::move(task); }

  /// When the current round began: good enough for records, and free.
  time_point now() const { return now_; }

 private:
  friend class loop_timer;
  void wait();
  int wait_for_events(std::span<epoll_event> events, timespec const* timeout) const;
  void run_again();
  void run_posted();
  void run_timers();

  int epoll_ = -1;
  int wake_ = -1;
  bool is_stopping_ = false;
  time_point now_;
  std::vector<event_handler*> again_;
  std::vector<event_handler*> in_turn_;
  std::set<std::pair<time_point, loop_timer*>> timers_;
  std::function<void()> round_end_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // under mutex_
};

/// Calls back at a time, within some 50 us. On the loop's thread.
class loop_timer {
 public:
  loop_timer(event_loop& loop, std::function<void()> on_expiry) : loop_{loop}, on_expiry_{std::move(on_expiry)} {}
  ~loop_timer() { cancel(); }
  loop_timer(loop_timer const&) = delete;
  loop_timer& operator=(loop_timer const&) = delete;

  void arm(time_point when);  ///< replaces what was armed before
  void cancel();
  bool is_armed() const { return is_armed_; }

 private:
  friend class event_loop;
  event_loop& loop_;
  std::function<void()> on_expiry_;
  time_point when_{};
  bool is_armed_ = false;
};

}  // namespace holdfast::cluster
