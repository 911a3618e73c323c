#include "cluster/control/autoscaler_metric.hpp"

#include <fmt/format.h>

#include "cluster/control/wide_integer.hpp"

namespace holdfast::cluster {
namespace {

std::string_view failure_reason(metric_kind kind) {
  switch (kind) {
    case metric_kind::resource:
      return "FailedGetResourceMetric";
    case metric_kind::container_resource:
      return "FailedGetContainerResourceMetric";
    case metric_kind::pods:
      return "FailedGetPodsMetric";
    case metric_kind::object:
      return "FailedGetObjectMetric";
    case metric_kind::external:
      break;
  }
  return "FailedGetExternalMetric";
}

bool is_by_pod(metric_kind kind) { return kind != metric_kind::object && kind != metric_kind::external; }

proposal_result propose_by_pods(proposal_context const& context, autoscaler_metric const& metric,
                                metric_reading const& reading) {
  bool const is_resource = metric.kind != metric_kind::pods;
  if (is_resource && metric.target_kind == metric_target::utilization) {
    return propose_by_utilization(context, reading.samples, metric.name, metric.container, metric.target);
  }
  if (metric.target_kind != metric_target::average_value) {
    return std::string{
        "a metric of pods needs an averageValue or, for a resource, an averageUtilization as its target"};
  }
  auto const nature = is_resource && metric.name == "cpu" ? metric_nature::cpu : metric_nature::other;
  return propose_by_average(context, reading.samples, nature, metric.target);
}

proposal_result propose_by_object(proposal_context const& context, autoscaler_metric const& metric,
                                  metric_reading const& reading) {
  if (reading.values.empty()) return std::string{"no value was returned"};
  if (metric.target_kind == metric_target::utilization) {
    return std::string{"an object or external metric needs a value or an averageValue as its target"};
  }
  wide_integer sum = 0;
  for (auto const value : reading.values) sum += value;
  if (metric.target_kind == metric_target::value) return propose_by_value(context, saturated(sum), metric.target);
  return propose_by_shared_value(context, saturated(sum), metric.target);
}

}  // namespace

result<replica_proposal, metric_failure> propose(proposal_context const& context, autoscaler_metric const& metric,
                                                 metric_reading const& reading) {
  auto const failed = [&](std::string const& why) {
    return metric_failure{failure_reason(metric.kind), fmt::format("failed to get {}: {}", text_of(metric), why)};
  };
  if (!reading.failure.empty()) return failed(reading.failure);
  auto const proposal =
      is_by_pod(metric.kind) ? propose_by_pods(context, metric, reading) : propose_by_object(context, metric, reading);
  if (!proposal) return failed(proposal.error());
  return *proposal;
}

metric_status status_of(autoscaler_metric const& metric, replica_proposal const& proposal) {
  metric_status status{
      .kind = metric.kind, .name = metric.name, .container = metric.container, .object = metric.object};
  if (metric.target_kind == metric_target::utilization) status.utilization = proposal.utilization;
  if (metric.target_kind != metric_target::value) status.average = proposal.average;
  if (metric.target_kind == metric_target::value) status.value = proposal.value;
  return status;
}

std::string text_of(autoscaler_metric const& metric) {
  auto const* const of_request =
      metric.target_kind == metric_target::utilization ? " utilization (percentage of request)" : "";
  switch (metric.kind) {
    case metric_kind::resource:
      return fmt::format("{} resource{}", metric.name, of_request);
    case metric_kind::container_resource:
      return fmt::format("{} container resource{}", metric.name, of_request);
    case metric_kind::pods:
      return fmt::format("pods metric {}", metric.name);
    case metric_kind::object:
      return fmt::format("{} metric {}", metric.object, metric.name);
    case metric_kind::external:
      break;
  }
  return fmt::format("external metric {}", metric.name);
}

}  // namespace holdfast::cluster
