#include <array>

#include "analysis/metric_rows.hpp"

namespace holdfast::analysis {
namespace {

using enum metric_unit;
using enum metric_direction;

constexpr std::string_view of_supply = "events, demand curve";
constexpr std::string_view of_scaling = "events";

// d(t): replicas demanded, s(t): ready replicas, T: length. Herbst et al., "Ready for Rain?" (SPEC RG, 2016).
constexpr std::array elasticity_rows{
    metric_definition{"autoscale.<name>.theta_u", share, lower_is_better,
                      "under-provisioning accuracy: 1/T * integral max(d - s, 0) / d (SPEC RG, Herbst et al. 2016)",
                      of_supply},
    metric_definition{"autoscale.<name>.theta_o", share, lower_is_better,
                      "over-provisioning accuracy: 1/T * integral max(s - d, 0) / d", of_supply},
    metric_definition{"autoscale.<name>.tau_u", share, lower_is_better,
                      "under-provisioning timeshare: time in which d > s / T", of_supply},
    metric_definition{"autoscale.<name>.tau_o", share, lower_is_better,
                      "over-provisioning timeshare: time in which s > d / T", of_supply},
    metric_definition{"autoscale.<name>.instability", share, lower_is_better,
                      "time slices (1 s) in which s and d do not change in the same direction / slices", of_supply},
    metric_definition{"autoscale.<name>.jitter", per_second, neutral,
                      "(changes of s - changes of d) / T; below 0 sluggish, above 0 oscillating", of_supply},
    metric_definition{"autoscale.<name>.deviation", share, lower_is_better,
                      "Euclidean norm of theta_u, theta_o, tau_u, tau_o and instability", of_supply},
    metric_definition{"autoscale.<name>.accuracy_u", number, lower_is_better,
                      "replicas missing on average: 1/T * integral max(d - s, 0)", of_supply},
    metric_definition{"autoscale.<name>.accuracy_o", number, lower_is_better,
                      "replicas too many on average: 1/T * integral max(s - d, 0)", of_supply},
    metric_definition{"autoscale.<name>.reaction", duration, lower_is_better,
                      "t(decision) - t(step of the demand); the longest of all steps", of_supply},
    metric_definition{"autoscale.<name>.provisioning", duration, lower_is_better,
                      "t(supply meets the demand) - t(decision); the longest of all steps", of_supply},
    metric_definition{"autoscale.<name>.adaptation_lag", duration, lower_is_better,
                      "t(supply meets the demand) - t(step of the demand); the longest of all steps", of_supply},
    metric_definition{"autoscale.<name>.overshoot", count, lower_is_better, "max(s) - max(d), not below 0", of_supply},
    metric_definition{"autoscale.<name>.settling_time", duration, lower_is_better,
                      "last step of the demand until s stays within one of d", of_supply},
    metric_definition{"autoscale.<name>.flaps", per_minute, lower_is_better, "reversals of direction of s per minute",
                      of_scaling},
    metric_definition{"autoscale.<name>.wasted", replica_seconds, lower_is_better, "integral max(s - d, 0)", of_supply},
    metric_definition{"autoscale.<name>.lost_while_short", count, lower_is_better, "requests failed while d > s",
                      "requests, events, demand curve"},
    metric_definition{"autoscale.<name>.max_replicas", count, neutral, "most ready replicas", of_scaling},
};

}  // namespace

std::span<metric_definition const> elasticity_metrics() { return elasticity_rows; }

}  // namespace holdfast::analysis
