#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cluster/control/pod_state.hpp"

namespace holdfast::cluster {

/// A measured value of one pod, in thousandths.
struct metric_sample {
  std::int64_t value = 0;
  time_point timestamp{};  ///< end of the time it was measured over
  nanoseconds window{};    ///< length of that time
};

using metric_samples = std::map<std::string, metric_sample, std::less<>>;  ///< by pod name

/// What a container asks for, in thousandths, by resource ("cpu", "memory").
struct container_requests {
  std::string name{};
  std::map<std::string, std::int64_t, std::less<>> milli{};
};

/// A pod under the selector of an autoscaler's target.
struct scaled_pod {
  std::string name{};
  pod_phase phase = pod_phase::running;
  bool is_terminating = false;
  std::optional<time_point> start_time{};
  std::optional<ready_condition> ready{};
  std::vector<container_requests> containers{};
};

/// How long CPU samples of a young pod are distrusted. Kubernetes:
/// --horizontal-pod-autoscaler-cpu-initialization-period and --horizontal-pod-autoscaler-initial-readiness-delay.
struct cpu_start_up {
  nanoseconds initialization = std::chrono::minutes{5};
  nanoseconds readiness_delay = std::chrono::seconds{30};
};

enum class metric_nature { cpu, other };
enum class pod_group { ready, unready, missing, ignored };

/// Kubernetes, first match wins: deleted or Failed: ignored; Pending: unready; no sample: missing; for CPU also: no
/// Ready condition or start time, a sample not wholly taken while ready in the first `initialization` after the start,
/// or never ready since (start + readiness_delay > last transition): unready; else ready.
/// @param sample  null when there is none
pod_group group_of(scaled_pod const& pod, metric_sample const* sample, metric_nature nature,
                   cpu_start_up const& start_up, time_point now);

/// The pods of one metric by group.
struct pod_groups {
  std::int64_t ready = 0;
  std::set<std::string, std::less<>> unready{};
  std::set<std::string, std::less<>> missing{};
  std::set<std::string, std::less<>> ignored{};
};

pod_groups grouped(std::span<scaled_pod const> pods, metric_samples const& samples, metric_nature nature,
                   cpu_start_up const& start_up, time_point now);

}  // namespace holdfast::cluster
