#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace holdfast::cluster {

/// A thread for work that blocks, one piece after the other.
class blocking_work {
 public:
  blocking_work() : thread_{[this](std::stop_token const& stop) { run(stop); }} {}
  blocking_work(blocking_work const&) = delete;
  blocking_work& operator=(blocking_work const&) = delete;
  ~blocking_work() = default;  ///< waits for the piece that is under way; the others are dropped

  void add(std::function<void()> piece);

 private:
  void run(std::stop_token const& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::function<void()>> pieces_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace holdfast::cluster
