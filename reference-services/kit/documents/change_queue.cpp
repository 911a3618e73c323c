#include "kit/documents/change_queue.hpp"

#include <utility>

namespace holdfast::kit {

namespace {

namespace asio = boost::asio;

/// Asio tells its services when a context ends, while everything that belongs to it can still be destroyed properly.
class context_watch : public asio::execution_context::service {
 public:
  using key_type = context_watch;
  inline static asio::execution_context::id id;

  explicit context_watch(asio::execution_context& of) : service{of} {}
  void add(std::weak_ptr<change_queue> queue) {
    std::lock_guard const lock{mutex_};
    std::erase_if(queues_, [](auto const& q) { return q.expired(); });
    queues_.push_back(std::move(queue));
  }

 private:
  void shutdown() override {
    for (auto const& queue : std::exchange(queues_, {}))
      if (auto const alive = queue.lock()) alive->context_ends();
  }
  std::mutex mutex_;
  std::vector<std::weak_ptr<change_queue>> queues_;
};

}  // namespace

std::shared_ptr<change_queue> change_queue::ending_with(asio::execution_context& context) {
  auto queue = std::make_shared<change_queue>();
  asio::use_service<context_watch>(context).add(queue);
  return queue;
}

void change_queue::push(std::unique_ptr<waiting_change> change) {
  {
    std::lock_guard const lock{mutex_};
    if (!stopped_) {
      waiting_.push_back(std::move(change));
      if (waiting_.size() > 1) return;  // the store's thread is awake, or about to be
    }
  }
  if (change) return change->resume(std::make_exception_ptr(store_failure{"the store is closing"}));
  changed_.notify_all();
}

void change_queue::stop() {
  std::lock_guard const lock{mutex_};
  stopped_ = true;
  changed_.notify_all();
}

change_queue::wake_up change_queue::wait(std::optional<nanoseconds> at_most) {
  std::unique_lock lock{mutex_};
  auto const due = [&] { return stopped_ || !waiting_.empty(); };
  if (at_most)
    changed_.wait_for(lock, *at_most, due);
  else
    changed_.wait(lock, due);
  if (!waiting_.empty()) return wake_up::change;
  return stopped_ ? wake_up::stop : wake_up::timeout;
}

waiting_change* change_queue::start_next() {
  std::lock_guard const lock{mutex_};
  if (waiting_.empty()) return nullptr;
  group_.push_back(std::move(waiting_.front()));
  waiting_.pop_front();
  running_ = true;
  return group_.back().get();
}

void change_queue::change_ended(waiting_change& change, std::exception_ptr failure) {
  std::lock_guard const lock{mutex_};
  change.failure = std::move(failure);
  running_ = false;
  if (context_ended_) changed_.notify_all();
}

void change_queue::answer_group(std::optional<store_failure> const& failure) {
  // Under the lock: the context cannot end while it is posted to.
  std::lock_guard const lock{mutex_};
  for (auto const& done : group_) {
    auto own = std::exchange(done->failure, nullptr);
    if (!own && failure) own = std::make_exception_ptr(*failure);
    done->resume(std::move(own));
  }
  group_.clear();
}

void change_queue::refuse_waiting(store_failure const& failure) {
  std::lock_guard const lock{mutex_};
  for (auto const& refused : waiting_) refused->resume(std::make_exception_ptr(failure));
  waiting_.clear();
}

void change_queue::context_ends() {
  std::vector<std::unique_ptr<waiting_change>> group;
  std::deque<std::unique_ptr<waiting_change>> waiting;
  {
    std::unique_lock lock{mutex_};
    stopped_ = context_ended_ = true;
    waiting.swap(waiting_);
    changed_.wait(lock, [&] { return !running_; });
    group.swap(group_);
  }
  // Destroys the coroutines. They may hold anything, so the lock is not held.
}

}  // namespace holdfast::kit
