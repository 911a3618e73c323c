#include "cluster/control/pod_grouping.hpp"

namespace holdfast::cluster {
namespace {

bool is_in_cpu_start_up(scaled_pod const& pod, metric_sample const& sample, cpu_start_up const& start_up,
                        time_point now) {
  if (!pod.ready || !pod.start_time) return true;
  if (*pod.start_time + start_up.initialization > now) {
    return !pod.ready->is_ready || sample.timestamp < pod.ready->last_transition + sample.window;
  }
  return !pod.ready->is_ready && *pod.start_time + start_up.readiness_delay > pod.ready->last_transition;
}

}  // namespace

pod_group group_of(scaled_pod const& pod, metric_sample const* sample, metric_nature nature,
                   cpu_start_up const& start_up, time_point now) {
  if (pod.is_terminating || pod.phase == pod_phase::failed) return pod_group::ignored;
  if (pod.phase == pod_phase::pending) return pod_group::unready;
  if (!sample) return pod_group::missing;
  if (nature == metric_nature::cpu && is_in_cpu_start_up(pod, *sample, start_up, now)) return pod_group::unready;
  return pod_group::ready;
}

pod_groups grouped(std::span<scaled_pod const> pods, metric_samples const& samples, metric_nature nature,
                   cpu_start_up const& start_up, time_point now) {
  pod_groups groups;
  for (auto const& pod : pods) {
    auto const found = samples.find(pod.name);
    switch (group_of(pod, found == samples.end() ? nullptr : &found->second, nature, start_up, now)) {
      case pod_group::ready:
        ++groups.ready;
        break;
      case pod_group::unready:
        groups.unready.insert(pod.name);
        break;
      case pod_group::missing:
        groups.missing.insert(pod.name);
        break;
      case pod_group::ignored:
        groups.ignored.insert(pod.name);
        break;
    }
  }
  return groups;
}

}  // namespace holdfast::cluster
