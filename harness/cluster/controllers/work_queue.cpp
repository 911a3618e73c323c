#include "cluster/controllers/work_queue.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace holdfast::cluster {
namespace {

constexpr nanoseconds first_retry = std::chrono::milliseconds{10};
constexpr nanoseconds longest_retry = std::chrono::minutes{5};
constexpr int most_doublings = 15;  // 10 ms * 2^15 is more than the longest

}  // namespace

void work_queue::add_at(object_key key, time_point at) {
  auto const [place, is_new] = times_.try_emplace(key, at);
  if (!is_new) {
    by_time_.erase({place->second, key});
    place->second = at;
  }
  by_time_.insert({at, std::move(key)});
}

void work_queue::retry(object_key const& key, time_point now) {
  auto& failures = failures_[key];
  auto const delay = std::min(first_retry * (std::int64_t{1} << std::min(failures, most_doublings)), longest_retry);
  ++failures;
  add_at(key, now + delay);
}

bool work_queue::waits_to_retry(object_key const& key, time_point now) const {
  auto const timed = times_.find(key);
  return failures_.contains(key) && timed != times_.end() && timed->second > now;
}

void work_queue::forget(object_key const& key) {
  marked_.erase(key);
  failures_.erase(key);
  auto const timed = times_.find(key);
  if (timed == times_.end()) return;
  by_time_.erase({timed->second, key});
  times_.erase(timed);
}

std::optional<object_key> work_queue::take(time_point now) {
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    auto due = by_time_.extract(by_time_.begin());
    times_.erase(due.value().second);
    marked_.insert(std::move(due.value().second));
  }
  if (marked_.empty()) return std::nullopt;
  return std::move(marked_.extract(marked_.begin()).value());
}

std::optional<time_point> work_queue::next_due() const {
  if (by_time_.empty()) return std::nullopt;
  return by_time_.begin()->first;
}

}  // namespace holdfast::cluster
