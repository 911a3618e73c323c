#include "analysis/metric_values.hpp"

#include <algorithm>

#include "analysis/measures.hpp"

namespace holdfast::analysis {

std::string metric_part(std::string_view name) {
  std::string part{name};
  std::ranges::replace(part, '.', '-');
  return part;
}

metric_values metrics_of(arm_observation const& seen, measure_settings const& settings) {
  auto events = seen.events;
  std::ranges::stable_sort(events, {}, &timeline_event::at);
  platform_history history{events};
  measured_arm const arm{.seen = seen,
                         .settings = settings,
                         .events = std::move(events),
                         .history = std::move(history),
                         .from = seen.intervals.empty() ? nanoseconds{0} : seen.intervals.front().start,
                         .to = seen.intervals.empty() ? nanoseconds{0} : seen.intervals.back().end()};
  metric_values values;
  measure_sink to{values};
  measure_requests(arm, to);
  measure_availability(arm, to);
  measure_recovery(arm, to);
  measure_breakers(arm, to);
  measure_elasticity(arm, to);
  measure_rollouts(arm, to);
  measure_causes(arm, to);
  return values;
}

}  // namespace holdfast::analysis
