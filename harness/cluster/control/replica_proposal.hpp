#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cluster/control/explanation.hpp"
#include "cluster/control/pod_grouping.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// No action while 1 - down <= ratio <= 1 + up, both ends inside. Kubernetes:
/// --horizontal-pod-autoscaler-tolerance, or the behavior's own.
struct tolerance_band {
  double down = 0.1;
  double up = 0.1;
  bool holds(double ratio) const { return 1.0 - down <= ratio && ratio <= 1.0 + up; }
};

/// What one metric asks for.
struct replica_proposal {
  std::int32_t replicas = 0;
  std::int64_t utilization = 0;  ///< percent of the request, of the first pass; utilisation metrics only
  std::int64_t average = 0;      ///< thousandths for each pod
  std::int64_t value = 0;        ///< thousandths; object and external metrics only
  explanation why{};
};

/// A proposal, or a sentence on why the metric has none.
using proposal_result = result<replica_proposal, std::string>;

/// What the rules need to know of the scaled object.
struct proposal_context {
  std::int32_t current = 0;          ///< spec.replicas of the target, never the number of pods
  std::int32_t status_replicas = 0;  ///< status.replicas of the target
  std::span<scaled_pod const> pods{};
  tolerance_band tolerance{};
  cpu_start_up start_up{};
  time_point now{};
};

/// Kubernetes: utilization = trunc(100 * use / requests) over pods with both; ratio = utilization / target percent;
/// ceil(ratio * ready pods). Pods set aside are added conservatively in a second pass: on the way down a missing pod
/// counts max(100, target) % of its request, on the way up nothing, as does an unready one; the second pass never turns
/// the direction.
/// @param container  the one container that is measured; empty: all of the pod
proposal_result propose_by_utilization(proposal_context const& context, metric_samples const& samples,
                                       std::string_view resource, std::string_view container,
                                       std::int64_t target_percent);

/// Kubernetes: usage = trunc(sum / number of samples); ratio = usage / target; then as propose_by_utilization, where a
/// missing pod on the way down counts exactly the target.
/// @param target  thousandths for each pod
proposal_result propose_by_average(proposal_context const& context, metric_samples const& samples, metric_nature nature,
                                   std::int64_t target);

/// Kubernetes: ratio = value / target; inside the band: current; else ceil(ratio * R), R the Running and Ready pods.
/// With current == 0: ceil(ratio), without the band. Both values in thousandths.
proposal_result propose_by_value(proposal_context const& context, std::int64_t value, std::int64_t target);

/// Kubernetes: ratio = value / (target * status.replicas); inside the band: status.replicas; else ceil(value / target).
/// The reported average is ceil(value / status.replicas). Both values in thousandths.
proposal_result propose_by_shared_value(proposal_context const& context, std::int64_t value, std::int64_t target);

}  // namespace holdfast::cluster
