#include "experiment/timeline.hpp"

namespace holdfast::experiment {

void timeline::add(time_point at, timeline_event event) {
  event.at = at - start_;
  event.arm = arm_;
  for (auto const& tell : listeners_) tell(event);
}

void timeline::add_all(time_point at, std::vector<timeline_event> events) {
  for (auto& event : events) add(at, std::move(event));
}

}  // namespace holdfast::experiment
