#include "load/shard.hpp"

#include <deque>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "load/pacing.hpp"
#include "load/recorder.hpp"
#include "load/virtual_user.hpp"
#include "load/wake_queue.hpp"
#include "net/http1_pipeline.hpp"
#include "net/precise_timer.hpp"

namespace holdfast::load {
namespace {

namespace asio = boost::asio;

// Limits of time are looked at, and the loop's own lag is measured, at this beat.
constexpr nanoseconds heartbeat = std::chrono::milliseconds{10};

}  // namespace

class shard::state final : public user_host {
 public:
  state(std::uint32_t index, load_settings const& settings, std::vector<net::address_list> addresses,
        script_factory const& make_script, interval_sink sink);

  void run(time_point start);
  void collect(std::unique_ptr<interval_record> reuse);
  void stop();
  asio::io_context& context() { return context_; }
  std::uint64_t peak_connections() const { return environment_.peak_connections; }

 private:
  struct origin_state {
    net::address_list list;
    std::vector<virtual_user*> waiting;             // for the look-up that is under way
    std::shared_ptr<net::http1_pipeline> pipeline;  // the latest; when all its lanes are taken, the next is made
    std::uint32_t lanes = 0;                        // of it
    bool is_resolving = false;
  };

  recorder& records() override { return *recorder_; }
  origin_table const& origins() const override { return origins_; }
  bool may_start_request() const override { return !is_draining_ && requests_left_ != 0; }
  void on_request_start(virtual_user& user, bool is_first) override;
  after_sequence on_sequence_end(virtual_user& user, time_point now) override;
  void on_idle(virtual_user& user) override;
  void wake_at(virtual_user& user, time_point when) override;
  std::unique_ptr<net::client_connection> connect(virtual_user& user, std::uint32_t origin) override;
  deadline_list& response_limits() override { return response_limits_; }
  deadline_list& connect_limits() override { return connect_limits_; }

  closed_loop_plan const* closed() const { return std::get_if<closed_loop_plan>(&settings_.arrivals); }
  void prepare_tls();
  void start_users();
  void start_arrivals();
  virtual_user& add_user();
  void on_heartbeat(std::uint64_t expirations);
  bool is_over(time_point now) const;
  void expire(deadline_list& limits, time_point now);
  void on_pace();
  void set_pace(time_point now);
  void arrive(time_point intended);
  bool take_queued(virtual_user& user);
  after_sequence next_iteration(closed_loop_plan const& plan, virtual_user& user, time_point now);
  std::unique_ptr<net::client_connection> add_lane(origin_state& known, virtual_user& user, std::uint32_t origin);
  void look_up(std::uint32_t origin);
  void on_look_up(std::uint32_t origin, boost::system::error_code ec,
                  asio::ip::tcp::resolver::results_type const& found);
  void drain(time_point now);
  void end_if_done(time_point now);
  void end(time_point now);

  std::uint32_t index_;
  load_settings const& settings_;
  script_factory const& make_script_;
  interval_sink sink_;
  // Reactor operations need no locks: only this thread touches descriptors. Posting from other threads stays safe.
  asio::io_context context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::ip::tcp::resolver resolver_{context_};
  origin_table origins_;
  std::deque<origin_state> addresses_;
  std::unique_ptr<net::tls_context> tls_;
  net::connection_environment environment_;
  shard_context script_context_;
  std::optional<net::precise_timer> heartbeat_timer_;  // gone when the load has ended, so that the context runs dry
  std::optional<net::precise_timer> pace_timer_;
  deadline_list response_limits_;
  deadline_list connect_limits_;
  std::unique_ptr<recorder> recorder_;
  random_engine random_;

  std::deque<virtual_user> users_;
  std::vector<std::uint64_t> iterations_;  // by user, where the plan limits them
  std::vector<virtual_user*> idle_;        // open loop: last in, first out keeps connections warm
  std::deque<time_point> queue_;           // open loop: intended starts that wait for a user
  wake_queue<virtual_user*> wakes_;
  std::optional<sharded_schedule> schedule_;
  std::optional<time_point> next_arrival_;
  std::optional<time_point> stop_at_;
  time_point start_;
  time_point next_beat_;
  time_point drain_until_;
  pace pace_{};
  std::uint64_t max_users_ = 0;
  std::uint64_t requests_left_ = std::numeric_limits<std::uint64_t>::max();
  bool is_draining_ = false;
  bool has_ended_ = false;
};

shard::state::state(std::uint32_t index, load_settings const& settings, std::vector<net::address_list> addresses,
                    script_factory const& make_script, interval_sink sink)
    : index_{index},
      settings_{settings},
      make_script_{make_script},
      sink_{std::move(sink)},
      environment_{.context = context_, .limits = settings.scan},
      script_context_{.origins = origins_, .shard = index, .shards = settings.threads, .seed = settings.seed},
      heartbeat_timer_{std::in_place, context_.get_executor(), [this](std::uint64_t n) { on_heartbeat(n); }},
      pace_timer_{std::in_place, context_.get_executor(), [this](std::uint64_t) { on_pace(); }},
      response_limits_{settings.limits.response},
      connect_limits_{settings.limits.connect},
      random_{derived_seed(settings.seed, index)} {
  for (std::size_t i = 0; i < settings.origins.size(); ++i) {
    origins_.intern(settings.origins[i]);
    addresses_.push_back({.list = std::move(addresses[i])});
    if (settings.origins[i].scheme == net::url_scheme::https) prepare_tls();
  }
}

/// Reading the trusted authorities takes tens of milliseconds: only where TLS is spoken.
void shard::state::prepare_tls() {
  if (tls_) return;
  if (auto context = net::make_tls_context(settings_.tls)) tls_ = *std::move(context);
  environment_.tls = tls_.get();
}

void shard::state::run(time_point start) {
  start_ = start;
  recorder_ = std::make_unique<recorder>(index_, settings_.request_names.size(), settings_.limits.late, start);
  next_beat_ = start + heartbeat;
  heartbeat_timer_->arm_periodic(next_beat_, heartbeat);
  if (closed() != nullptr) {
    start_users();
  } else {
    start_arrivals();
  }
  end_if_done(start);
  context_.run();
}

void shard::state::start_users() {
  auto const& plan = *closed();
  if (auto const share = requests_of_shard(plan, index_, settings_.threads)) requests_left_ = *share;
  if (plan.duration) stop_at_ = start_ + *plan.duration;
  auto const count = users_of_shard(plan, index_, settings_.threads);
  iterations_.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto const first = start_offset(plan, index_ + i * settings_.threads);
    auto& user = add_user();
    if (!first) continue;
    user.set_intended(start_ + *first);
    wakes_.add(start_ + *first, &user);
  }
  on_pace();
}

void shard::state::start_arrivals() {
  auto const& loop = std::get<open_loop>(settings_.arrivals);
  schedule_.emplace(loop.schedule, index_, settings_.threads, loop.users);
  max_users_ = dealt_share(loop.users, index_, settings_.threads);
  // Arrivals that wait when the schedule ends were asked for: they still get their chance while the run drains.
  stop_at_ = start_ + loop.schedule.length() + settings_.limits.drain;
  if (auto const first = schedule_->next()) next_arrival_ = start_ + *first;
  on_pace();
}

virtual_user& shard::state::add_user() {
  auto const number = index_ + users_.size() * settings_.threads;
  return users_.emplace_back(*this, number, make_script_(script_context_, number));
}

void shard::state::on_request_start(virtual_user&, bool is_first) {
  // An arrival was counted when its time came; what follows it in a sequence is scheduled by the answer before.
  if (closed() != nullptr || !is_first) recorder_->scheduled();
  if (requests_left_ != std::numeric_limits<std::uint64_t>::max()) --requests_left_;
}

after_sequence shard::state::on_sequence_end(virtual_user& user, time_point now) {
  if (is_draining_) return after_sequence::end;
  if (auto const* const plan = closed()) return next_iteration(*plan, user, now);
  return take_queued(user) ? after_sequence::go_on : after_sequence::end;
}

after_sequence shard::state::next_iteration(closed_loop_plan const& plan, virtual_user& user, time_point now) {
  auto const number = static_cast<std::uint32_t>(user.number());
  auto& done = iterations_[number / settings_.threads];
  ++done;
  if (plan.iterations_per_user && done >= *plan.iterations_per_user) return after_sequence::end;
  auto when = now + draw(plan.think, random_);
  if (!plan.stages.empty()) {
    auto const comes_back = active_from(plan, number, when - start_);
    if (!comes_back) return after_sequence::end;
    when = start_ + *comes_back;
  }
  user.set_intended(when);
  if (when <= now) return after_sequence::go_on;
  wake_at(user, when);
  return after_sequence::wait;
}

bool shard::state::take_queued(virtual_user& user) {
  if (queue_.empty()) return false;
  user.set_intended(queue_.front());
  user.await_first_request();
  queue_.pop_front();
  return true;
}

void shard::state::on_idle(virtual_user& user) {
  if (user.awaits_first_request()) recorder_->dropped();  // its script had nothing to send, or the run is ending
  user.forget_first_request();
  if (closed() == nullptr) idle_.push_back(&user);
  if (is_draining_ || requests_left_ == 0 || closed() != nullptr) {
    asio::post(context_, [this] { end_if_done(clock_seam::now()); });
  }
}

void shard::state::wake_at(virtual_user& user, time_point when) {
  auto const earliest = wakes_.earliest();
  wakes_.add(when, &user);
  if (!pace_timer_ || pace_.is_periodic || (earliest && *earliest <= when) || (next_arrival_ && *next_arrival_ <= when))
    return;
  pace_timer_->arm(when);
}

void shard::state::on_pace() {
  if (has_ended_) return;
  auto now = clock_seam::now();
  while (auto const user = wakes_.take_due(now)) {
    (*user)->wake(now);
    now = clock_seam::now();
  }
  while (next_arrival_ && *next_arrival_ <= now && !is_draining_) {
    arrive(*next_arrival_);
    auto const next = schedule_->next();
    next_arrival_ = next ? std::optional{start_ + *next} : std::nullopt;
    now = clock_seam::now();
  }
  if (!pace_.is_periodic) set_pace(now);
}

void shard::state::set_pace(time_point now) {
  if (has_ended_) return;
  auto const rate = schedule_ ? schedule_->whole().rate_at(now - start_).per_second() / settings_.threads : 0.0;
  auto const next_wake = wakes_.earliest();
  auto const next = next_arrival_ && (!next_wake || *next_arrival_ < *next_wake) ? next_arrival_ : next_wake;
  auto const was_periodic = pace_.is_periodic;
  pace_ = pace_for(request_rate::per_second(next_arrival_ ? rate : 0));
  if (pace_.is_periodic) {
    pace_timer_->arm_periodic(*next_arrival_, pace_.period);
  } else if (next) {
    pace_timer_->arm(*next);
  } else if (was_periodic) {
    pace_timer_->cancel();
  }
}

void shard::state::arrive(time_point intended) {
  recorder_->scheduled();
  auto const& loop = std::get<open_loop>(settings_.arrivals);
  if (!queue_.empty() || (idle_.empty() && users_.size() >= max_users_)) {
    // Shards without a connection get no arrivals and need no place to wait.
    auto const shards = static_cast<std::uint32_t>(std::min<std::uint64_t>(loop.users, settings_.threads));
    if (queue_.size() >= dealt_share(loop.queue_length, index_, shards)) return recorder_->dropped();
    queue_.push_back(intended);
    return recorder_->queued(queue_.size());
  }
  if (idle_.empty()) idle_.push_back(&add_user());
  auto& user = *idle_.back();
  idle_.pop_back();
  user.begin(intended, clock_seam::now());
}

std::unique_ptr<net::client_connection> shard::state::connect(virtual_user& user, std::uint32_t origin) {
  while (addresses_.size() <= origin) addresses_.emplace_back();
  if (origins_[origin].scheme == net::url_scheme::https) prepare_tls();
  auto& known = addresses_[origin];
  if (!known.list.addresses.empty()) {
    if (settings_.pipeline > 1) return add_lane(known, user, origin);
    return net::make_http1_connection(environment_, user.events(), origins_[origin], known.list);
  }
  known.waiting.push_back(&user);
  if (!known.is_resolving) look_up(origin);
  return nullptr;
}

std::unique_ptr<net::client_connection> shard::state::add_lane(origin_state& known, virtual_user& user,
                                                               std::uint32_t origin) {
  if (!known.pipeline || known.lanes == settings_.pipeline) {
    known.pipeline = net::make_http1_pipeline(environment_, origins_[origin], known.list);
    known.lanes = 0;
  }
  ++known.lanes;
  return known.pipeline->add_lane(user.events());
}

/// For origins that a redirect or a page named during the run. Asio asks the resolver on a thread of its own.
void shard::state::look_up(std::uint32_t origin) {
  addresses_[origin].is_resolving = true;
  auto const& to = origins_[origin];
  resolver_.async_resolve(
      net::connect_host(to), std::to_string(net::connect_port(to)),
      [this, origin](boost::system::error_code ec, asio::ip::tcp::resolver::results_type const& found) {
        on_look_up(origin, ec, found);
      });
}

void shard::state::on_look_up(std::uint32_t origin, boost::system::error_code ec,
                              asio::ip::tcp::resolver::results_type const& found) {
  auto& known = addresses_[origin];
  known.is_resolving = false;
  for (auto const& entry : found) known.list.addresses.emplace_back(entry.endpoint());
  auto const waiting = std::exchange(known.waiting, {});
  auto const problem = ec.message();
  for (auto* const user : waiting) user->resume(!known.list.addresses.empty(), problem, clock_seam::now());
}

void shard::state::on_heartbeat(std::uint64_t expirations) {
  if (has_ended_) return;
  auto const now = clock_seam::now();
  recorder_->loop_lag(now - next_beat_);
  next_beat_ += static_cast<std::int64_t>(expirations) * heartbeat;
  expire(connect_limits_, now);
  expire(response_limits_, now);
  if (pace_.is_periodic) set_pace(now);  // the rate may have changed, and a late start moves the ticks
  if (!is_draining_ && is_over(now)) drain(now);
  end_if_done(now);
}

bool shard::state::is_over(time_point now) const {
  if (stop_at_ && now >= *stop_at_) return true;
  return settings_.ends_early != nullptr && settings_.ends_early->load(std::memory_order_relaxed);
}

void shard::state::expire(deadline_list& limits, time_point now) {
  while (auto* const hook = limits.take_expired(now)) static_cast<user_deadline*>(hook)->user.on_time_limit(now);
}

void shard::state::drain(time_point now) {
  is_draining_ = true;
  drain_until_ = closed() != nullptr || now < *stop_at_ ? now + settings_.limits.drain : now;
  // Arrivals whose time had come were scheduled; those that never got a user were dropped.
  while (next_arrival_ && *next_arrival_ <= now) {
    recorder_->scheduled();
    recorder_->dropped();
    auto const next = schedule_->next();
    next_arrival_ = next ? std::optional{start_ + *next} : std::nullopt;
  }
  next_arrival_.reset();
  recorder_->dropped(queue_.size());
  queue_.clear();
  wakes_.clear();
  pace_timer_->cancel();
  for (auto& user : users_) {
    if (!user.in_request() && user.awaits_first_request()) on_idle(user);
  }
}

void shard::state::end_if_done(time_point now) {
  if (has_ended_) return;
  auto const nothing_comes =
      is_draining_ || (wakes_.empty() && !next_arrival_ && queue_.empty()) || requests_left_ == 0;
  if (!nothing_comes) return;
  if (recorder_->in_flight() == 0 || (is_draining_ && now >= drain_until_)) end(now);
}

void shard::state::end(time_point now) {
  has_ended_ = true;
  is_draining_ = true;
  for (auto& user : users_) user.cancel(now);
  for (auto& user : users_) user.close();
  heartbeat_timer_.reset();
  pace_timer_.reset();
  resolver_.cancel();
  sink_(recorder_->swap(now, clock_seam::thread_cpu_time(), std::make_unique<interval_record>()), true);
}

void shard::state::collect(std::unique_ptr<interval_record> reuse) {
  if (has_ended_) return;
  sink_(recorder_->swap(clock_seam::now(), clock_seam::thread_cpu_time(), std::move(reuse)), false);
}

void shard::state::stop() {
  if (!is_draining_) drain(clock_seam::now());
}

shard::shard(std::uint32_t index, load_settings const& settings, std::vector<net::address_list> addresses,
             script_factory const& make_script, interval_sink sink)
    : state_{std::make_unique<state>(index, settings, std::move(addresses), make_script, std::move(sink))} {}

shard::~shard() = default;

void shard::run(time_point start) { state_->run(start); }

std::uint64_t shard::peak_connections() const { return state_->peak_connections(); }

void shard::collect(std::unique_ptr<interval_record> reuse) {
  // std::function handlers must be copyable: the record travels as a shared owner and is taken out again.
  auto const carried = std::make_shared<std::unique_ptr<interval_record>>(std::move(reuse));
  asio::post(state_->context(), [this, carried] { state_->collect(std::move(*carried)); });
}

void shard::stop() {
  asio::post(state_->context(), [this] { state_->stop(); });
}

}  // namespace holdfast::load
