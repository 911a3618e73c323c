#include "net/precise_timer.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/system/system_error.hpp>
#include <sys/timerfd.h>

#include "net/short_read_buffer.hpp"

namespace holdfast::net {
namespace {

int open_timer() {
  int const fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) throw boost::system::system_error{errno, boost::system::system_category(), "timerfd_create"};
  return fd;
}

timespec to_timespec(nanoseconds d) {
  auto const whole = std::chrono::duration_cast<std::chrono::seconds>(d);
  return {.tv_sec = whole.count(), .tv_nsec = (d - whole).count()};
}

}  // namespace

// Outlives the timer while a read is pending, so that the read always has its buffer.
//
// A read may already have been performed by the reactor when the timer is armed anew or cancelled, and its completion
// cannot be told from that of the new time. So a completion only wakes: what is due is counted from the clock.
struct precise_timer::state : std::enable_shared_from_this<state> {
  state(executor_type executor, handler handle) : descriptor{executor, open_timer()}, on_expiry{std::move(handle)} {}

  void read() {
    auto on_read = [self = shared_from_this()](boost::system::error_code ec, std::size_t) {
      if (!ec && self->alive) self->on_wake();
    };
    descriptor.async_read_some(short_read_buffer{buffer.data(), buffer.size()}, std::move(on_read));
  }

  void on_wake() {
    auto const expirations = take_due(clock_seam::now());
    if (expirations > 0) {
      on_expiry(expirations);
    } else if (armed) {
      set_descriptor();  // this wake-up was of an earlier time; make sure that the right one comes
    }
    if (alive) read();
  }

  std::uint64_t take_due(time_point now) {
    if (!armed || now < next) return 0;
    if (period == nanoseconds{0}) {
      armed = false;
      return 1;
    }
    auto const expirations = (now - next) / period + 1;
    next += expirations * period;
    return static_cast<std::uint64_t>(expirations);
  }

  void set_descriptor() {
    // A time of zero would disarm it; one nanosecond after the clock's origin is past as well.
    auto const first = std::max(next.time_since_epoch(), nanoseconds{1});
    itimerspec const when{.it_interval = to_timespec(period), .it_value = to_timespec(first)};
    int const failed = ::timerfd_settime(descriptor.native_handle(), TFD_TIMER_ABSTIME, &when, nullptr);
    assert(failed == 0 && "timerfd_settime fails only for times that are not normalised");
    static_cast<void>(failed);
  }

  boost::asio::posix::basic_stream_descriptor<executor_type> descriptor;
  handler on_expiry;
  std::array<unsigned char, 16> buffer{};  // twice what a read gives: every read is short
  time_point next{};
  nanoseconds period{};
  bool armed = false;
  bool alive = true;
};

precise_timer::precise_timer(executor_type executor, handler on_expiry)
    : state_{std::make_shared<state>(executor, std::move(on_expiry))} {
  state_->read();
}

precise_timer::~precise_timer() {
  state_->alive = false;
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
}

void precise_timer::arm(time_point when) { set(when, nanoseconds{0}); }

void precise_timer::arm_periodic(time_point first, nanoseconds period) {
  assert(period > nanoseconds{0} && "a periodic timer needs a period");
  set(first, period);
}

// The descriptor stays armed: what fires then is not due and is passed over, which costs less than disarming.
void precise_timer::cancel() {
  if (state_->armed && state_->period > nanoseconds{0}) disarm_period();
  state_->armed = false;
}

void precise_timer::disarm_period() {
  state_->period = nanoseconds{0};
  state_->set_descriptor();
}

void precise_timer::set(time_point first, nanoseconds period) {
  state_->next = first;
  state_->period = period;
  state_->armed = true;
  state_->set_descriptor();
}

}  // namespace holdfast::net
