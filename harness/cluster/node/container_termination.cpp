#include "cluster/node/container_termination.hpp"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>

#include "cluster/control/termination.hpp"

namespace holdfast::cluster {

namespace asio = boost::asio;

namespace {

/// A grace period may be 68 years, which a slow clock makes longer than a time point can say.
nanoseconds bounded_span(double seconds) {
  constexpr double most = 3e9;  // 95 years
  return from_seconds(std::min(seconds, most));
}

}  // namespace

class container_termination::state : public std::enable_shared_from_this<state> {
 public:
  state(asio::any_io_executor const& executor, process_runtime& processes, handler_runner& handlers, process_id which,
        termination_order order, event_handler on_event)
      : processes_{processes},
        handlers_{handlers},
        which_{which},
        order_{std::move(order)},
        on_event_{std::move(on_event)},
        timer_{executor},
        begin_{clock_seam::now()},
        rule_{begin_, order_.grace, order_.pre_stop.has_value()} {}

  /// Does what is due and waits for what comes next.
  void go_on() {
    for (;;) {
      auto const step = rule_.next(scaled_now());
      if (step.action == termination_action::wait) {
        if (step.until) wait_until(*step.until);
        return;
      }
      tell(event_type::normal, "Killing", step.why);
      if (step.action == termination_action::run_pre_stop) begin_pre_stop();
      if (step.action == termination_action::send_term) terminate();
      if (step.action == termination_action::send_kill) processes_.kill(which_);
    }
  }

  void shorten(std::chrono::seconds grace) {
    rule_.shorten(grace);
    go_on();
  }

  void stop() {
    hook_.reset();
    timer_.cancel();
  }

 private:
  time_point scaled_now() const {
    return begin_ + from_seconds(in_seconds(clock_seam::now() - begin_) * order_.time_scale);
  }

  void wait_until(time_point scaled) {
    timer_.expires_at(begin_ + bounded_span(in_seconds(scaled - begin_) / order_.time_scale));
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
      auto const self = weak.lock();
      if (self && !ec) self->go_on();
    });
  }

  void begin_pre_stop() {
    // The rule abandons a hook that takes too long; the limit here only has to be no shorter.
    auto const limit = bounded_span(2 * in_seconds(order_.grace) / order_.time_scale);
    hook_ = handlers_.run(*order_.pre_stop, order_.place, limit, [weak = weak_from_this()](handler_result const& how) {
      if (auto const self = weak.lock()) self->pre_stop_ended(how);
    });
  }

  void pre_stop_ended(handler_result const& how) {
    if (!is_success(how.outcome)) {
      tell(event_type::warning, "FailedPreStopHook", {.statement = "PreStopHook failed: " + how.message});
    }
    rule_.pre_stop_returned();
    go_on();
  }

  void tell(event_type type, char const* reason, explanation why) {
    if (on_event_) on_event_({.type = type, .reason = reason, .why = std::move(why)});
  }

  void terminate() {
    hook_.reset();
    processes_.send_signal(which_, order_.signal);
  }

  process_runtime& processes_;
  handler_runner& handlers_;
  process_id which_;
  termination_order order_;
  event_handler on_event_;
  asio::steady_timer timer_;
  time_point begin_;
  termination rule_;
  std::unique_ptr<running_handler> hook_;
};

container_termination::container_termination(asio::any_io_executor const& executor, process_runtime& processes,
                                             handler_runner& handlers, process_id which, termination_order order,
                                             event_handler on_event)
    : state_{std::make_shared<state>(executor, processes, handlers, which, std::move(order), std::move(on_event))} {
  state_->go_on();
}

container_termination::~container_termination() { state_->stop(); }

void container_termination::shorten(std::chrono::seconds grace) { state_->shorten(grace); }

}  // namespace holdfast::cluster
