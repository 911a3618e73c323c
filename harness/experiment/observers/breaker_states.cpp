#include "experiment/observers/breaker_states.hpp"

#include <utility>

namespace holdfast::experiment {
namespace {

/// Empty when it is none.
std::string state_of(double value) {
  if (value == 0) return "closed";
  if (value == 1) return "half-open";
  return value == 2 ? "open" : "";
}

struct told_breaker {
  std::string state;
  std::uint64_t opened = 0;
};

std::map<std::string, told_breaker> breakers_in(std::span<cluster::labelled_value const> values) {
  constexpr double most = 1e15;
  std::map<std::string, told_breaker> found;
  for (auto const& each : values) {
    if (each.name == breaker_state_metric) found[each.label].state = state_of(each.value);
    bool const is_count = each.name == breaker_opened_metric && each.value >= 0 && each.value < most;
    if (is_count) found[each.label].opened = static_cast<std::uint64_t>(each.value);
  }
  return found;
}

}  // namespace

std::vector<timeline_event> breaker_states::seen(std::string const& pod, std::string const& caller,
                                                 std::span<cluster::labelled_value const> values, double last_look_s) {
  std::vector<timeline_event> events;
  for (auto const& [callee, now] : breakers_in(values)) {
    if (now.state.empty()) continue;
    auto& known = breakers_[callee];
    bool const is_new = known.state != now.state || now.opened > known.opened;
    known = {now.state, now.opened};
    if (!is_new) continue;
    timeline_event event{.kind = timeline_kinds::breaker, .subject = caller + '/' + callee, .what = now.state};
    event.detail = {{"pod", pod}, {"since_s", last_look_s}, {"opened", now.opened}};
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace holdfast::experiment
