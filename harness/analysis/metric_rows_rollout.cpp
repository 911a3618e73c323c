#include <array>

#include "analysis/metric_rows.hpp"

namespace holdfast::analysis {
namespace {

using enum metric_unit;
using enum metric_direction;

constexpr std::string_view of_events = "events";
constexpr std::string_view of_both = "requests, events";
constexpr std::string_view of_answers = "answers with instance and version";

constexpr std::array rollout_rows{
    metric_definition{"rollout.<name>.duration", duration, lower_is_better,
                      "condition complete - change of the template", of_events},
    metric_definition{"rollout.<name>.failures", count, lower_is_better,
                      "failed requests between change of the template and completion", of_both},
    metric_definition{"rollout.<name>.excess_failures", share, lower_is_better,
                      "failure ratio during the rollout - before it (interval: Newcombe 1998, method 10)", of_both},
    metric_definition{"rollout.<name>.zero_downtime", yes_or_no, higher_is_better,
                      "no failure during the rollout, and 3/n within the error budget", of_both},
    metric_definition{"rollout.<name>.mixed_versions", duration, lower_is_better,
                      "last answer of the old version - first of the new", of_answers},
    metric_definition{"rollout.<name>.min_available", count, higher_is_better, "fewest available replicas meanwhile",
                      of_events},
    metric_definition{"rollout.<name>.max_pods", count, neutral, "most live pods meanwhile, terminating ones apart",
                      of_events},
    metric_definition{"rollout.<name>.late_traffic", duration, lower_is_better,
                      "longest time from a pod's deletion to its last new connection", of_events},
    metric_definition{"rollout.<name>.served_while_terminating", count, neutral, "answers of pods after their deletion",
                      of_answers},
    metric_definition{"rollout.<name>.broken_connections", count, lower_is_better,
                      "requests that ended in a reset or a truncated answer meanwhile", of_both},
    metric_definition{"rollout.<name>.cold_start_penalty", number, lower_is_better,
                      "median latency of an instance's first answers / its later median; the largest", of_answers},
    metric_definition{"rollout.<name>.stuck_after", duration, neutral,
                      "progress deadline exceeded - change of the template", of_events},
    metric_definition{"rollout.<name>.rollback_time", duration, lower_is_better,
                      "last bad request - command to roll back", of_both},
    metric_definition{"rollout.<name>.bad_version_exposure", share, lower_is_better,
                      "answers by the version rolled back / all answers", of_answers},
};

}  // namespace

std::span<metric_definition const> rollout_metrics() { return rollout_rows; }

}  // namespace holdfast::analysis
