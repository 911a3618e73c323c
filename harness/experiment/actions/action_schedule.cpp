#include "experiment/actions/action_schedule.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "core/random.hpp"
#include "core/units.hpp"
#include "experiment/actions/command_run.hpp"

namespace holdfast::experiment {

namespace asio = boost::asio;

namespace {

constexpr char const* load_has_ended = "the load ended before its time came";

std::string log_name(std::string const& action, std::uint32_t repetition) {
  auto name = action;
  for (auto& c : name) {
    if (c == '/') c = '_';
  }
  return repetition == 0 ? name + ".log" : fmt::format("{}-{}.log", name, repetition + 1);
}

}  // namespace

action_schedule::action_schedule(asio::any_io_executor executor, cluster::local_cluster& of, timeline& to,
                                 condition_board& conditions, action_executor& by, command_place commands,
                                 std::uint64_t seed)
    : executor_{executor},
      cluster_{of},
      timeline_{to},
      conditions_{conditions},
      by_{by},
      commands_{std::move(commands)},
      seed_{seed},
      running_{executor} {}

void action_schedule::begin(std::vector<action> const& actions, time_point load_start) {
  std::uint64_t step = 0;
  for (auto const& each : actions) running_.spawn(follow(each, load_start, derived_seed(seed_, step++)));
}

asio::awaitable<void> action_schedule::end() {
  is_ending_ = true;
  running_.cancel();
  co_await running_.join();
}

void action_schedule::tell(action const& what, std::uint32_t repetition, char const* word, std::string const& reason) {
  if (word == std::string_view{"failed"}) ++failed_;
  timeline_event event{.kind = timeline_kinds::action, .subject = what.name, .what = word};
  event.detail["type"] = std::string{type_of(what.kind)};
  event.detail["target"] = target_of(what.kind);
  if (repetition > 0) event.detail["repetition"] = repetition + 1;
  if (!reason.empty()) event.detail["reason"] = reason;
  timeline_.add(clock_seam::now(), std::move(event));
}

/// False when it was cancelled.
asio::awaitable<bool> action_schedule::sleep_until(time_point at) {
  asio::steady_timer timer{executor_, at};
  auto const [ec] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return !ec;
}

/// Empty when its time has come; else why it never will.
asio::awaitable<std::string> action_schedule::trigger(action const& what, time_point load_start) {
  if (auto const* const at = std::get_if<at_time>(&what.trigger)) {
    bool const is_due = co_await sleep_until(load_start + at->at);
    co_return is_due ? std::string{} : std::string{load_has_ended};
  }
  auto const& on = std::get<on_condition>(what.trigger);
  auto const until = on.within ? std::optional{load_start + *on.within} : std::nullopt;
  bool const is_met = co_await conditions_.met(on.when, until);
  if (!is_met) {
    co_return until&& clock_seam::now() >= *until
        ? fmt::format("\"{}\" did not come true within {}", on.when.text, format_duration(*on.within))
        : fmt::format("\"{}\" did not come true before the load ended", on.when.text);
  }
  bool const is_due = on.after.count() == 0 || co_await sleep_until(clock_seam::now() + on.after);
  co_return is_due ? std::string{} : std::string{load_has_ended};
}

asio::awaitable<void> action_schedule::follow(action what, time_point load_start, std::uint64_t seed) {
  // A cancelled wait is an answer here, not an exception: what was begun has to be ended and told.
  co_await asio::this_coro::throw_if_cancelled(false);
  auto const why_not = co_await trigger(what, load_start);
  if (!why_not.empty()) {
    tell(what, 0, "failed", why_not);
    co_return;
  }
  auto const first = clock_seam::now();
  for (std::uint32_t i = 0; i < what.times; ++i) {
    bool const is_due = i == 0 || co_await sleep_until(first + i * what.every);
    if (!is_due || is_ending_) {
      tell(what, i, "failed", load_has_ended);
      co_return;
    }
    running_.spawn(do_once(what, i, derived_seed(seed, i)));
  }
}

asio::awaitable<void> action_schedule::do_once(action what, std::uint32_t repetition, std::uint64_t seed) {
  co_await asio::this_coro::throw_if_cancelled(false);
  tell(what, repetition, "begin");
  if (auto const* const command = std::get_if<command_action>(&what.kind)) {
    command_settings const settings{.words = command->words,
                                    .environment = commands_.environment,
                                    .folder = commands_.folder,
                                    .output = commands_.logs / log_name(what.name, repetition),
                                    .limit = command->limit,
                                    .id = fmt::format("{}/{}", what.name, repetition)};
    auto const problem = co_await run_command(executor_, cluster_.processes(), settings);
    tell(what, repetition, problem ? "failed" : "done", problem.value_or(""));
    co_return;
  }
  auto const begun = by_.carry_out(what.name, what.kind, seed);
  if (!begun) {
    tell(what, repetition, "failed", begun.error());
    co_return;
  }
  if (*begun) {
    co_await wait_for_end(what.end);
    (*begun)();
  }
  tell(what, repetition, "done");
}

/// For its time, until its condition, or with the load.
asio::awaitable<void> action_schedule::wait_for_end(action_end const& what) {
  auto const until = what.lasts ? std::optional{clock_seam::now() + *what.lasts} : std::nullopt;
  if (what.until) {
    (void)co_await conditions_.met(*what.until, until);
  } else {
    (void)co_await sleep_until(until.value_or(time_point::max()));
  }
}

}  // namespace holdfast::experiment
