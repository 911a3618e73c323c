#include <array>

#include "analysis/metric_rows.hpp"

namespace holdfast::analysis {
namespace {

using enum metric_unit;
using enum metric_direction;

constexpr std::string_view from_requests = "requests";
constexpr std::string_view from_both = "requests, events";
constexpr std::string_view from_events = "events";

constexpr std::array availability_rows{
    metric_definition{
        "availability", share, higher_is_better,
        "good / (good + bad); good: ok and ok by fallback; requests cut off by the run's end count as neither",
        from_requests},
    metric_definition{
        "availability.lower", share, higher_is_better,
        "lower 95 % bound of availability: 1 - 3/n without a failure (rule of three), else Wilson's (1927)",
        from_requests},
    metric_definition{"availability.upper", share, higher_is_better, "upper 95 % bound of availability, likewise",
                      from_requests},
    metric_definition{"availability.time", share, higher_is_better,
                      "share of windows (1 s) whose success ratio meets the objective, of those with traffic",
                      from_requests},
    metric_definition{"availability.empty_windows", count, neutral, "windows without traffic, excluded above",
                      from_requests},
    metric_definition{"availability.degraded", share, lower_is_better, "answers by fallback / all answers",
                      from_requests},
    metric_definition{"downtime.total", duration, lower_is_better,
                      "sum over the downtime windows of t(next good) - t(previous good): at most so long",
                      from_requests},
    metric_definition{"downtime.total.at_least", duration, lower_is_better,
                      "sum over the downtime windows of t(last bad) - t(first bad): at least so long", from_requests},
    metric_definition{"downtime.longest", duration, lower_is_better, "longest downtime window: at most so long",
                      from_requests},
    metric_definition{"downtime.windows", count, lower_is_better,
                      "maximal stretches in which the success ratio misses the objective", from_requests},
    metric_definition{"downtime.lost_work", count, lower_is_better,
                      "in the downtime windows: good requests expected from the rate outside of them - good ones",
                      from_requests},
    metric_definition{"blast_radius.requests", share, lower_is_better, "request names with failures / request names",
                      from_requests},
    metric_definition{"blast_radius.instances", share, lower_is_better, "instances that failed requests / instances",
                      from_requests},
    metric_definition{"recovery.time_to_impact", duration, neutral,
                      "t1 - t0: fault in effect until the first bad request; the longest of all faults", from_both},
    metric_definition{"recovery.time_to_detect", duration, lower_is_better,
                      "t2 - t0: fault in effect until a mechanism reacts (MTTD); the longest of all faults", from_both},
    metric_definition{
        "recovery.time_to_restore", duration, lower_is_better,
        "t3 - t0: fault in effect until the last bad request before a good phase (MTTR); the longest of all",
        from_both},
    metric_definition{"recovery.time_to_full_redundancy", duration, lower_is_better,
                      "t4 - t0: fault in effect until ready replicas stay at the demanded number; the longest of all",
                      from_events},
    metric_definition{"recovery.time_to_normal_latency", duration, lower_is_better,
                      "t5 - t0: fault in effect until p99 stays inside its band; the longest of all", from_both},
    metric_definition{"recovery.healed", share, higher_is_better,
                      "faults after which the objective was met again for the whole good phase / faults", from_both},
    metric_definition{"recovery.mtbf", duration, higher_is_better, "mean up time between the starts of impacts",
                      from_requests},
    metric_definition{"recovery.<fault>.time_to_impact", duration, neutral, "t1 - t0 of that fault or action",
                      from_both},
    metric_definition{"recovery.<fault>.time_to_detect", duration, lower_is_better,
                      "t2 - t0 of that fault or action: the first mechanism that reacts", from_both},
    metric_definition{"recovery.<fault>.time_to_detect.<mechanism>", duration, lower_is_better,
                      "t2 - t0 of that fault by endpoint, restart, breaker, probe, autoscaler or detector", from_both},
    metric_definition{"recovery.<fault>.time_to_restore", duration, lower_is_better, "t3 - t0 of that fault or action",
                      from_both},
    metric_definition{"recovery.<fault>.time_to_full_redundancy", duration, lower_is_better,
                      "t4 - t0 of that fault or action", from_events},
    metric_definition{"recovery.<fault>.time_to_normal_latency", duration, lower_is_better,
                      "t5 - t0 of that fault or action", from_both},
    metric_definition{"recovery.<fault>.healed", yes_or_no, higher_is_better,
                      "whether the objective was met again for the whole good phase", from_both},
    metric_definition{"budget.burn_rate", number, lower_is_better,
                      "error ratio of the run / (1 - objective); 1 uses the budget up exactly in its period",
                      from_requests},
    metric_definition{"budget.share_of_30_days", share, lower_is_better,
                      "bad requests / (budget x requests expected in 30 days at the run's rate)", from_requests},
    metric_definition{
        "budget.pages", count, lower_is_better,
        "alerts at burn rates 14.4 and 6 over two windows each (SRE workbook, ch. 5), windows scaled to the run",
        from_requests},
    metric_definition{"budget.tickets", count, lower_is_better, "the same at burn rate 1", from_requests},
};

}  // namespace

std::span<metric_definition const> availability_metrics() { return availability_rows; }

}  // namespace holdfast::analysis
