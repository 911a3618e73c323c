#include "kit/client/breaker.hpp"

#include <algorithm>

namespace holdfast::kit {
namespace {

bool is_counted(call_end how) { return how != call_end::bad_request && how != call_end::cancelled; }
bool is_error(call_end how) { return is_counted(how) && how != call_end::success; }

std::size_t buckets_in(breaker_settings const& settings) {
  return static_cast<std::size_t>(std::max<nanoseconds::rep>(1, settings.window / settings.bucket));
}

}  // namespace

circuit_breaker::circuit_breaker(breaker_settings settings, time_point start)
    : settings_{settings}, bucket_start_{start}, closed_buckets_(buckets_in(settings)) {}

circuit_breaker::permit circuit_breaker::begin(time_point now) {
  if (!settings_.enabled) return {.allowed = true};
  roll(now);
  if (state_ == breaker_state::closed) return {.allowed = true};
  if (state_ == breaker_state::open && now > opened_at_ + settings_.sleep_window) {
    state_ = breaker_state::half_open;
    return {.allowed = true, .trial = true};
  }
  ++short_circuited_;
  return {};
}

void circuit_breaker::end(permit given, call_end how, time_point now) {
  if (!given.allowed || !settings_.enabled) return;
  roll(now);
  if (is_counted(how)) ++current_.total;
  if (is_error(how)) ++current_.errors;
  if (!given.trial) return;
  if (how != call_end::success) return open(now);
  state_ = breaker_state::closed;
  empty_window(now);
}

breaker_state circuit_breaker::state(time_point now) {
  roll(now);
  return state_;
}

circuit_breaker::counts circuit_breaker::in_window(time_point now) {
  roll(now);
  return sum_;
}

std::uint64_t circuit_breaker::opened() const { return opened_; }
std::uint64_t circuit_breaker::short_circuited() const { return short_circuited_; }

void circuit_breaker::roll(time_point now) {
  // After an idle time longer than the window all buckets are empty: the rest is arithmetic, however long it was.
  for (std::size_t closed = 0; now >= bucket_start_ + settings_.bucket; ++closed) {
    if (closed > closed_buckets_.size()) {
      bucket_start_ += (now - bucket_start_) / settings_.bucket * settings_.bucket;
      return;
    }
    close_bucket();
  }
}

void circuit_breaker::close_bucket() {
  auto& oldest = closed_buckets_[next_bucket_];
  sum_.total += current_.total;
  sum_.total -= oldest.total;
  sum_.errors += current_.errors;
  sum_.errors -= oldest.errors;
  oldest = current_;
  current_ = {};
  next_bucket_ = (next_bucket_ + 1) % closed_buckets_.size();
  bucket_start_ += settings_.bucket;
  if (state_ != breaker_state::closed || sum_.total < settings_.volume_threshold) return;
  auto const percentage = sum_.total == 0 ? 0 : sum_.errors * 100 / sum_.total;
  if (percentage >= settings_.error_percentage) open(bucket_start_);
}

void circuit_breaker::empty_window(time_point now) {
  std::fill(closed_buckets_.begin(), closed_buckets_.end(), bucket_counts{});
  current_ = {};
  sum_ = {};
  bucket_start_ = now;
}

void circuit_breaker::open(time_point at) {
  state_ = breaker_state::open;
  opened_at_ = at;
  ++opened_;
}

}  // namespace holdfast::kit
