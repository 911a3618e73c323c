#pragma once

#include <cstddef>
#include <exception>
#include <list>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

namespace holdfast::net {

/// Owner of coroutines: whoever spawns into it joins it before anything the children use is destroyed. Use it from its
/// executor's thread only.
class task_group {
 public:
  explicit task_group(boost::asio::any_io_executor executor);
  task_group(task_group const&) = delete;
  task_group& operator=(task_group const&) = delete;
  ~task_group();  ///< asserts that no child is left

  /// Starts a child; on the executor's thread it runs at once up to its first wait.
  void spawn(boost::asio::awaitable<void> task);
  /// Asks every child to end (terminal cancellation); does not wait. Children spawned later are not asked.
  void cancel();
  /// Waits for all children, also for those spawned while it waits, and rethrows the first failure. A child that ends
  /// with `operation_aborted` was cancelled and is no failure. Not interrupted when the caller itself is cancelled.
  boost::asio::awaitable<void> join();

  std::size_t size() const { return live_.size(); }

 private:
  void ended(std::list<boost::asio::cancellation_signal>::iterator child, std::exception_ptr const& failure);

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer idle_;  // never expires; cancelled when the last child ends
  std::list<boost::asio::cancellation_signal> live_;
  std::exception_ptr first_failure_;
};

}  // namespace holdfast::net
