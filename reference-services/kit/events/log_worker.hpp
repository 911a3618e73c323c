#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "kit/events/log_appender.hpp"

namespace holdfast::kit {

/// A thread that does one thing after another with a log_appender, so that nobody else waits for the disk or for other
/// processes. The destructor lets the present job end and drops the others.
class log_worker {
 public:
  using job = std::function<void(log_appender&)>;  ///< throws nothing

  explicit log_worker(event_log_settings const& of);
  ~log_worker();
  log_worker(log_worker const&) = delete;
  log_worker& operator=(log_worker const&) = delete;

  void post(job todo);

 private:
  void work();

  log_appender appender_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace holdfast::kit
