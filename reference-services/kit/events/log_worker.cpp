#include "kit/events/log_worker.hpp"

namespace holdfast::kit {

log_worker::log_worker(event_log_settings const& of) : appender_{of}, thread_{[this] { work(); }} {}

log_worker::~log_worker() {
  {
    std::lock_guard const lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void log_worker::post(job todo) {
  {
    std::lock_guard const lock{mutex_};
    waiting_.push_back(std::move(todo));
  }
  changed_.notify_one();
}

void log_worker::work() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    auto todo = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    todo(appender_);
    todo = nullptr;  // what it holds must not be destroyed under the lock
    lock.lock();
  }
}

}  // namespace holdfast::kit
