#include "cluster/proxy/event_loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <boost/system/system_error.hpp>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace holdfast::cluster {
namespace {

using boost::system::error_code;

error_code last_error() { return {errno, boost::system::system_category()}; }

}  // namespace

event_loop::event_loop() : epoll_{::epoll_create1(EPOLL_CLOEXEC)}, now_{clock_seam::now()} {
  if (epoll_ < 0) throw boost::system::system_error{last_error(), "epoll_create1"};
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
  if (wake_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) {
    auto const why = last_error();
    if (wake_ >= 0) ::close(wake_);
    ::close(epoll_);
    throw boost::system::system_error{why, "eventfd"};
  }
}

event_loop::~event_loop() {
  ::close(wake_);
  ::close(epoll_);
}

void event_loop::run() {
  while (!is_stopping_) wait();
}

void event_loop::post(std::function<void()> task) {
  {
    std::lock_guard const lock{mutex_};
    posted_.push_back(std::move(task));
  }
  std::uint64_t const one = 1;
  [[maybe_unused]] auto const written = ::write(wake_, &one, sizeof one);  // when it is full, it wakes already
}

error_code event_loop::watch(int descriptor, event_handler& handler, std::uint32_t events) {
  epoll_event event{.events = events | EPOLLET, .data = {.ptr = &handler}};
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0 ? error_code{} : last_error();
}

void event_loop::forget(event_handler& handler) {
  std::erase(again_, &handler);
  std::ranges::replace(in_turn_, &handler, nullptr);
}

int event_loop::wait_for_events(std::span<epoll_event> events, timespec const* timeout) const {
  auto const most = static_cast<int>(events.size());
  auto const count = ::epoll_pwait2(epoll_, events.data(), most, timeout, nullptr);
  if (count >= 0 || errno != ENOSYS) return count;
  // Before Linux 5.11: whole milliseconds, rounded up.
  auto const limit =
      timeout == nullptr ? -1 : static_cast<int>(timeout->tv_sec * 1'000 + (timeout->tv_nsec + 999'999) / 1'000'000);
  return ::epoll_wait(epoll_, events.data(), most, limit);
}

void event_loop::wait() {
  std::array<epoll_event, 256> events;
  bool const is_urgent = !again_.empty();
  timespec limit{};
  timespec const* timeout = is_urgent ? &limit : nullptr;
  if (!is_urgent && !timers_.empty()) {
    auto const left = std::max(timers_.begin()->first - clock_seam::now(), nanoseconds{0});
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    limit = {.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    timeout = &limit;
  }
  auto const count = wait_for_events(events, timeout);
  now_ = clock_seam::now();
  bool was_woken = false;
  for (int i = 0; i < count; ++i) {
    auto const& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) {
      was_woken = true;
    } else {
      static_cast<event_handler*>(event.data.ptr)->on_events(event.events);
    }
  }
  if (is_urgent) run_again();
  if (!timers_.empty()) run_timers();
  if (was_woken) run_posted();
  if (round_end_) round_end_();
}

void event_loop::run_again() {
  in_turn_.swap(again_);
  for (std::size_t i = 0; i < in_turn_.size(); ++i) {
    if (in_turn_[i] != nullptr) in_turn_[i]->on_events(0);
  }
  in_turn_.clear();
}

void event_loop::run_posted() {
  std::uint64_t count = 0;
  [[maybe_unused]] auto const taken = ::read(wake_, &count, sizeof count);
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard const lock{mutex_};
    tasks.swap(posted_);
  }
  for (auto const& task : tasks) task();
}

void event_loop::run_timers() {
  auto const now = clock_seam::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto& timer = *timers_.begin()->second;
    timers_.erase(timers_.begin());
    timer.is_armed_ = false;
    timer.on_expiry_();
  }
}

void loop_timer::arm(time_point when) {
  if (is_armed_ && when == when_) return;
  cancel();
  when_ = when;
  is_armed_ = true;
  loop_.timers_.emplace(when, this);
}

void loop_timer::cancel() {
  if (!is_armed_) return;
  loop_.timers_.erase({when_, this});
  is_armed_ = false;
}

}  // namespace holdfast::cluster
