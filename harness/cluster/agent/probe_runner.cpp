#include "cluster/agent/probe_runner.hpp"

#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "cluster/control/probe_ticks.hpp"

namespace holdfast::cluster {
namespace {

/// Kubernetes: a probe that cannot be carried out is tried so often before its result is thrown away.
constexpr int most_tries = 3;

probe_result result_of(handler_outcome outcome) {
  if (outcome == handler_outcome::not_run) return probe_result::unknown;
  return is_success(outcome) ? probe_result::success : probe_result::failure;
}

}  // namespace

class probe_runner::state : public std::enable_shared_from_this<state> {
 public:
  state(agent_parts const& parts, probe_type type, probe_spec spec, callbacks calls)
      : parts_{parts},
        action_{std::move(spec.action)},
        calls_{std::move(calls)},
        worker_{type, spec.settings},
        ticks_{parts.now(), spec.settings.period},
        idle_since_{parts.now()},
        timer_{parts.executor} {}

  void wait() {
    if (has_ended_) return;
    auto const at = is_wanted_ ? parts_.now() : ticks_.next(idle_since_);
    timer_.expires_at(parts_.clock.steady_at(at));
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
      auto const self = weak.lock();
      if (self && !ec && !self->running_) self->attempt();
    });
  }

  void attempt_now() {
    is_wanted_ = true;
    if (!running_) wait();
  }

  void stop() {
    has_ended_ = true;
    running_.reset();
    timer_.cancel();
  }

 private:
  void attempt() {
    auto const now = parts_.now();
    if (!std::exchange(is_wanted_, false)) ticks_.begin(now);
    auto const step = worker_.begin(calls_.view(), now);
    auto const self = shared_from_this();  // what is told of may end this probe
    if (step.published) calls_.on_publication(*step.published);
    if (step.action == probe_action::end) has_ended_ = true;
    if (has_ended_) return;
    if (step.action == probe_action::run_handler) {
      tries_ = 0;
      run();
    } else {
      idle_since_ = now;
      wait();
    }
  }

  void run() {
    ++tries_;
    running_ = parts_.probes.run(action_, calls_.place(), worker_.settings().timeout,
                                 [weak = weak_from_this()](handler_result const& result) {
                                   if (auto const self = weak.lock()) self->answered(result);
                                 });
  }

  void answered(handler_result const& result) {
    auto const finished = std::move(running_);
    if (result.outcome == handler_outcome::not_run && tries_ < most_tries) return run();
    auto const self = shared_from_this();
    if (result.outcome != handler_outcome::success) calls_.on_complaint(result);
    auto const published = worker_.finish(result_of(result.outcome), result.message);
    if (published && !has_ended_) calls_.on_publication(*published);
    if (has_ended_) return;
    idle_since_ = parts_.now();
    wait();
  }

  agent_parts const& parts_;
  handler_action action_;
  callbacks calls_;
  probe_worker worker_;
  probe_ticks ticks_;
  time_point idle_since_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<running_handler> running_;
  int tries_ = 0;
  bool is_wanted_ = false;
  bool has_ended_ = false;
};

probe_runner::probe_runner(agent_parts const& parts, probe_type type, probe_spec spec, callbacks calls)
    : state_{std::make_shared<state>(parts, type, std::move(spec), std::move(calls))} {
  state_->wait();
}

probe_runner::~probe_runner() { state_->stop(); }

void probe_runner::attempt_now() { state_->attempt_now(); }

}  // namespace holdfast::cluster
