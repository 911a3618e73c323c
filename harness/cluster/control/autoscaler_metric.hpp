#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/control/replica_proposal.hpp"

namespace holdfast::cluster {

enum class metric_kind { resource, container_resource, pods, object, external };
enum class metric_target { utilization, average_value, value };

/// One entry of an autoscaler's spec.metrics.
struct autoscaler_metric {
  metric_kind kind = metric_kind::resource;
  std::string name = "cpu";  ///< the resource, or the metric's name
  std::string container{};   ///< container_resource only
  std::string object{};      ///< object only, for texts: "Ingress/main"
  metric_target target_kind = metric_target::utilization;
  std::int64_t target = 80;  ///< percent for utilisation, else thousandths
};

/// What was measured for it. Kubernetes: an External value is the sum over all its series.
struct metric_reading {
  metric_samples samples{};            ///< resource, container_resource, pods
  std::vector<std::int64_t> values{};  ///< object (one), external (one a series), thousandths
  std::string failure{};               ///< why there is none; empty when there is
};

/// An entry of status.currentMetrics.
struct metric_status {
  metric_kind kind = metric_kind::resource;
  std::string name{};
  std::string container{};
  std::string object{};
  std::optional<std::int64_t> utilization{};  ///< percent
  std::optional<std::int64_t> average{};      ///< thousandths
  std::optional<std::int64_t> value{};        ///< thousandths
};

/// Why a metric has no proposal: a condition's reason ("FailedGetResourceMetric") and a sentence.
struct metric_failure {
  std::string_view reason{};
  std::string message{};
};

/// What the metric asks for, by the rule of its kind and its target's kind.
result<replica_proposal, metric_failure> propose(proposal_context const& context, autoscaler_metric const& metric,
                                                 metric_reading const& reading);

/// The proposal's figures as the status shows them: those of the first pass.
metric_status status_of(autoscaler_metric const& metric, replica_proposal const& proposal);

/// In Kubernetes' words: "cpu resource utilization (percentage of request)", "pods metric requests_per_second".
std::string text_of(autoscaler_metric const& metric);

}  // namespace holdfast::cluster
