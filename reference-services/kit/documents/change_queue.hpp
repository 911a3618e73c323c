#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/execution_context.hpp>

#include "core/clock.hpp"
#include "kit/documents/store.hpp"

namespace holdfast::kit {

/// A change on its way through the store, with the coroutine that waits for it.
class waiting_change {
 public:
  explicit waiting_change(std::function<void(transaction&)> wanted) : change{std::move(wanted)} {}
  virtual ~waiting_change() = default;
  /// Posts the end of the wait to the coroutine's executor. At most once.
  virtual void resume(std::exception_ptr with) = 0;

  std::function<void(transaction&)> const change;
  std::exception_ptr failure;  ///< its own
};

/// Hands changes from the service's thread to the store's, and their ends back.
///
/// It owns the waiting coroutines. What they refer to may go away with the io_context; so when that is destroyed first,
/// it waits until no change runs, and then drops them: none is run or resumed afterwards.
class change_queue {
 public:
  /// Makes the queue end with the context. Once, before anything is pushed.
  static std::shared_ptr<change_queue> ending_with(boost::asio::execution_context& context);

  void push(std::unique_ptr<waiting_change> change);  ///< resumed with a failure at once after stop()
  void stop();                                        ///< what is queued will still be done

  // For the store's thread:

  enum class wake_up { change, timeout, stop };
  /// Waits for a change, for the end, or as long as told (for ever when not told).
  wake_up wait(std::optional<nanoseconds> at_most);
  /// The oldest waiting change, now part of the group; null when none waits. Call change_ended() before anything else.
  waiting_change* start_next();
  void change_ended(waiting_change& change, std::exception_ptr failure);
  /// Resumes the group: each change with its own failure, or with `failure` when it has none. Every coroutine gets an
  /// exception of its own, so that none is shared between threads.
  void answer_group(std::optional<store_failure> const& failure);
  /// Resumes all that wait, not started, with the failure.
  void refuse_waiting(store_failure const& failure);

  void context_ends();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<waiting_change>> waiting_;
  std::vector<std::unique_ptr<waiting_change>> group_;
  bool running_ = false;
  bool stopped_ = false;
  bool context_ended_ = false;
};

}  // namespace holdfast::kit
