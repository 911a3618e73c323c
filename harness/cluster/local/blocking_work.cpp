#include "cluster/local/blocking_work.hpp"

#include <utility>

namespace holdfast::cluster {

void blocking_work::add(std::function<void()> piece) {
  {
    std::lock_guard const lock{mutex_};
    pieces_.push_back(std::move(piece));
  }
  changed_.notify_one();
}

void blocking_work::run(std::stop_token const& stop) {
  for (;;) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait(lock, stop, [this] { return !pieces_.empty(); }) || stop.stop_requested()) return;
    auto const piece = std::move(pieces_.front());
    pieces_.pop_front();
    lock.unlock();
    piece();
  }
}

}  // namespace holdfast::cluster
