#include "load/load_run.hpp"

#include <algorithm>
#include <csignal>
#include <memory>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unistd.h>

#include "core/exit_code.hpp"
#include "load/shard.hpp"

namespace holdfast::load {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Long enough for every thread to be waiting when the first request is due.
constexpr auto start_delay = 20ms;

/// Starts the shards, gathers their intervals once a second, and ends when the last shard has.
class conductor {
 public:
  conductor(load_settings const& settings, preflight const& ready, script_factory const& make_script,
            run_observer& observer);
  load_result run();

 private:
  void start_shards(preflight const& ready, script_factory const& make_script);
  void await_second();
  void collect();
  void on_record(std::uint32_t index, std::unique_ptr<interval_record> record, bool is_last);
  void flush();
  void await_interrupt();
  void stop();

  load_settings const& settings_;
  run_observer& observer_;
  asio::io_context context_{1};
  asio::steady_timer second_{context_};
  asio::signal_set signals_{context_, SIGINT, SIGTERM};
  std::vector<std::unique_ptr<shard>> shards_;
  std::vector<std::thread> threads_;
  std::vector<std::unique_ptr<interval_record>> spare_;
  std::vector<bool> is_running_;
  std::vector<bool> is_awaited_;  // was asked for its interval and has not answered yet
  std::vector<nanoseconds> cpu_;
  interval_record gathered_;
  load_result result_;
  std::uint64_t seconds_ = 0;
  std::uint32_t awaited_ = 0;
  std::uint32_t running_ = 0;
  bool has_gathered_ = false;
  bool is_stopping_ = false;
};

conductor::conductor(load_settings const& settings, preflight const& ready, script_factory const& make_script,
                     run_observer& observer)
    : settings_{settings}, observer_{observer} {
  start_shards(ready, make_script);
}

void conductor::start_shards(preflight const& ready, script_factory const& make_script) {
  for (std::uint32_t i = 0; i < settings_.threads; ++i) {
    std::vector<net::address_list> addresses;
    for (auto const& list : ready.addresses) addresses.push_back({.addresses = list});
    auto sink = [this, i](std::unique_ptr<interval_record> record, bool is_last) {
      auto const carried = std::make_shared<std::unique_ptr<interval_record>>(std::move(record));
      asio::post(context_, [this, i, carried, is_last] { on_record(i, std::move(*carried), is_last); });
    };
    shards_.push_back(std::make_unique<shard>(i, settings_, std::move(addresses), make_script, std::move(sink)));
    spare_.push_back(std::make_unique<interval_record>());
  }
  is_running_.assign(settings_.threads, true);
  is_awaited_.assign(settings_.threads, false);
  cpu_.resize(settings_.threads);
  result_.shards.resize(settings_.threads);
  running_ = settings_.threads;
}

load_result conductor::run() {
  result_.before = observe_machine();
  result_.start = clock_seam::now() + start_delay;
  result_.start_stamp = clock_seam::wall_now() + std::chrono::duration_cast<wall_time::duration>(start_delay);
  gathered_.began = result_.start;
  observer_.on_start(result_.start, result_.start_stamp);
  for (auto& each : shards_) threads_.emplace_back([&each, start = result_.start] { each->run(start); });
  await_second();
  await_interrupt();
  context_.run();
  for (auto& thread : threads_) thread.join();
  for (auto const& each : shards_) result_.peak_connections += each->peak_connections();
  shards_.clear();
  result_.after = observe_machine();
  if (result_.after.open_files) result_.after.open_files->used += result_.peak_connections;
  // A port that waits in TIME_WAIT is taken for one peer only, and loopback reuses it after a second: what earlier runs
  // against other targets left behind takes nothing from this one. A port that could not be had is a failure by name.
  if (result_.after.local_ports) result_.after.local_ports->used = result_.peak_connections;
  result_.total_length = result_.total.ended - result_.start;
  for (std::size_t i = 0; i < cpu_.size(); ++i) {
    result_.shards[i].cpu_share = in_seconds(cpu_[i]) / std::max(1e-9, in_seconds(result_.total_length));
  }
  return std::move(result_);
}

void conductor::await_second() {
  second_.expires_at(result_.start + std::chrono::seconds{++seconds_});
  second_.async_wait([this](boost::system::error_code ec) {
    // The end can come while this handler is already queued: cancelling the timer does not reach it then.
    if (ec || running_ == 0) return;
    collect();
    await_second();
  });
}

void conductor::collect() {
  if (awaited_ != 0) return;  // a shard is that far behind: its next record covers both seconds
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (!is_running_[i]) continue;
    ++awaited_;
    is_awaited_[i] = true;
    shards_[i]->collect(std::move(spare_[i]));
  }
}

void conductor::on_record(std::uint32_t index, std::unique_ptr<interval_record> record, bool is_last) {
  cpu_[index] += record->cpu;
  result_.shards[index].loop_lag.merge(record->loop_lag);
  gathered_.merge(*record);
  has_gathered_ = true;
  record->reset();
  spare_[index] = std::move(record);
  if (is_last) {
    is_running_[index] = false;
    if (--running_ == 0) return flush();
  }
  // A last record can cross a request to collect, which is then never answered; or come from a shard that had answered
  // while others had not.
  if (is_awaited_[index]) --awaited_;
  is_awaited_[index] = false;
  if (awaited_ == 0) flush();
}

void conductor::flush() {
  if (has_gathered_) {
    observer_.on_interval(gathered_);
    gathered_.failures.clear();
    result_.total.merge(gathered_);
    gathered_.reset();
    has_gathered_ = false;
  }
  if (running_ > 0) return;
  second_.cancel();
  signals_.cancel();
}

void conductor::await_interrupt() {
  signals_.async_wait([this](boost::system::error_code ec, int) {
    if (ec) return;
    // A second one means it: the terminal is given back at once, what has been written stays.
    if (is_stopping_) ::_exit(static_cast<int>(exit_code::interrupted));
    is_stopping_ = true;
    result_.was_interrupted = true;
    result_.interrupted_after = clock_seam::now() - result_.start;
    for (auto& each : shards_) each->stop();
    await_interrupt();
  });
}

}  // namespace

load_result run_load(load_settings const& settings, preflight const& ready, script_factory const& make_script,
                     run_observer& observer) {
  auto result = conductor{settings, ready, make_script, observer}.run();
  result.load_length = result.total_length;
  if (auto const* const loop = std::get_if<open_loop>(&settings.arrivals)) {
    result.load_length = loop->schedule.length();
  } else if (auto const& plan = std::get<closed_loop_plan>(settings.arrivals); plan.duration) {
    result.load_length = std::min(result.total_length, *plan.duration);
  }
  // What came afterwards was the draining of requests in flight.
  if (result.was_interrupted) {
    result.load_length = std::max(nanoseconds{1}, std::min(result.load_length, result.interrupted_after));
  }
  return result;
}

}  // namespace holdfast::load
