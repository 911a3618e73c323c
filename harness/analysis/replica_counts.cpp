#include "analysis/replica_counts.hpp"

#include <map>
#include <string>

#include "analysis/event_fields.hpp"

namespace holdfast::analysis {
namespace {

enum class pod_stage : unsigned char { away, serving, terminating };

pod_stage stage_after(std::string_view what, pod_stage before) {
  if (what == "terminating") return before == pod_stage::serving ? pod_stage::terminating : pod_stage::away;
  if (what == "exited" || what == "removed") return pod_stage::away;
  if (what == "started" || what == "restarted") return pod_stage::serving;
  return before;
}

}  // namespace

step_function replica_counts(std::span<timeline_event const> events, std::string_view deployment,
                             std::string_view member) {
  std::vector<step_function::step> steps;
  for (auto const& event : events) {
    if (event.kind != timeline_kinds::replicas || event.subject != deployment) continue;
    if (auto const count = number_in(event, member)) steps.push_back({event.at, *count});
  }
  return step_function{std::move(steps)};
}

live_pods live_pods_of(std::span<timeline_event const> events, std::string_view deployment) {
  std::map<std::string, pod_stage> stages;
  std::vector<step_function::step> serving, terminating;
  for (auto const& event : events) {
    if (event.kind != timeline_kinds::pod || text_in(event, "owner") != deployment) continue;
    auto& stage = stages[event.subject];
    stage = stage_after(event.what, stage);
    double served = 0, ending = 0;
    for (auto const& [pod, now] : stages) {
      served += now == pod_stage::serving ? 1 : 0;
      ending += now == pod_stage::terminating ? 1 : 0;
    }
    serving.push_back({event.at, served});
    terminating.push_back({event.at, ending});
  }
  return {.serving = step_function{std::move(serving)}, .terminating = step_function{std::move(terminating)}};
}

}  // namespace holdfast::analysis
