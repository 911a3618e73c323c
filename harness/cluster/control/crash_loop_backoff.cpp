#include "cluster/control/crash_loop_backoff.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {

std::vector<unit_error> problems_of(backoff_settings const& settings) {
  std::vector<unit_error> problems;
  if (settings.cap < std::chrono::seconds{1} || settings.cap > std::chrono::seconds{300}) {
    problems.push_back(
        {fmt::format("the restart back-off's cap is {} s", settings.cap.count()), "Write 1 to 300 seconds"});
  }
  if (settings.initial < std::chrono::seconds{1} || settings.initial > settings.cap) {
    problems.push_back(
        {fmt::format("the restart back-off begins with {} s", settings.initial.count()), "Write 1 second to its cap"});
  }
  return problems;
}

restart_decision crash_loop_backoff::attempt(std::string const& key, time_point exited_at, time_point now) {
  auto const [found, is_first] = entries_.try_emplace(key);
  auto& [delay, last] = found->second;
  bool const is_forgotten = is_first || exited_at - last > settings_.reset;
  restart_decision decision;
  decision.why.rule = "the first restart at once, then a delay from the exit that doubles up to its cap";
  if (!is_forgotten && now - exited_at < delay) {
    decision.start_at = exited_at + delay;
    decision.why.statement = fmt::format("back-off {}s restarting failed container", delay.count());
    decision.why.inputs = {{"delay", fmt::format("{}s", delay.count())},
                           {"since the exit", fmt::format("{:.3g}s", in_seconds(now - exited_at))}};
    if (delay == settings_.cap) decision.why.limit = "the cap of the delay";
    return decision;
  }
  delay = is_forgotten ? std::min(settings_.initial, settings_.cap) : std::min(delay * 2, settings_.cap);
  last = now;
  decision.starts_now = true;
  decision.start_at = now;
  decision.why.statement = "restarting the container";
  decision.why.inputs = {{"next delay", fmt::format("{}s", delay.count())}};
  return decision;
}

void crash_loop_backoff::forget(std::string const& prefix) {
  auto const begin = entries_.lower_bound(prefix);
  auto end = begin;
  while (end != entries_.end() && end->first.starts_with(prefix)) ++end;
  entries_.erase(begin, end);
}

}  // namespace holdfast::cluster
